"""What a room asks of its reminders, and what it is told."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from bot.errors import UnusableInput
from bot.programme.lookup import Programme
from bot.reminders.desk import Desk, Reply, Wish, changes_something, read_wish
from bot.reminders.subscriptions import Subscriptions
from bot.store import Store

ROOM = "!a"
USER = "@alice.martin-dinum.gouv.fr:agent.dinum.tchap.gouv.fr"
NOW = datetime(2026, 6, 10, 10, tzinfo=UTC)


class Talk:
    """A room and its desk; what is asked is done at once, as the transaction of the answer does."""

    def __init__(self, store: Store, programme: Programme, zone: str = "Europe/Paris") -> None:
        self._desk, self._programme = Desk(store, ZoneInfo(zone)), programme

    def ask(self, text: str, now: datetime = NOW) -> str:
        reply = self._desk.reply(self._programme, ROOM, text, now, USER)
        if reply.change:
            reply.change()
        return reply.markdown

    def deadlines(self, now: datetime = NOW) -> str:
        return self._desk.deadlines(self._programme, ROOM, now).markdown

    def agenda(self, now: datetime) -> Reply:
        return self._desk.agenda(self._programme, ROOM, now)


@pytest.fixture
def talk(store: Store, programme: Programme) -> Talk:
    return Talk(store, programme)


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("", Wish.SEE),
        ("État", Wish.SEE),
        ("aperçu", Wish.PREVIEW),
        ("Arrêter", Wish.STOP),
        ("stop", Wish.STOP),
        ("pause", Wish.PAUSE),
        ("reprendre", Wish.RESUME),
        ("lundi 9h", Wish.SUBSCRIBE),
        ("arrêter lundi", Wish.SUBSCRIBE),
    ],
)
def test_a_wish_is_read_with_or_without_its_accents(text: str, wish: Wish):
    assert read_wish(text) is wish


def test_seeing_and_previewing_change_nothing_all_else_does():
    assert [wish for wish in Wish if not changes_something(wish)] == [Wish.SEE, Wish.PREVIEW]


def test_the_state_has_the_next_three_in_local_time(talk: Talk):
    talk.ask("lundi 9h, heure de La Réunion, J-1")
    said = talk.ask("")
    for expected in ("heure de La Réunion", "J-1", "15 juin 2026 à 9 h", "20 juin 2026 à 9 h", "22 juin 2026 à 9 h"):
        assert expected in said


def test_a_new_wish_replaces_the_whole_subscription(talk: Talk):
    talk.ask("lundi 9h J-1 horizon 30 jours")
    talk.ask("mardi 10h")
    said = talk.ask("").splitlines()[0]
    assert "mardis à 10 h" in said
    assert "J-1" not in said
    assert "30 jours" not in said


def test_what_cannot_be_read_changes_nothing(talk: Talk):
    talk.ask("lundi 9h")
    with pytest.raises(UnusableInput):
        talk.ask("mardi 25h")
    assert "lundis à 9 h" in talk.ask("")


def test_the_configured_clocks_are_meant_where_none_are_said(store: Store, programme: Programme):
    assert "heure de Nouméa" in Talk(store, programme, "Pacific/Noumea").ask("lundi 9h")


@pytest.mark.parametrize(("wish", "state"), [("pause", "en pause"), ("arrêter", "arrêtés")])
def test_reminders_are_paused_or_stopped_and_taken_up_again(talk: Talk, wish: str, state: str):
    talk.ask("lundi 9h")
    talk.ask(wish)
    assert state in talk.ask("")
    assert "15 juin 2026 à 9 h" in talk.ask("reprendre")
    assert "en service" in talk.ask("")


@pytest.mark.parametrize("wish", ["", "pause", "reprendre", "arrêter"])
def test_a_room_without_reminders_is_told_how_to_have_some(talk: Talk, wish: str):
    assert "!fast rappels lundi 9h" in talk.ask(wish)


def test_resuming_what_is_in_service_makes_up_nothing_nor_skips_what_is_due(store: Store, talk: Talk):
    talk.ask("lundi 9h")
    before = Subscriptions(store).of(ROOM, NOW)
    talk.ask("reprendre", NOW.replace(day=12))
    assert Subscriptions(store).of(ROOM, NOW) == before


def test_a_preview_follows_the_options_of_the_room(talk: Talk):
    assert "21 juin" in talk.ask("aperçu")
    talk.ask("lundi 9h FAST seulement")
    assert "21 juin" not in talk.ask("aperçu")


def test_the_deadlines_are_those_of_the_digest(talk: Talk):
    assert talk.deadlines() == talk.ask("aperçu")


def test_the_agenda_is_a_file_or_a_sentence_when_there_is_nothing(talk: Talk):
    june = talk.agenda(NOW)
    assert june.file is not None
    assert june.file.name.endswith(".ics")
    assert talk.agenda(datetime(2026, 11, 22, tzinfo=UTC)).file is None
