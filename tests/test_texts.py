"""How an answer is laid out: the figure, the sources, the day."""

from datetime import date

from bot.evaluation.replies import Reply
from bot.results import Answer, Citation, Statement
from bot.texts import render, sources

TODAY = date(2026, 11, 21)
PAGE = "https://beta.gouv.fr/fast/"


def cited(
    title: str, url: str = PAGE, day: date | None = date(2024, 2, 23), section: str = "Fiche › Plafond"
) -> Citation:
    return Citation("fiche.md", section, title, "DINUM, beta.gouv.fr", url, day, "")


def answer(*citations: Citation, text: str = "Le plafond était de 200 000 €.") -> Answer:
    return Answer((Statement(text, citations),), TODAY)


def lines(*citations: Citation) -> list[str]:
    return [line for line in render(answer(*citations)).split("\n") if line.startswith("- ")]


def test_the_publisher_and_the_day_stand_inside_the_link():
    assert f"[Accueil (DINUM, beta.gouv.fr, 23 février 2024)]({PAGE})\n" in render(answer(cited("Accueil")))


def test_the_day_of_the_answer_has_a_line_of_its_own():
    assert "Réponse au 21 novembre 2026." in render(answer(cited("Accueil"))).split("\n")


def test_pages_of_one_address_are_one_line():
    promotions = [cited(f"Promotion FAST {number}", day=date(2010 + number, 1, 1)) for number in range(1, 16)]

    [first, second] = lines(*promotions, cited("Sélection", f"{PAGE}selection"))

    assert first.count(PAGE) == 1
    assert "Promotion FAST 2 et 13 autres" in first
    assert "1er janvier 2011 au 1er janvier 2025" in first
    assert "Sélection" in second


def test_a_page_read_on_two_days_is_named_once_with_both():
    [text] = render(answer(cited("Accueil"), cited("Accueil", day=date(2025, 11, 25)))).split("\n")[2:3]

    assert text.count("Accueil") == 1
    assert "23 février 2024 et 25 novembre 2025" in text


def test_four_addresses_at_most_then_how_to_have_all():
    pages = [cited(f"Page {number}", f"{PAGE}{number}") for number in range(7)]

    assert [len(lines(*pages[:size])) for size in (2, 4, 5, 7)] == [2, 4, 5, 5]
    assert lines(*pages)[-1] == "- … et 3 autres : `!fast sources`"
    assert "… et 1 autre :" in lines(*pages[:5])[-1]


def test_sources_alone_are_all_of_them_each_with_its_section_and_day_without_the_answer():
    told = sources(
        answer(*(cited(f"Page {number}", f"{PAGE}{number}") for number in range(7)), cited("Page 0", f"{PAGE}0"))
    )

    assert told.count("\n- ") == 7
    assert told.count("« Plafond »") == 7
    assert "200 000 €" not in told
    assert "!fast" not in told
    assert told.endswith("Réponse au 21 novembre 2026.")


def test_nothing_is_listed_where_nothing_is_cited():
    assert render(answer()) == "Le plafond était de 200 000 €."
    assert sources(answer()) == ""


def test_only_the_figure_of_the_first_statement_is_bold():
    told = Answer(
        (Statement("Le plafond est de 200 000 €.", (cited("a"),)), Statement("Le taux est de 50 %.", (cited("a"),))),
        TODAY,
    )

    assert "**200 000 €**" in render(told, bold=True)
    assert "taux est de 50 %." in render(told, bold=True)
    assert "**" not in render(told)


def test_the_judge_reads_no_claim_in_the_sources_nor_in_the_day():
    pages = [cited(f"Promotion FAST {number}", f"{PAGE}{number}") for number in range(7)]

    assert Reply("answered", render(answer(*pages))).body == "Le plafond était de 200 000 €."
