"""What reading a file gives, what it may cost, and why a file is refused."""

from dataclasses import dataclass
from datetime import date

from bot.documents.losses import Loss
from bot.documents.places import Places


@dataclass(frozen=True)
class Limits:
    """What one document may cost; beyond, it is refused with its reason. Sizes are in bytes."""

    file_size: int = 20_000_000
    unpacked_size: int = 100_000_000
    unpacked_ratio: int = 200
    text_length: int = 5_000_000
    memory: int = 1 << 30
    seconds: float = 30.0


@dataclass(frozen=True)
class Content:
    """The text of a document, and what the file says of itself.

    `text` is Markdown reduced to headings (`# `), list items (`- `) and plain paragraphs. `front_matter` is the YAML
    between the `---` lines, not yet parsed. `title` is "" and `published` is None when the file does not tell.
    `headers` are the lines that head the columns of a table, `losses` what the document holds besides, not read.
    `places` says by line of the text on which page, slide or row it stands.
    """

    text: str
    front_matter: str = ""
    title: str = ""
    published: date | None = None
    headers: frozenset[str] = frozenset()
    losses: tuple[Loss, ...] = ()
    places: Places = ()


class Unusable(Exception):
    """A file's bytes cannot be made into text; the message is a French clause that says why and what to do."""
