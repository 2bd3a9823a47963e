"""Amounts as people type them: one alone, several in a sentence, and back to text."""

import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.errors import UnusableInput
from bot.programme.amounts import find_amounts, format_amount, parse_amount

# What is typed | euros.
ONE_AMOUNT = """
450000                          | 450000
450 000                         | 450000
450\u00a0000                    | 450000
450\u202f000                    | 450000
450\u2009000 €                  | 450000
450  000                        | 450000
450k                            | 450000
450K                            | 450000
450 k                           | 450000
450k€                           | 450000
450 k€                          | 450000
450K€                           | 450000
450 K €                         | 450000
450k euros                      | 450000
450 keur                        | 450000
450 K EUR                       | 450000
450ke                           | 450000
450 k-€                         | 450000
1,2 M€                          | 1200000
1,2M€                           | 1200000
1,2 m€                          | 1200000
1,2m                            | 1200000
1.2M                            | 1200000
1,2 M                           | 1200000
1,2 Me                          | 1200000
1,2 million                     | 1200000
1.2 millions d'euros            | 1200000
1,2 million d’euros             | 1200000
0,3 million                     | 300000
0.300 M€                        | 300000
1.250 M€                        | 1250000
450 000,50 €                    | 450000.50
450 000.50                      | 450000.50
450.000                         | 450000
450.000,50                      | 450000.50
450,000                         | 450000
450,000.50                      | 450000.50
1,200,000                       | 1200000
1.200.000 €                     | 1200000
450'000                         | 450000
450’000                         | 450000
450000.00                       | 450000
450000,5                        | 450000.5
450000.123                      | 450000.123
1 200 000 euros                 | 1200000
200 mille euros                 | 200000
deux cent mille                 | 200000
Deux Cent Mille euros           | 200000
deux cents mille                | 200000
deux-cent-mille                 | 200000
deux-cent-mille-euros           | 200000
2 cent mille                    | 200000
cent cinquante mille euros      | 150000
quatre-vingt-dix mille          | 90000
soixante et onze mille          | 71000
septante mille                  | 70000
mille deux cents                | 1200
mille                           | 1000
trois cents                     | 300
un demi-million                 | 500000
un demi million d'euros         | 500000
demi-million                    | 500000
un million et demi              | 1500000
2 millions et demi              | 2500000
un quart de million             | 250000
trois quarts de million d'euros | 750000
un million deux cent mille      | 1200000
1 million 200 mille             | 1200000
1 million 200 000 €             | 1200000
1M200k                          | 1200000
1M2                             | 1200000
1M2€                            | 1200000
1k5                             | 1500
deux virgule cinq millions      | 2500000
zéro virgule trois million      | 300000
un millier d'euros              | 1000
une centaine de milliers d'euros | 100000
une trentaine de k€             | 30000
1 milliard                      | 1000000000
2 Mds€                          | 2000000000
€450k                           | 450000
€ 450,000                       | 450000
EUR 450000                      | 450000
450 000 e                       | 450000
450€                            | 450
450                             | 450
0                               | 0
12,50 €                         | 12.50
12 euros 50 centimes            | 12.50
450 000€50                      | 450000.50
-450000                         | -450000
- 450 000 €                     | -450000
−5000 €                         | -5000
moins 5000                      | -5000
environ 450k                    | 450000
~450k€                          | 450000
450 000 € environ               | 450000
450 000 € par an                | 450000
450 k€/an                       | 450000
450 000 € HT                    | 450000
４５０ ０００                    | 450000
half a million                  | 500000
200 thousand euros              | 200000
1000000000000000                | 1000000000000000
"""

NO_AMOUNT = [
    "",
    "   ",
    "abc",
    "nan",
    "inf",
    "1e6",
    "0x10",
    "--5",
    "1.2.3",
    "45 00 00",
    "450 00",
    "12 000 00",
    "13e",
    "FAST 13",
    "édition 15",
    "50 %",
    "15 mai 2024",
    "2024-05-15",
    "15/05/2024",
    "450 000 utilisateurs",
    "1 million 200",
    "millions d'euros",
    "quelques millions",
    "200k et 300k",
    "entre 200 et 300k",
    "450k$",
    "450 000 dollars",
    "450k par mois",
    "50 000 €/jour",
    "300k sur 18 mois",
    "50k x 12",
    "10^15",
    "٤٥٠",
]

# A sentence | its amounts: /period after the amount when one is said, ~ when it is approximate.
SENTENCES = """
mon budget est de 450 000 € | 450000
j'ai un budget de 450k, le partenaire met 200k | 450000 200000
budget 450000 quel cofinancement | 450000
mon sponsor met 150 000 et le budget total est de 400 000. | 150000 400000
200k du partenaire dont 50k de temps agent et 20k déjà dépensés | 200000 50000 20000
450k de nos partenaires, 100 000 dépensés | 450000 100000
J’ai 450 000 € ; qu’est-ce que j’aurai ? | 450000
on a deux cent mille euros et un million deux cent mille de budget | 200000 1200000
un produit, une équipe de trois personnes, un budget de cent cinquante mille euros | 150000
la startup a 3 agents à 50k chacun | 50000
on demande 300K€ max | 300000
j'ai 400000 euros 50 agents | 400000
12.500 € | 12500
2000 € | 2000
budget -5000 | -5000
budget : -5000 € | -5000
FAST 13 300 000 € ? | 300000
plafond du FAST 15 : 200 000 € | 200000
FAST 16 avec un budget de 390k | 390000
combien pour le 17 450 000 de budget | 450000
édition 13 200k | 200000
promo 17 : 160 000 € | 160000
FAST 12 à 17 : 300 000 puis 200 000 € | 300000 200000
FAST 15 ou 16 pour 450k | 450000
le 30 000 € d'accompagnement | 30000
le 1 200 000 € de budget | 1200000
le 15 mai 2024 200 000 € | 200000
en 2024 450 000 € | 450000
budget 2024 : 450 000 | 450000
50 % de 450k | 450000
300 000 utilisateurs et 450 000 € de budget | 450000
50k par mois | 50000/month
2000 par mois | 2000/month
50k€/mois et 200 000 € du partenaire | 50000/month 200000
30 000 € HT par mois | 30000/month
budget mensuel de 50k | 50000/month
un coût mensuel moyen : 12 500 € | 12500/month
par mois on dépense 50k et on a 200k | 50000/month 200000
450k sur l'année | 450000/year
450 000€/an | 450000/year
450k par an dont 100k de temps agent | 450000/year 100000
half a million euros per year | 500000/year
600 € par jour | 600/other
300k sur 18 mois | 300000/other
50k x 12 | 50000/other
12 x 50k | 50000/other
environ 450k | 450000~
plus de 200k | 200000~
200 k€ (environ) | 200000~
une centaine de milliers d'euros | 100000~
entre 200 et 300 k€ | 200000~ 300000~
200-300k | 200000~ 300000~
de 200 à 300 k€ | 200000~ 300000~
entre 200 000 et 300 000 € | 200000~ 300000~
budget 300k et 450k | 300000 450000
1000000000000000 € | 1000000000000000
un million cinq cents euros | 1000500
deux cent mille cinq cents | 200500
1 million 3 agents | 1000000
l'apport est de 100k€ (dont 20k€ d'ETP) | 100000 20000
un budget d'1,2 M€ | 1200000
200k€+100k€ | 200000 100000
300000€/200000€ | 300000 200000
budget 450 000 partenaire 200 000 | 450000 200000
380 000 en 2025 | 380000
40 k€ mensuels | 40000/month
on dépense 35k€ chaque mois | 35000/month
12 000 usagers par mois et 300 000 € | 300000
le projet coute 800k sur 2 ans | 800000/other
1 € pour 1 € | 1 1
15 k€ par mois pendant 6 mois | 90000/year
15 k€ par mois pendant 1 mois | 15000/year
15 k€ par mois sur 12 mois | 180000/year
15 k€ par mois pendant 13 mois | 15000/month
15 k€ par mois pour 0 mois | 15000/month
15 k€ par an pendant 6 mois | 15000/year
12 k€ par mois pendant 6 mois environ 5 k€ | 72000/year 5000~
budget 1000 | 1000
budget 1899 | 1899
un budget de 2100 ou 2101 | 2101
2500 ou 3000 | 2500 3000
5 000 € puis 200-300 k€ | 5000 200000~ 300000~
900 à 1 k€ | 900~ 1000~
1 à 1 k€ | 1~ 1000~
1000 à 2 M€ | 1000~ 2000000~
999 à 2 M€ | 999~ 2000000~
500 à 1 M€ | 500~ 1000000~
2 000 à 3 k€ | 2000~ 3000~
1 k€ à 2 M€ | 1000~ 2000000~
2024 à 300 k€ | 300000
"""

NOTHING = [
    "",
    "le fast 17 et le 13",
    "FAST 15, 16 et 17",
    "13e édition, 14ème édition",
    "du 15 mai 2024 au 1er décembre 2023",
    "2023-05-15",
    "15/05/2023",
    "en 2024",
    "budget 999",
    "budget 1900",
    "budget 2000",
    "budget 2100",
    "un budget de mille",
    "deux mille vingt-quatre",
    "cinquante pour cent du budget",
    "1,2 million d'usagers",
    "2 millions de visites par mois",
    "j'ai 5000 communes",
    "trois personnes et deux agents",
    "quelques centaines de milliers d'euros",
    "des millions d'euros",
    "mille mercis",
    "dix mille fois merci",
    "450",
    "tél 01 23 45 67 89",
    "06 12 34 56 78",
    "ISO 27001 et RGAA 4.1",
    "120 m2",
    "12 m",
    "4 mois",
    "24/7",
    "le programme 352",
    "1000 premiers jours Blues",
    "10^15 €",
    "un million deux",
    "un million cinq cents",
    "1 million 200",
    "art. L. 1111-2",
    "du 13 au 17",
    "à 10h30",
]


def table(text: str) -> list[tuple[str, str]]:
    rows = (line.rpartition("|") for line in text.strip("\n").split("\n"))
    return [(left.rstrip(" "), right.strip()) for left, _, right in rows]


def outcome(text: str) -> str:
    try:
        return str(parse_amount(text))
    except UnusableInput as error:
        return str(error)


@pytest.mark.parametrize(("typed", "euros"), table(ONE_AMOUNT))
def test_an_amount_is_read_as_typed(typed: str, euros: str) -> None:
    assert parse_amount(typed) == Decimal(euros)


@pytest.mark.parametrize("typed", NO_AMOUNT)
def test_what_is_not_one_yearly_amount_in_euros_is_refused(typed: str) -> None:
    with pytest.raises(UnusableInput):
        parse_amount(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [("450 k$", "n'est pas en euros"), ("50 k€ par mois", "total sur 12 mois"), ("beaucoup", "écrivez par exemple")],
)
def test_a_refusal_repeats_what_was_typed_and_says_why(typed: str, reason: str) -> None:
    with pytest.raises(UnusableInput, match=rf"^« {re.escape(typed)} ».*{reason}"):
        parse_amount(typed)
    with pytest.raises(UnusableInput, match=r"^« x{60} »"):
        parse_amount("x" * 61)


@pytest.mark.parametrize(("sentence", "expected"), table(SENTENCES))
def test_the_amounts_of_a_sentence_are_found(sentence: str, expected: str) -> None:
    found = [
        f"{amount.value:f}{'/' + amount.period if amount.period else ''}{'~' if amount.approx else ''}".replace(
            ".0", ""
        )
        for amount in find_amounts(sentence)
    ]
    assert found == expected.split()


@pytest.mark.parametrize("sentence", NOTHING)
def test_editions_dates_percentages_and_counts_are_no_amounts(sentence: str) -> None:
    assert find_amounts(sentence) == ()


def test_a_found_amount_says_where_it_stands() -> None:
    sentence = "j'ai 450 000 € et 1,2 M€ par mois"
    first, second = find_amounts(sentence)
    assert sentence[first.start : first.end] == "450 000 €"
    assert sentence[second.start : second.end] == "1,2 M€"
    assert (first.period, second.period) == (None, "month")
    (yearly,) = find_amounts("450 k€ par an")
    assert yearly.period == "year"


@pytest.mark.parametrize(
    ("amount", "text"),
    [
        ("450000", "450 000 €"),
        ("1200000", "1 200 000 €"),
        ("999", "999 €"),
        ("0", "0 €"),
        ("2.5", "2,50 €"),
        ("1234.05", "1 234,05 €"),
        ("450000.00", "450 000 €"),
        ("-5000", "-5 000 €"),
        ("1E+5", "100 000 €"),
    ],
)
def test_an_amount_is_written_with_plain_spaces_and_cents_only_when_there_are(amount: str, text: str) -> None:
    assert format_amount(Decimal(amount)) == text


@given(st.decimals(min_value=0, max_value=10**12, places=2))
def test_a_written_amount_is_read_back(amount: Decimal) -> None:
    assert parse_amount(format_amount(amount)) == amount
    assert [one.value for one in find_amounts(f"un budget de {format_amount(amount)} cette année")] == [amount]


@given(st.integers(1, 999), st.sampled_from(["k", " k€", "k€", " mille", " 000", "000", ".000 €", "\u202f000 €"]))
def test_every_way_of_writing_thousands_gives_the_same_amount(thousands: int, suffix: str) -> None:
    assert parse_amount(f"{thousands}{suffix}") == thousands * 1000


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused_in_one_line_but_never_breaks(text: str) -> None:
    for amount in find_amounts(text):
        assert 0 <= amount.start < amount.end <= len(text)
    assert "\n" not in outcome(text)


@given(st.text(alphabet="0123456789 .,'-€kMm\u202fdeuxcntmilol%/", max_size=40))
def test_texts_made_of_number_characters_never_break(text: str) -> None:
    find_amounts(text)
    outcome(text)


@pytest.mark.parametrize("piece", ["1 ", "un ", "1", "cent mille ", "environ ", "1.000", "fast 1, ", "un et ", "deux-"])
def test_a_long_text_takes_no_long_time(piece: str) -> None:
    find_amounts(piece * 3000)  # quadratic patterns would take minutes
