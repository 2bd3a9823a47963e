"""What a sentence asks for, and which sentences are refused."""

from contextlib import suppress
from datetime import time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnusableInput
from bot.reminders.settings import Settings
from bot.reminders.wording import read_settings

PARIS = ZoneInfo("Europe/Paris")
PROGRAMMES = {
    "fast": ("FAST", "fonds d'accélération"),
    "consolidation": ("programme de consolidation", "consolidation"),
}


def read(text: str, zone: ZoneInfo = PARIS) -> Settings:
    return read_settings(text, zone, PROGRAMMES)


@pytest.mark.parametrize(
    ("text", "day", "at"),
    [
        ("lundi 9h", 0, time(9)),
        ("LUNDI 9 H", 0, time(9)),
        ("mardi à 14 h 30", 1, time(14, 30)),
        ("mardi à 14h30", 1, time(14, 30)),
        ("mardi 14:30", 1, time(14, 30)),
        ("tous les vendredis matin", 4, time(9)),
        ("chaque vendredi", 4, time(9)),
        ("jeudi midi", 3, time(12)),
        ("jeudi après-midi", 3, time(14)),
        ("mercredi soir", 2, time(18)),
        ("mercredi à 8h du soir", 2, time(20)),
        ("mercredi soir à 8h", 2, time(20)),
        ("samedi à neuf heures et demie", 5, time(9, 30)),
        ("dimanche 0h", 6, time(0)),
        ("dimanche minuit", 6, time(0)),
        ("lundi 23h59", 0, time(23, 59)),
        ("lundi 1 heure du matin", 0, time(1)),
        ("le rappel du lundi, à 9 heures, merci", 0, time(9)),
    ],
)
def test_a_day_and_an_hour_are_read_as_people_write_them(text: str, day: int, at: time):
    assert (read(text).weekly.day, read(text).weekly.time) == (day, at)


@pytest.mark.parametrize(
    ("text", "zone"),
    [
        ("lundi 9h", "Europe/Paris"),
        ("lundi 9h heure de Paris", "Europe/Paris"),
        ("lundi 9h, heure de La Réunion", "Indian/Reunion"),
        ("lundi 9h heure de la reunion J-7", "Indian/Reunion"),
        ("lundi 9h (heure de Nouméa)", "Pacific/Noumea"),
        ("lundi 9h heure de Nouvelle-Calédonie, horizon 30 jours", "Pacific/Noumea"),
        ("lundi 9h heure des Marquises", "Pacific/Marquesas"),
        ("lundi 9h heure de la Guadeloupe", "America/Guadeloupe"),
        ("lundi 9h heure de Guyane", "America/Cayenne"),
        ("lundi 9h heure de Saint-Pierre-et-Miquelon", "America/Miquelon"),
        ("lundi 9h Indian/Reunion", "Indian/Reunion"),
        ("lundi 9h fuseau asia/kolkata", "Asia/Kolkata"),
        ("lundi 9h heure d'Athènes", "Europe/Athens"),
        ("lundi 9h heure d’Athènes", "Europe/Athens"),
        ("lundi 9h UTC", "UTC"),
        ("lundi 9h America/Port-au-Prince", "America/Port-au-Prince"),
        ("lundi 9h America/Argentina/Buenos_Aires J-1", "America/Argentina/Buenos_Aires"),
    ],
)
def test_a_time_zone_is_named_in_french_or_by_its_id(text: str, zone: str):
    assert read(text).weekly.zone.key == zone


def test_without_a_time_zone_the_configured_one_is_meant():
    assert read("lundi 9h", ZoneInfo("Indian/Reunion")).weekly.zone.key == "Indian/Reunion"


def test_every_option_is_read_from_the_same_sentence():
    settings = read(
        "tous les mardis à 8h30, heure de Nouméa, J-7, J-3 et J-1, horizon 60 jours, programme de consolidation "
        "seulement, même s'il n'y a rien"
    )
    assert settings.extra_days == (7, 3, 1)
    assert settings.horizon_days == 60
    assert settings.programme == "consolidation"
    assert settings.even_when_nothing


def test_without_options_ninety_days_all_programmes_and_silence_are_meant():
    assert read("lundi 9h") == Settings(read("lundi 9h").weekly, (), 90, None, False)


def test_what_is_reminded_so_many_days_before_is_within_the_horizon():
    assert read("lundi 9h J-60 horizon 30 jours").horizon_days == 60


def test_both_programmes_are_all_programmes():
    assert read("lundi 9h FAST et consolidation").programme is None


@pytest.mark.parametrize("text", ["lundi 9h la veille", "lundi 9h J-1", "lundi 9h j−1", "lundi 9h 1 jour avant"])
def test_the_day_before_is_said_in_several_ways(text: str):
    assert read(text).extra_days == (1,)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("lundi 9h une semaine avant", (7,)),
        ("lundi 9h, deux semaines avant l'échéance et la veille", (14, 1)),
        ("lundi 9h 15 jours avant chaque échéance", (15,)),
        ("lundi 9h un mois avant la date limite", (30,)),
        ("lundi 9h 48 h avant", (2,)),
        ("lundi 9h et le jour même", (0,)),
    ],
)
def test_how_long_before_a_deadline_is_said_in_words(text: str, days: tuple[int, ...]):
    assert read(text).extra_days == days


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("lundi 9h avant l'échéance", "avant l'échéance"),
        ("chaque mardi à 14h30 sauf en août", "sauf en août"),
        ("chaque mardi jusqu'au 3 mars", "jusqu'au 3 mars"),
        ("tous les lundis à 9h sauf pendant les Vacances Scolaires, merci", "sauf pendant les Vacances Scolaires"),
        ("lundi 9h à partir du 3 mars 2027", "à partir du 3 mars 2027"),
        ("lundi 9h et J-7, mais pas en juillet", "mais pas en juillet"),
        ("mardi 9h heure de La Réunion sauf en août", "sauf en août"),
        ("un mardi sur deux à 14h30", "un mardi sur deux"),
        ("les semaines paires, le mardi", "semaines paires"),
        ("deux fois par semaine, le mardi", "deux fois"),
        ("une semaine avant", "une semaine avant"),
        ("lundi prochain à 9h", "prochain"),
        ("lundi 9h dans une semaine", "dans une semaine"),
    ],
)
def test_words_that_are_not_understood_are_named_as_they_were_written(text: str, named: str):
    with pytest.raises(UnusableInput) as refused:
        read(text)
    assert f"« {named} »" in str(refused.value)


@pytest.mark.parametrize("text", ["toutes les semaines le lundi", "une fois par semaine, le lundi", "hebdo le lundi"])
def test_each_week_is_what_it_does(text: str):
    assert read(text).weekly.day == 0


@pytest.mark.parametrize(
    "text", ["lundi 9h horizon 8 semaines", "lundi 9h, horizon de 56 jours", "lundi 9h horizon : 56 j"]
)
def test_a_horizon_is_in_days_or_weeks(text: str):
    assert read(text).horizon_days == 56


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("", "Quel jour"),
        ("9h", "Quel jour"),
        ("lundi 25h", "25h"),
        ("lundi 24h", "24h"),
        ("lundi 9h75", "9h75"),
        ("lundi 9h5", "5"),
        ("lundi 9", "9"),
        ("tous les jours 9h", "une fois par semaine"),
        ("un lundi sur deux", "une fois par semaine"),
        ("tous les mois", "une fois par semaine"),
        ("premier lundi du mois à 9h", "une fois par semaine"),
        ("lundi et jeudi 9h", "« jeudi »"),
        ("lundi/jeudi 9h", "« jeudi »"),
        ("lundi 9h et 14h", "« 14h »"),
        ("lundi matin et soir", "« soir »"),
        ("lunid 9h", "« lundi »"),
        ("le 15 mars à 9h", "15 mars"),
        ("quand tu veux", "quand tu veux"),
        ("lundi 9h heure de Mars", "mars"),
        ("lundi 9h Europe/Pari", "europe/pari"),
        ("lundi 9h heure de Polynésie française", "Tahiti"),
        ("lundi 9h heure de Paris, heure de Nouméa", "noumea"),
        ("lundi 9h J-400", "J-400"),
        ("lundi 9h J-1 J-2 J-3 J-4 J-5 J-6", "5 rappels"),
        ("lundi 9h horizon 0 jours", "0 jours"),
        ("lundi 9h horizon 1000 jours", "1000 jours"),
        ("lundi 9h horizon 10 jours, horizon 20 jours", "20 jours"),
        ("lundi 9h programme 352", "352"),
        ("lundi 12h30 " * 900, "trop long"),
    ],
)
def test_what_cannot_be_read_is_refused_and_named(text: str, hint: str):
    with pytest.raises(UnusableInput) as refused:
        read(text)
    assert hint in str(refused.value)


@given(st.text(max_size=80) | st.text(alphabet="lundi 0123456789hjJ-:/,heure de Paris", max_size=60))
def test_whatever_is_written_is_read_or_refused_in_words(text: str):
    with suppress(UnusableInput):
        assert read(text).weekly.day in range(7)
