"""Tries that fail, on a clock of the test."""

from bot.matrix.tries import Tries


def test_pauses_double_and_the_last_try_is_the_end() -> None:
    tries, now, waited = Tries(most=4), 0.0, []
    while not tries.failed("x", now):
        assert not tries.may("x", now)
        again = next(now + step for step in range(10_000) if tries.may("x", now + step))
        waited.append(again - now)
        now = again
    assert waited == [10, 20, 40]
    assert not tries.may("x", now + 10**9)
    assert tries.may("y", now)


def test_what_succeeded_counts_anew() -> None:
    tries = Tries(most=2)
    tries.failed("x", 0)
    tries.forget("x")
    assert tries.may("x", 0)
    assert not tries.failed("x", 0)


def test_a_clock_set_back_does_not_put_a_try_off_for_years() -> None:
    tries = Tries()
    tries.failed("x", 10.0**9)
    assert tries.may("x", 0)
