"""What strangers have written (a file's name), made safe to show in a terminal or a line of a log."""

import unicodedata


def printable(text: str, *, keep: str = "") -> str:
    """Return a text with an escape (« \\x1b ») for each character that does not show as itself; `keep` stay."""
    return "".join(one if _shows(one) or one in keep else one.encode("unicode_escape").decode("ascii") for one in text)


def one_line(text: str, longest: int = 300) -> str:
    """Return a text made safe to show on one line, cut after so many characters of it."""
    return printable(text if len(text) <= longest else f"{text[:longest]}…")


def is_printable(text: str) -> bool:
    """Whether every character of a text shows as itself."""
    return all(map(_shows, text))


def _shows(one: str) -> bool:
    return one.isprintable() or unicodedata.category(one) == "Zs"  # no-break spaces
