"""Messages (EML): subject, people, day and text; attachments are named."""

from email.message import EmailMessage

import pytest

from bot.documents.content import Content, Limits, Unusable
from bot.documents.formats.parsing import parse
from bot.documents.losses import shortfall
from bot.documents.passages import load_passages

SENTENCE = "Le plafond passe à 180 000 € pour l’édition d’été."


def message(**headers: str) -> EmailMessage:
    made = EmailMessage()
    made["Subject"] = headers.get("subject", "Re: Plafond de l’été")
    made["From"] = "Anne Léger <anne@exemple.fr>"
    made["To"] = "Équipe <equipe@exemple.fr>"
    made["Date"] = "Tue, 12 Mar 2024 14:05:00 +0100"
    return made


def read(made: EmailMessage | bytes) -> Content:
    return parse("eml", made if isinstance(made, bytes) else bytes(made), Limits())


@pytest.mark.parametrize("charset", ["utf-8", "iso-8859-15", "windows-1252"])
@pytest.mark.parametrize("cte", ["quoted-printable", "base64", "8bit"])
def test_the_text_of_a_message_is_read_in_every_coding(charset, cte):
    text = SENTENCE.replace("’", "'") if charset == "iso-8859-15" else SENTENCE
    made = message()
    made.set_content(f"Bonjour,\n\n{text}\n", charset=charset, cte=cte)
    content = read(made)

    assert content.text.startswith("# Plafond de l’été\n")
    assert text in content.text
    assert "De : Anne Léger <anne@exemple.fr>" in content.text
    assert "Date : 12/03/2024" in content.text
    assert content.published.isoformat() == "2024-03-12"


def test_the_page_of_a_message_is_read_when_its_text_only_points_to_it():
    made = message()
    made.set_content("Votre logiciel n'affiche pas le HTML.")
    made.add_alternative(
        f"<html><body><p>{SENTENCE} {SENTENCE}</p><p><del>300 000 €</del></p></body></html>", subtype="html"
    )

    assert SENTENCE in read(made).text


def test_attachments_are_named_and_counted():
    made = message()
    made.set_content(SENTENCE)
    made.add_attachment(b"%PDF-", maintype="application", subtype="pdf", filename="règlement été.pdf")
    made.add_attachment(b"x", maintype="application", subtype="octet-stream", filename="b.bin")
    content = read(made)

    assert "Pièces jointes : règlement été.pdf, b.bin" in content.text
    assert "2 pièces jointes non lues" in shortfall(content.losses, len(content.text))


def test_a_message_is_cited_by_its_subject_and_its_day(tmp_path):
    made = message(subject="=?utf-8?q?Plafond_de_l=E2=80=99=C3=A9t=C3=A9?=")
    made.set_content(SENTENCE)
    (tmp_path / "a.eml").write_bytes(bytes(made))
    source = load_passages(tmp_path / "a.eml", tmp_path)[0].info.source

    assert source.title == "Plafond de l’été"
    assert source.date.isoformat() == "2024-03-12"


def test_a_broken_charset_or_date_refuses_nothing():
    headers = b"From: a@b.fr\nSubject: Plafond\nDate: hier\nContent-Type: text/plain; charset=inconnu\n"
    raw = headers + b"\nUn \xe9t\xe9 \xe0 No\xebl.\n"
    content = read(raw)

    assert "Un été à Noël." in content.text
    assert content.published is None


def test_what_is_no_message_is_refused():
    with pytest.raises(Unusable, match="message"):
        read(b"Bonjour,\n\nun texte sans en-tete.\n")
