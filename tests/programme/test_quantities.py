"""Numbers found in a text: where each stands, its value and magnitude, and what else is written with it."""

from decimal import Decimal

import pytest

from bot.programme.quantities import Quantity, fold, scan


def found(text: str) -> list[tuple[str, Decimal]]:
    """Return the quantities of a text as they are written, with their values."""
    folded = fold(text)
    return [(folded[one.start : one.end], one.value) for one in scan(folded)]


# The text | what is found in it, each with its value.
FOUND = """
450 000,50 €                   | 450 000,50 € = 450000.50
1 million 200 mille euros      | 1 million 200 mille euros = 1200000
2 milliards 3 millions 4 mille | 2 milliards 3 millions 4 mille = 2003004000
2 mille 1 000 €                | 2 mille = 2000 ; 1 000 € = 1000
5 mille 6 millions             | 5 mille = 5000 ; 6 millions = 6000000
1k500                          | 1k500 = 1500
1 k 500 €                      | 1 k 500 € = 1500
mille 5                        | mille = 1000 ; 5 = 5
un million 2 agents            | un million = 1000000 ; 2 = 2
un million un peu              | un million = 1000000 ; un = 1
un million une                 | un million = 1000000 ; une = 1
1 million 3                    | 3 = 3
un million deux                | deux = 2
deux millions et demi          | deux millions et demi = 2500000
3 k€ et 5 M€                   | 3 k€ = 3000 ; 5 M€ = 5000000
trois quarts d'un million      | trois quarts d'un million = 750000
un quart de million            | un quart de million = 250000
une dizaine de k€              | une dizaine de k€ = 10000
deux centaines d'euros         | deux centaines d'euros = 200
centaines d'euros              |
une douzaine de k€             | une douzaine de k€ = 12000
une quinzaine de k€            | une quinzaine de k€ = 15000
une vingtaine de k€            | une vingtaine de k€ = 20000
une trentaine de k€            | une trentaine de k€ = 30000
une quarantaine de k€          | une quarantaine de k€ = 40000
une cinquantaine de k€         | une cinquantaine de k€ = 50000
une soixantaine de k€          | une soixantaine de k€ = 60000
une centaine de k€             | une centaine de k€ = 100000
une centaines d'euros          |
2 cents euros                  | 2 cents euros = 200
zéro virgule zéro cinq million | zéro virgule zéro cinq million = 50000
deux trois                     |
1,5                            | 1,5 = 1.5
1.250                          | 1.250 = 1250
0.250                          | 0.250 = 0.25
12.2500                        | 12.2500 = 12.25
1.250 k€                       | 1.250 k€ = 1250
1 000 00                       |
12 34                          |
12/05                          |
3:4                            |
12.5.3                         |
3-4                            | 3 = 3 ; 4 = 4
a450                           |
12 34 puis a450 et 5           | 5 = 5
450a                           |
_450                           |
450_                           |
x 450                          | 450 = 450
-5                             | -5 = -5
5 -3                           | 5 = 5 ; 3 = 3
EUR 450                        | eur 450 = 450
€5                             | €5 = 5
3 €5                           | 3 € = 3 ; 5 = 5
5 € 10 €                       | 5 € = 5 ; 10 € = 10
999 e                          | 999 = 999
1000 e                         | 1000 e = 1000
5 e-mails                      | 5 = 5
12 € 50                        | 12 € = 12 ; 50 = 50
12 euros 5 centimes            | 12 euros 5 centimes = 12.05
300 000€50                     | 300 000€50 = 300000.50
1k€ 5                          | 1k€ = 1000 ; 5 = 5
"""


@pytest.mark.parametrize("line", FOUND.strip().splitlines())
def test_a_number_is_found_where_it_stands(line: str) -> None:
    text, _, quantities = line.partition("|")
    pairs = [one.partition(" = ") for one in quantities.split(" ; ") if one.strip()]
    assert found(text.strip()) == [(written.strip(), Decimal(value)) for written, _, value in pairs]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("450", Quantity(Decimal(450), 0, 3)),
        ("450 000 €", Quantity(Decimal(450_000), 0, 9, unit=True, grouped=True)),
        ("3 k", Quantity(Decimal(3000), 0, 3, Decimal(1000), "k")),
        ("12 000 M", Quantity(Decimal(12 * 10**9), 0, 8, Decimal(10**6), "M", grouped=True)),
        ("une dizaine de k€", Quantity(Decimal(10_000), 0, 17, Decimal(1000), "k", unit=True, approximate=True)),
        ("2 M 300 k", Quantity(Decimal(2_300_000), 0, 9, Decimal(1000), "k")),
        ("2 mille 300 €", Quantity(Decimal(2300), 0, 13, Decimal(1), "mille", unit=True)),
        ("EUR 450", Quantity(Decimal(450), 0, 7, unit=True)),
    ],
)
def test_a_quantity_says_its_magnitude_and_how_it_is_written(text: str, expected: Quantity) -> None:
    assert list(scan(fold(text))) == [expected]


def test_a_search_may_begin_further_on() -> None:
    assert [one.value for one in scan("5 puis 7", 1)] == [7]
    assert [one.unit for one in scan("€ 7", 1)] == [False]


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("Budget\u202fDE 5\u00a0M", "budget de 5 M"),
        ("5 M€, 5 Meur, 5 ME", "5 M€, 5 Meur, 5 Me"),
        ("MADAME, 5 MILLIONS", "madame, 5 millions"),
        ("5 Mo, aM", "5 mo, am"),
        ("−5 ‑ 5 – 5", "-5 - 5 - 5"),
        ("l’an `a ʼb\tc", "l'an 'a 'b c"),
        ("５\u200b㎏ ﬁ İ", "5 ㎏ ﬁ İ"),
    ],
)
def test_a_folded_text_is_plain_and_as_long(text: str, folded: str) -> None:
    assert fold(text) == folded
    assert len(fold(text)) == len(text)
