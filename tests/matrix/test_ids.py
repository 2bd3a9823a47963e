"""Ids and texts as strangers write them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.ids import read_id, read_room_id
from bot.printable import is_printable, one_line

HASH = "!" + "aZ0_-" * 8 + "abc"


@pytest.mark.parametrize(
    "room_id", ["!a:b.fr", "!a:b.fr:8448", "!a:[::1]:8448", "!a/b:127.0.0.1", HASH, "!" + "x" * 249 + ":b.fr"]
)
def test_a_room_has_a_server_or_is_a_hash(room_id: str) -> None:
    assert read_room_id(room_id) == room_id


@pytest.mark.parametrize(
    "value",
    [
        None,
        5,
        [],
        {},
        "",
        "!",
        "!:b.fr",
        "!a",
        "!a:",
        "!a:b fr",
        "!a b:b.fr",
        "!a:b.fr/",
        "!a:b.fr:8448:1",
        "#a:b.fr",
        "a:b.fr",
        "@a:b.fr",
        HASH + "x",
        HASH[:-1],
        "!\ud800:b.fr",
        "!a\n:b.fr",
        "!a\x00:b.fr",
        "!a\x1b[31m:b.fr",
        "!a\u202e:b.fr",
        "!a\u2028:b.fr",
        "!" + "x" * 30_000 + ":b.fr",
        "!" + "é" * 130 + ":b.fr",
    ],
)
def test_what_is_no_room_is_refused(value: object) -> None:
    assert read_room_id(value) is None


@given(st.text() | st.none() | st.integers() | st.lists(st.text()))
def test_whatever_is_read_can_be_written_everywhere(value: Any) -> None:
    for found in (read_id(value, "$"), read_id(value, "@"), read_room_id(value)):
        if found is not None:
            assert len(found.encode()) <= 255
            assert found.isprintable()


@given(st.text(st.characters(), max_size=2_000))
def test_a_strangers_text_stays_on_its_line(text: str) -> None:
    shown = one_line(text)
    assert is_printable(shown)
    assert len(shown) < 4_000


def test_french_is_not_escaped_and_escapes_are() -> None:
    assert one_line("été") == "été"
    assert one_line("a\nb\x1b[31m\ud800") == r"a\nb\x1b[31m\ud800"
