"""From Markdown to the bodies of messages."""

import json
import re
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.matrix.rendering import LONGEST, Part, render_parts

SHOWN = set("a blockquote br code del em h1 h2 h3 h4 h5 h6 hr li ol p pre s strong ul".split())  # Element keeps more


def only(markdown: str) -> Part:
    (part,) = parts_of(markdown)
    return part


def parts_of(markdown: str) -> list[Part]:
    """Return the messages with plain spaces: test_typography.py has the others."""
    return [
        Part(*(re.sub("[\u00a0\u202f]", " ", body) for body in vars(part).values())) for part in render_parts(markdown)
    ]


def test_an_answer_reads_well_in_both_bodies():
    part = only(
        "Le plafond était de **300 000 €**.\n\nSource : [page du FAST](https://x.gouv.fr/a?b=1&c=2) (DINUM, 2023)."
    )

    assert (
        part.plain
        == "Le plafond était de 300 000 €.\n\nSource : page du FAST (https://x.gouv.fr/a?b=1&c=2) (DINUM, 2023)."
    )
    assert part.html == (
        "<p>Le plafond était de <strong>300 000 €</strong>.</p>\n"
        '<p>Source : <a href="https://x.gouv.fr/a?b=1&amp;c=2">page du FAST</a> (DINUM, 2023).</p>'
    )


def test_lists_keep_their_marks_numbers_and_depth():
    assert only("3. un\n4. deux\n   - trois").plain == "3. un\n4. deux\n   - trois"


def test_a_link_that_is_its_own_address_is_said_once():
    assert only("<https://x.fr> et [a@b.fr](mailto:a@b.fr)").plain == "https://x.fr et a@b.fr"


def test_a_table_becomes_a_list_that_names_each_column():
    part = only("| Édition | Plafond |\n|---|---|\n| 13 | **300 000 €** |\n| 15 | |\n\nFin.")

    assert part.plain == "- Édition : 13 ; Plafond : 300 000 €\n- Édition : 15\n\nFin."
    assert "<table" not in part.html
    assert part.html.count("<li>") == 2
    assert "<strong>300 000 €</strong>" in part.html


def test_a_table_inside_a_quote_or_without_rows_becomes_a_list_too():
    assert only("> | a | b |\n> |---|---|\n> | 1 | 2 |").plain == "> - a : 1 ; b : 2"
    assert only("| a | b |\n|---|---|").plain == "- a ; b"


@pytest.mark.parametrize(
    "hostile",
    [
        "<script>alert(1)</script>",
        '<img src="https://x.fr/p.png" onerror="alert(1)">',
        "[x](javascript:alert(1))",
        "![suivi](https://x.fr/p.png)",
        '<a href="https://x.fr" onclick="x()">y</a>',
        '<mx-reply><a href="https://matrix.to/#/@a:b">a</a></mx-reply>',
    ],
)
def test_no_markup_gets_through_but_what_markdown_makes(hostile: str):
    html = only(f"avant {hostile} après").html

    assert set(re.findall(r"<(\w[\w-]*)", html)) <= SHOWN
    assert not re.search(r"<[^>]*(?:onerror|onclick|javascript|title)", html)


def test_a_short_answer_is_one_message_and_an_empty_one_still_is():
    assert len(render_parts("oui")) == 1
    assert render_parts("")[0].plain
    assert render_parts("   \n\n")[0].plain


def test_a_long_answer_is_split_between_paragraphs_as_late_as_possible():
    paragraphs = [f"Paragraphe {number} : " + "mot " * 200 + "fin." for number in range(20)]

    parts = parts_of("\n\n".join(paragraphs))

    assert "\n\n".join(part.plain for part in parts) == "\n\n".join(paragraphs)
    assert all(part.plain.endswith("fin.") for part in parts)
    assert len(parts) == 5  # four paragraphs of 820 characters fill a message


@pytest.mark.parametrize(
    "heading", ["## Les lauréats", "Les lauréats sont :", "**Lauréats**", "# Tout\n\n## Ici\n\nVoici :"]
)
@pytest.mark.parametrize("items", [2, 60, 200])
def test_a_part_never_ends_on_a_heading(heading: str, items: int):
    for before in range(0, 4000, 97):
        text = f"{'mot ' * (before // 4)}fin.\n\n{heading}\n\n" + "\n".join(
            ["- " + "mot " * (300 // items + 20)] * items
        )
        parts = parts_of(text)

        assert not [part for part in parts if part.plain.endswith(("lauréats", ":", "Lauréats", "Ici", "Tout"))]


def test_what_stands_under_a_heading_is_cut_where_it_would_not_fit_with_it():
    [first, *_] = parts_of("Voici :\n\n" + "mot " * 998 + "fin.")

    assert first.plain.startswith("Voici :\n\nmot mot")


def test_a_heading_over_nothing_is_said_all_the_same():
    assert parts_of("mot " * 990 + "fin.\n\n" + "Voici les lauréats du FAST :")[-1].plain.endswith(":")


def test_a_long_list_is_split_between_its_items_which_keep_their_numbers():
    parts = render_parts("\n".join(f"{number}. " + "mot " * 50 for number in range(1, 41)))

    assert len(parts) > 1
    numbers = [int(number) for part in parts for number in re.findall(r"^(\d+)\.", part.plain, re.MULTILINE)]
    assert numbers == list(range(1, 41))
    assert f'<ol start="{parts[1].plain.partition(".")[0]}">' in parts[1].html


def test_a_long_table_names_its_columns_in_every_message():
    parts = parts_of(
        "| Année | Somme |\n|---|---|\n" + "\n".join(f"| {year} | {year} € |" for year in range(1000, 1400))
    )

    assert len(parts) > 1
    years = [int(year) for part in parts for year in re.findall(r"Année : (\d+) ; Somme", part.plain)]
    assert years == list(range(1000, 1400))


def test_a_long_block_of_code_stays_code_in_every_message():
    parts = render_parts("```\n" + "x = 1 < 2\n" * 1000 + "```")

    assert len(parts) > 1
    assert sum(part.plain.count("x = 1 < 2") for part in parts) == 1000
    assert all(part.html.startswith("<pre><code>") for part in parts)


def test_a_paragraph_too_long_is_cut_after_a_sentence_and_never_inside_a_link():
    parts = render_parts("Selon [la page du FAST](https://x.gouv.fr/page), c'est oui. " * 200)

    assert all(part.plain.endswith("oui.") for part in parts)
    assert sum(part.html.count('<a href="https://x.gouv.fr/page">la page du FAST</a>') for part in parts) == 200


def test_a_link_defined_at_the_end_works_in_every_message():
    parts = render_parts("\n\n".join(["[page][1] " + "mot " * 300] * 10) + "\n\n[1]: https://x.fr")

    assert len(parts) > 1
    assert all('<a href="https://x.fr">' in part.html for part in parts)


def test_a_word_without_end_is_cut_all_the_same():
    parts = render_parts("a" * 30_000)

    assert "".join(part.plain for part in parts) == "a" * 30_000


def event_size(part: Part) -> int:
    """The bytes of an encrypted edit that holds a part."""
    content = {"body": part.plain, "formatted_body": part.html}
    return len(json.dumps({**content, "m.new_content": content}, ensure_ascii=False).encode()) * 4 // 3


_MARKDOWN = st.lists(
    st.sampled_from(
        ["- ", "1. ", "> ", "| a | b |\n|---|---|\n", "```\n", "**", "[x](http://y.fr)", "\n\n", "\n", "    "]
    )
    | st.text(max_size=30)
    | st.integers(1, 3000).map(lambda size: "é&" * size),
    max_size=8,
).map("".join)


@settings(max_examples=50, deadline=None)
@given(_MARKDOWN)
def test_whatever_the_markdown_every_message_fits_an_event_and_shows_only_known_tags(markdown: str):
    parts = render_parts(markdown)

    assert parts
    for part in parts:
        assert part.plain
        assert max(len(part.plain), len(part.html)) <= LONGEST
        assert event_size(part) < 60_000
        assert set(re.findall(r"<(\w+)", part.html)) <= SHOWN


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40), min_size=1, max_size=400))
def test_no_word_is_lost_whatever_the_length(words: list[str]):
    text = " ".join(words)

    assert "".join(" ".join(part.plain for part in render_parts(text)).split()) == "".join(text.split())


def test_an_answer_is_rendered_fast():
    answer = "\n\n".join(["Le plafond était de **300 000 €** par [an](https://x.fr)."] * 10)
    render_parts(answer)
    started = time.process_time()
    for _ in range(20):
        render_parts(answer)

    assert (time.process_time() - started) / 20 < 0.05
