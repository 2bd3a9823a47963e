"""Small records of the facts, made for a test: what it does not give is plain, and right."""

from datetime import date
from typing import Any

from bot.programme.lookup import Programme
from bot.programme.models import Edition, Fact, Fund, Key, Laureate, Promotion, Scheme

DAY = date(2024, 2, 10)
CHECKED = date(2026, 1, 1)


def page(name: str = "a", **more: Any) -> dict[str, Any]:
    address = f"https://beta.gouv.fr/{name}"
    content = {"id": name, "title": name, "publisher": "DINUM", "url": address, "date": DAY}
    return content | {"document": "plafond.md", "section": "Plafond"} | more


def content(**more: Any) -> dict[str, Any]:
    return {"sources": (page(),), "verified": CHECKED} | more


def fact(**more: Any) -> Fact:
    scope = {} if {"year", "editions", "undated"} & more.keys() else {"valid_from": DAY}
    return Fact(**content(key="cap", unit="eur", value=1000) | scope | more)


def edition(number: int, month: str | None = None, **more: Any) -> Edition:
    return Edition(**content(number=number, month=month, **more))


def scheme(name: str = "fast", **more: Any) -> Scheme:
    return Scheme(**content(id=name, name=name.upper(), full_name=name) | more)


def promotion(number: int = 1, **more: Any) -> Promotion:
    return Promotion(**content(edition=number) | more)


def laureate(name: str, number: int = 1, **more: Any) -> Laureate:
    return Laureate(**content(edition=number, name=name, does="sert") | more)


def fund(name: str = "F", **more: Any) -> Fund:
    named = {"id": name, "name": name, "full_name": "Fonds", "decider": "DINUM", "phases": ("idée",)}
    return Fund(**content(**named, mode=("projet",), year=2025, envelope=1000, rate=100) | more)


def key(name: str = "cap", unit: str = "eur", **more: Any) -> Key:
    return Key(name=name, unit=unit, label=name, **more)  # type: ignore[arg-type]


def programme(*records: Edition | Fact | Laureate | Fund | Scheme) -> Programme:
    """A programme that holds these records, and the keys of its facts."""

    def of(model: type) -> tuple[Any, ...]:
        return tuple(one for one in records if type(one) is model)

    return Programme(
        keys={one.key: key(one.key, one.unit) for one in of(Fact)},
        schemes={one.id: one for one in of(Scheme)},
        all_editions=of(Edition),
        all_facts=of(Fact),
        all_laureates=of(Laureate),
        funds=of(Fund),
    )
