"""French text analysis: one form for every way to write a word, a number, an edition; sentences cut where they end."""

import string
import time

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.documents import french

FRENCH_TEXT = st.text(
    alphabet=st.one_of(
        st.sampled_from(string.ascii_letters + string.digits + " .,;:!?…'’«»()[]%€\n-éèêàçœÉŒ\u00a0\u202f"),
        st.characters(),
    ),
    max_size=300,
)


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("Été À NOËL, déjà ça", "ete a noel, deja ca"),
        ("e\u0301te\u0301", "ete"),
        ("Œuvre, CŒUR, æquo", "oeuvre, coeur, aequo"),
        ("l’été l'été lʼété l`été", "l'ete l'ete l'ete l'ete"),
        ("un\u00a0deux\u202ftrois\u2009quatre\tcinq\n\nsix", "un deux trois quatre cinq six"),
        ("  autour  ", "autour"),
        ("ﬁn ½ ①", "fin 1⁄2 1"),
        ("", ""),
    ],
)
def test_folding_leaves_lower_case_plain_letters_and_single_spaces(written, folded):
    assert french.fold(written) == folded


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("l'œuvre d’un élu", ["oeuvre", "un", "elu"]),
        ("Qu'est-ce qu'il y a", ["est", "ce", "il", "y", "a"]),
        ("jusqu'au bout, lorsqu'on peut, puisqu'elle", ["au", "bout", "on", "peut", "elle"]),
        ("aujourd'hui", ["aujourd", "hui"]),
        ("co-financement", ["co", "financement"]),
        ("fast@beta.gouv.fr", ["fast", "beta", "gouv", "fr"]),
        ("...", []),
    ],
)
def test_elided_articles_are_dropped_from_the_words(written, words):
    assert french.words(written) == words


@pytest.mark.parametrize(
    "written",
    [
        "300 000 €",
        "300\u202f000\u00a0€",
        "300.000 €",
        "300000",
        "300000€",
        "300 000 euros",
        "300 000 EUR",
        "300k€",
        "300 k€",
        "300 K€",
        "300K",
        "300 keur",
        "300 kilo-euros",
        "300 mille euros",
        "0,3 M€",
        "0.3 M€",
        "0,3M€",
        "0,3 million d'euros",
        "0,3 million d’euros",
        "0,0003 Md€",
    ],
)
def test_a_sum_has_one_term_however_it_is_written(written):
    assert french.tokens(written) == ["300000"]


@pytest.mark.parametrize(
    ("written", "plain"),
    [
        ("1,2 m€", "1200000"),
        ("4,35 m€", "4350000"),
        ("0,29 m€", "290000"),
        ("2 milliards d'euros", "2000000000 d'euros"),
        ("12 345 678 €", "12345678 €"),
        ("30 000 €", "30000 €"),
        ("130 000 €", "130000 €"),
        ("en 2023 300 000 €", "en 2023 300000 €"),
        ("entre 100 et 200 k€", "entre 100 et 200000"),
        ("200 000 € puis 300 000 €", "200000 € puis 300000 €"),
        ("50 %, 50% et 50 pour cent", "50%, 50% et 50%"),
        ("2,5 %", "2.5%"),
        ("3 mois, 5 membres, 10 mai", "3 mois, 5 membres, 10 mai"),
        ("article 3.2", "article 3.2"),
        ("12 34", "12 34"),
    ],
)
def test_numbers_are_written_one_way(written, plain):
    assert french.plain_numbers(written) == plain


@pytest.mark.parametrize(
    ("one", "other"), [("30 000 €", "300 000 €"), ("3 M€", "3 k€"), ("5 %", "50 %"), ("1,5", "15")]
)
def test_different_numbers_keep_different_terms(one, other):
    assert not set(french.tokens(one)) & set(french.tokens(other))


@pytest.mark.parametrize("written", ["FAST 13", "Fast13", "fast-13", "FAST n°13", "FAST n° 13", "fast\u00a013"])
def test_a_named_edition_is_a_term_of_its_own(written):
    assert "fast13" in french.tokens(written)


def test_an_edition_is_not_another_one_that_begins_the_same():
    assert "fast1" not in french.tokens("FAST 13")
    assert "fast13" not in french.tokens("FAST 1")


@pytest.mark.parametrize(
    ("written", "number"),
    [
        *[
            (form, "13")
            for form in ("13e", "13ème", "13eme", "13ième", "13ᵉ", "13 e", "treizième", "TREIZIÈME", "13th")
        ],
        *[(form, "1") for form in ("1er", "1re", "1ère", "1ᵉʳ", "premier", "première", "1st")],
        *[(form, "2") for form in ("2e", "2nd", "2nde", "2ème", "deuxième", "second", "seconde")],
        ("dix-septième", "17"),
        ("sixième", "6"),
        ("seizième", "16"),
        ("vingtième", "20"),
    ],
)
def test_an_ordinal_is_its_number(written, number):
    assert french.words(f"{written} édition") == [number, "edition"]


@pytest.mark.parametrize("word", ["13 est", "3 entreprises", "2 réunions", "10 ergonomes", "secondaire"])
def test_a_word_after_a_number_is_not_taken_for_the_end_of_an_ordinal(word):
    assert french.ordinals(french.fold(word)) == french.fold(word)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("financer", "financement"),
        ("lauréat", "Lauréates"),
        ("éligible", "ELIGIBLES"),
        ("cœur", "coeurs"),
        ("candidature", "candidatures"),
    ],
)
def test_words_of_one_family_share_their_stem(one, other):
    assert french.tokens(one) == french.tokens(other) != []


def test_stop_words_and_question_words_leave_nothing():
    assert french.tokens("Bonjour, est-ce que vous pouvez faire ce qu'il y a ? How much is it?") == []


@pytest.mark.parametrize(
    ("text", "sentences"),
    [
        (
            "Le FAST aide. Il finance ! Combien ? Peu…  Fin",
            ["Le FAST aide.", "Il finance !", "Combien ?", "Peu…", "Fin"],
        ),
        ("Écrivez à M. Dupont. Il répond.", ["Écrivez à M. Dupont.", "Il répond."]),
        ("Mme. Durand et MM. Petit signent.", ["Mme. Durand et MM. Petit signent."]),
        ("Selon J. Dupont. Oui.", ["Selon J. Dupont.", "Oui."]),
        ("Voir l'art. 5, cf. Annexe, p. 3. Fin.", ["Voir l'art. 5, cf. Annexe, p. 3.", "Fin."]),
        ("Cf. Annexe. Art. 5 du code.", ["Cf. Annexe.", "Art. 5 du code."]),
        ("Le plafond est de 1.5 M€. 300 000 € en 2023.", ["Le plafond est de 1.5 M€.", "300 000 € en 2023."]),
        ("Voir https://beta.gouv.fr/fast. Puis postulez.", ["Voir https://beta.gouv.fr/fast.", "Puis postulez."]),
        ("Écrivez à fast@beta.gouv.fr pour le FAST.", ["Écrivez à fast@beta.gouv.fr pour le FAST."]),
        ("Il a dit « oui. » Elle aussi.", ["Il a dit « oui. »", "Elle aussi."]),
        ('Il a dit "oui." Elle aussi.', ['Il a dit "oui."', "Elle aussi."]),
        ("C'est fini (voir plus haut.) La suite.", ["C'est fini (voir plus haut.)", "La suite."]),
        ("Il dit. « Elle aussi. »", ["Il dit.", "« Elle aussi. »"]),
        ("- un produit\n- deux. Trois\n\nFin", ["- un produit", "- deux.", "Trois", "Fin"]),
        ("Les beta.gouv.fr. et consorts", ["Les beta.gouv.fr. et consorts"]),
        ("", []),
        (" \n \t", []),
    ],
)
def test_a_text_is_cut_into_its_sentences(text, sentences):
    assert french.sentences(text) == sentences


@given(FRENCH_TEXT)
@example("\ud800 a. B")
def test_every_sentence_is_a_piece_of_the_text_in_order_and_nothing_but_spaces_is_lost(text):
    place, kept = 0, ""
    for sentence in french.sentences(text):
        place = text.index(sentence, place) + len(sentence)
        kept += sentence
    assert "".join(kept.split()) == "".join(text.split())


@given(FRENCH_TEXT)
@example("1" * 400 + ",5 M€")
@example("²³ ½ ٣٠٠ 000 €")
def test_no_text_makes_the_analysis_fail(text):
    terms = french.tokens(text)
    assert all(term and term == term.lower() and " " not in term for term in terms)


@pytest.mark.parametrize("pattern", [".", "! » ", "»", "1 ", "1 000 ", "13 e ", "M. A. ", "fast ", "l'", "\u00a0"])
def test_no_repeated_pattern_makes_the_analysis_slow(pattern):
    text = (pattern * 65_000)[:65_000]
    start = time.process_time()

    french.sentences(text)
    french.tokens(text)

    assert time.process_time() - start < 3


@given(FRENCH_TEXT)
def test_folding_twice_is_folding_once(text):
    assert french.fold(french.fold(text)) == french.fold(text)
