"""What a room is told, on many days of seven years."""

import re
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.matrix.rendering import render_parts
from bot.programme.calendar import CallState, status_on
from bot.programme.lookup import Programme
from bot.programme.values import Month
from bot.reminders.digest import deadlines, digest, sources, standing
from bot.reminders.digest_words import deadlines as asked
from bot.reminders.digest_words import digest as say

PARIS = ZoneInfo("Europe/Paris")
_PHONE_LINE = 42  # characters
_PHONE_LINES = 16


def at(day: str, zone: str = "Europe/Paris", hour: int = 9) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(hour), ZoneInfo(zone))


def told(programme: Programme, day: str, **options: object) -> str:
    return say(digest(programme, at(day), **options))  # type: ignore[arg-type]  # options vary with the test


@pytest.mark.parametrize(
    ("day", "said"),
    [
        ("2023-04-10", "ferme **lundi 15 mai, dans 35 jours**"),
        ("2023-05-12", "dans 3 jours"),
        ("2023-05-14", "ferme **demain, lundi 15 mai, à 23 h 59**"),
        ("2023-05-15", "ferme **ce soir, lundi 15 mai, à 23 h 59**"),
        ("2023-11-21", "vendredi 1er décembre, dans 10 jours"),
        ("2026-06-15", "dimanche 21 juin, dans 6 jours"),
        ("2022-07-04", "automne 2022"),
        ("2022-07-04", "toute l'année 2022, sans date limite"),
        ("2022-10-03", "peut-être ouvert"),
        ("2022-10-03", "mardi 15 novembre, dans 43 jours"),
        ("2023-06-05", "jeudi 15 juin, dans 10 jours"),
        ("2023-09-11", "lundi 18 septembre, dans 7 jours"),
        ("2024-01-08", "du lundi 1er janvier au lundi 15 janvier"),
        ("2025-06-10", "un mois après la clôture du vendredi 6 juin"),
        ("2026-05-25", "remplacé le 21 mai 2026"),
        ("2026-06-22", "clos depuis le dimanche 21 juin"),
        ("2023-01-02", "clos depuis la fin de 2022"),
    ],
)
def test_a_day_is_told_in_words_with_its_date_and_the_days_left(programme: Programme, day: str, said: str):
    assert said in told(programme, day)


def test_the_year_is_said_when_it_is_another(programme: Programme):
    assert "15 janvier 2024" in told(programme, "2023-12-04")


@pytest.mark.parametrize("day", ["2022-01-03", "2023-07-03", "2024-08-05", "2025-09-01", "2026-05-18", "2026-11-22"])
def test_there_is_one_line_when_there_is_nothing(programme: Programme, day: str):
    found = digest(programme, at(day))
    assert found.is_empty
    assert "\n" not in say(found)


def test_who_asks_when_there_is_nothing_hears_what_was_last_and_what_replaced_the_fund(programme: Programme):
    said = asked(digest(programme, at("2026-11-22")))
    assert "21 juin 2026" in said
    assert "21 mai 2026" in said
    assert "https://" in said


@pytest.mark.parametrize("day", ["2024-02-26", "2024-05-14", "2024-05-15"])
def test_of_two_deadlines_the_first_is_the_safe_one_and_both_are_shown_with_their_source(
    programme: Programme, day: str
):
    said = told(programme, day)
    assert said.index("15 mai") < said.index("29 mai")
    assert "contredisent" in said
    assert "Promotion FAST 15" in said
    assert "Sélection au FAST" in said


@pytest.mark.parametrize(("day", "left"), [("2024-05-16", "dans 13 jours"), ("2024-05-29", "ce soir, mercredi 29 mai")])
def test_between_two_deadlines_the_safe_one_is_said_to_be_past(programme: Programme, day: str, left: str):
    said = told(programme, day)
    assert "passée : mercredi 15 mai" in said
    assert left in said
    assert "fast@beta.gouv.fr" in said


def with_deadlines(programme: Programme, *values: object) -> Programme:
    """Return the facts with other deadlines of the FAST 15, one a source."""
    kept = [one for one in programme.all_facts if not (one.key == "deadline" and one.editions == (15,))]
    old = [one for one in programme.all_facts if one.key == "deadline" and one.editions == (15,)]
    new = [old[number % 2].model_copy(update={"value": value}) for number, value in enumerate(values)]
    return replace(programme, all_facts=(*kept, *new))


@pytest.mark.parametrize("day", ["2024-05-10", "2024-05-16", "2024-06-10"])
def test_a_day_and_a_later_month_disagree_without_a_day_being_made_up(programme: Programme, day: str):
    changed = with_deadlines(programme, date(2024, 5, 15), Month(2024, 6))
    said = told(changed, day)
    assert "mercredi 15 mai" in said
    assert "juin 2024" in said
    assert "30 juin" not in said
    assert "1er juin" not in said


@pytest.mark.parametrize("day", ["2024-05-20", "2024-06-10"])
def test_a_month_alone_is_told_as_a_month(programme: Programme, day: str):
    said = told(with_deadlines(programme, Month(2024, 6)), day)
    assert "juin 2024, jour non précisé" in said


def test_of_three_deadlines_the_past_and_the_coming_ones_are_told_apart(programme: Programme):
    changed = with_deadlines(programme, date(2024, 5, 15), date(2024, 5, 22), date(2024, 5, 29))
    said = told(changed, "2024-05-20")
    assert "passée : mercredi 15 mai" in said
    assert "mercredi 22 mai, dans 2 jours" in said
    assert "29 mai" in said


def test_after_both_deadlines_it_is_closed_and_both_are_said(programme: Programme):
    assert "clos depuis le mercredi 15 mai ou le mercredi 29 mai" in told(programme, "2024-05-30")


def test_a_call_is_new_once_and_closed_once(programme: Programme):
    first, second = told(programme, "2026-05-25"), told(programme, "2026-06-01")
    assert "nouveau" in first
    assert "nouveau" not in second
    assert "clos" in told(programme, "2026-06-22")
    assert "clos" not in told(programme, "2026-06-29")


def test_what_is_new_is_what_the_last_digest_did_not_have_however_old_it_is(programme: Programme):
    long_ago = standing(programme, at("2026-05-04"))
    assert "nouveau" in told(programme, "2026-06-15", told=long_ago)
    assert "nouveau" not in told(programme, "2026-06-15", told=standing(programme, at("2026-06-08")))


def test_a_deadline_that_was_moved_since_the_last_digest_is_said_to_have_changed(programme: Programme):
    before = {**standing(programme, at("2026-06-08")), "consolidation 1": "open None 2026-06-14 2026-06-14"}
    assert "date modifiée" in told(programme, "2026-06-15", told=before)


def test_a_deadline_beyond_the_horizon_is_left_out_unless_it_is_new(programme: Programme):
    assert "FAST 15" in told(programme, "2024-03-11")
    assert digest(programme, at("2024-03-11"), horizon_days=60).is_empty
    assert "d'ici 60 jours" in told(programme, "2024-03-11", horizon_days=60)
    assert "FAST 15" in told(programme, "2024-02-26", horizon_days=60)


def test_only_one_programme_is_told_when_it_is_asked_for(programme: Programme):
    assert digest(programme, at("2026-06-08"), only="fast").calls == ()
    assert "21 juin" in told(programme, "2026-06-08", only="consolidation")
    assert digest(programme, at("2023-05-10"), only="consolidation").is_empty


def test_a_link_to_apply_is_given_or_else_the_page_of_the_programme(programme: Programme):
    assert "[Candidater](https://demarche.numerique.gouv.fr/" in told(programme, "2026-06-01")
    assert "(https://beta.gouv.fr/fast/)" in told(programme, "2023-05-10")


def test_far_from_paris_the_last_days_are_told_on_the_clocks_of_the_reader(programme: Programme):
    in_noumea = say(digest(programme, at("2026-06-21", "Pacific/Noumea")))
    assert "lundi 22 juin à 8 h 59" in in_noumea
    assert "23 h 59 à Paris" in in_noumea
    still_open = say(digest(programme, at("2026-06-22", "Pacific/Noumea", hour=8)))
    assert "lundi 22 juin à 8 h 59" in still_open
    assert "dimanche 21 juin à 17 h 59" in say(digest(programme, at("2026-06-21", "America/Guadeloupe")))


def test_days_left_are_counted_from_the_day_of_the_reader(programme: Programme):
    # In Nouméa it is Monday when it is still Sunday evening in Paris.
    assert "dimanche 21 juin (23 h 59 à Paris), dans 6 jours" in say(
        digest(programme, at("2026-06-15", "Pacific/Noumea"))
    )


def test_a_time_without_zone_is_a_mistake(programme: Programme):
    with pytest.raises(ValueError, match="zone"):
        digest(programme, datetime(2026, 6, 1, 9))


@pytest.mark.program
def test_on_every_day_of_seven_years_what_can_be_applied_to_is_told_with_a_source(programme: Programme):
    day = date(2021, 1, 1)
    while day < date(2028, 1, 1):
        found = digest(programme, datetime.combine(day, time(9), PARIS))
        said = say(found)
        known = {(one.status.programme, one.status.edition.number) for one in found.calls}
        for status in status_on(programme, day):
            key = (status.programme, status.edition.number)
            if status.state in (CallState.OPEN, CallState.DISPUTED):
                assert key in known, (day, key)
            if status.state is CallState.CLOSED:
                assert key not in known, (day, key)
        for days in map(int, re.findall(r"dans (\d+) jours", said)):
            assert 2 <= days <= 366, (day, said)
        if not found.is_empty:
            assert sources(found), day
            assert "](https://" in said, day
        day += timedelta(days=1)


def test_every_count_of_days_leads_to_the_date_beside_it(programme: Programme):
    months = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()
    pattern = re.compile(r"(\d+)(?:er)? (\w+)(?: (\d{4}))?, dans (\d+) jours")
    day, seen = date(2021, 1, 1), 0
    while day < date(2027, 1, 1):
        for number, month, year, days in pattern.findall(say(digest(programme, datetime.combine(day, time(9), PARIS)))):
            assert date(int(year or day.year), months.index(month) + 1, int(number)) == day + timedelta(int(days))
            seen += 1
        day += timedelta(days=1)
    assert seen > 300


@pytest.mark.parametrize("day", ["2021-10-11", "2023-05-03", "2023-11-27", "2026-06-01", "2026-06-21"])
def test_a_digest_with_one_deadline_fits_the_screen_of_a_phone(programme: Programme, day: str):
    [part] = render_parts(told(programme, day))
    shown = re.sub(r"<[^>]+>", "", part.html)
    lines = sum(1 + len(line) // _PHONE_LINE for line in shown.split("\n"))
    assert lines <= _PHONE_LINES, shown


def test_deadlines_are_those_not_past_conflicting_ones_included(programme: Programme):
    assert deadlines(programme, at("2024-05-14")) == (date(2024, 5, 15), date(2024, 5, 29))
    assert deadlines(programme, at("2024-05-16")) == (date(2024, 5, 29),)
    assert deadlines(programme, at("2026-11-22")) == ()
    assert deadlines(programme, datetime(2026, 6, 21, 22, 30, tzinfo=UTC)) == ()  # it is the 22nd in Paris
