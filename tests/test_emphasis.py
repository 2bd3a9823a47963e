"""Which figure is in bold."""

import re

import pytest

from bot.emphasis import with_bold_figure


@pytest.mark.parametrize(
    ("text", "bold"),
    [
        ("Le plafond du FAST 13 (2023) était de 300 000 € par an, selon la page du 7 avril 2023.", ["300 000 €"]),
        ("En 2025, la page des guichets donnait un taux de cofinancement de 50 %.", ["50 %"]),
        (
            "La date limite du FAST 15 est le 15 mai 2024 selon la page de la promotion et le 29 mai 2024 selon la "
            "page d'accueil du 23 février 2024.",
            ["15 mai 2024", "29 mai 2024"],
        ),
        ("Le FAST 12 a reçu 20 candidatures. Il compte 10 lauréats.", ["20 candidatures"]),
        ("FAST 12 : entre 9 et 10 lauréats, soit entre 45 et 50 % (calcul).", ["9 et 10 lauréats", "45 et 50 %"]),
        ("L'accompagnement dure 4 à 8 mois.", ["4 à 8 mois"]),
        (
            "Les FAST 15 à 17 avaient un plafond de 200 000 € pour 1,5 million d'euros.",
            ["200 000 €", "1,5 million d'euros"],
        ),
        ("Au plus 1 234 567,50 € (FAST 17).", ["1 234 567,50 €"]),
        ("Le comité a lieu en 2024 dans les locaux de la DINUM.", []),
        ("« Les 30 000 € » sont compris (400 000 €).", []),
    ],
)
def test_what_answers_is_in_bold_not_what_says_when_or_where_it_is_said(text: str, bold: list[str]):
    assert re.findall(r"\*\*(.+?)\*\*", with_bold_figure(text)) == bold
    assert with_bold_figure(text).replace("**", "") == text


@pytest.mark.parametrize(
    "text", ["Les 10 lauréats et leurs montants sont :\n- Docurba : 250 000 €.", "- 250 000 €", "**Éligible** : 50 %."]
)
def test_a_list_and_what_has_bold_words_stay_as_they_are(text: str):
    assert with_bold_figure(text) == text
