"""What of a document was not read, counted and told."""

from bot.documents.losses import Losses, shortfall


def test_a_document_read_whole_has_no_shortfall():
    assert shortfall(Losses().found(), 1000) == ""


def test_what_is_not_read_is_counted_by_kind_and_weighed_against_what_is():
    losses = Losses()
    for text in ("x" * 20, "x" * 30, "x" * 10, "x" * 10):
        losses.add("text box", text)
    losses.add("comment", "x" * 5)

    assert shortfall(losses.found(), 925) == "lu à 92 % : 4 zones de texte non lues, 1 commentaire non lu"


def test_what_is_not_whole_is_never_told_to_be_whole():
    losses = Losses()
    losses.add("note", "x")

    assert shortfall(losses.found(), 1_000_000) == "lu à 99 % : 1 note non lue"


def test_a_loss_of_unknown_size_counts_for_about_a_sentence():
    losses = Losses()
    losses.add("object", count=2)

    assert shortfall(losses.found(), 800) == "lu à 80 % : 2 objets incorporés non lus"
    assert shortfall(losses.found(), 0) == "lu à 0 % : 2 objets incorporés non lus"
