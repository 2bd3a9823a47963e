"""Edits that keep coming wait a moment, and not for ever."""

from bot.matrix.settling import LONGEST, PAUSE, Settling


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_an_edit_waits_until_no_other_of_the_same_message_has_come_for_a_moment():
    clock = Clock()
    settling = Settling(clock)
    assert settling.held({"$1": 1}) == {"$1"}
    clock.now = PAUSE - 0.1
    assert settling.held({"$1": 2, "$2": 3}) == {"$1", "$2"}
    clock.now = PAUSE + 0.1
    assert settling.held({"$1": 2, "$2": 3}) == {"$1", "$2"}
    clock.now = 2 * PAUSE
    assert settling.held({"$1": 2, "$2": 3}) == set()


def test_who_never_stops_editing_is_answered_all_the_same():
    clock = Clock()
    settling = Settling(clock)
    for place in range(100):
        clock.now = place * PAUSE / 2
        if not settling.held({"$1": place}):
            break
    assert LONGEST <= clock.now < LONGEST + PAUSE


def test_edits_taken_up_are_forgotten():
    clock = Clock()
    settling = Settling(clock)
    settling.held({"$1": 1})
    clock.now = PAUSE
    assert settling.held({"$1": 1}) == set()
    assert settling.held({}) == set()
    assert settling.held({"$1": 5}) == {"$1"}
