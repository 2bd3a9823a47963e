"""What typography says of a text: raised calls set apart from figures, letters struck one by one left out, notes."""

import re

# Private marks that readers put around a piece of text; `settled` takes them away.
_RAISED, _LOWERED, _LEVEL, _NOTE, _NOTE_END = "\ue0f0", "\ue0f1", "\ue0f2", "\ue0f3", "\ue0f4"
_MARKS = str.maketrans("", "", _RAISED + _LOWERED + _LEVEL + _NOTE + _NOTE_END)

_SUPERSCRIPTS = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ", "0123456789+-()ni", strict=True)) | dict(
    zip("ᵃᵇᶜᵈᵉᶠᵍʰʲᵏˡᵐᵒᵖʳˢᵗᵘᵛʷˣʸᶻ", "abcdefghjklmoprstuvwxyz", strict=True)
)
_EXPONENTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")
_PLACED = re.compile(
    f"(?P<mark>[{_RAISED}{_LOWERED}])(?P<text>[^{_RAISED}{_LOWERED}{_LEVEL}{_NOTE}{_NOTE_END}]*){_LEVEL}"
    f"|[{''.join(_SUPERSCRIPTS)}]+"
)
# Only letters that are struck one by one: a word struck by its style is left out by its reader.
_OVERLAID = re.compile("(?:[^\n\u0335\u0336][\u0335\u0336]+)+")
_NOTED = re.compile(f"{_NOTE}([^{_NOTE}{_NOTE_END}]*){_NOTE_END}")

_TO_SETTLE = re.compile(f"[{_RAISED}{_LOWERED}{_LEVEL}{_NOTE}{_NOTE_END}\u0335\u0336{''.join(_SUPERSCRIPTS)}]")

_CONTEXT = 24  # characters looked at before a raised text
_CALL = re.compile(
    r"[\[(]?[1-9]\d{0,2}(?:\s*[,;–-]\s*\d{1,3})*[\])]?(?:\s*[\[(]\d{1,3}[\])])*|[*†‡§#]+|[\[(][a-z*][\])]|[ivx]{2,4}"
)
_ORDINAL = re.compile(
    r"(?:er|re|ère|ers|res|ères|e|è|es|ème|eme|èmes|emes|ième|nd|nde|nds|ndes|d|de|o|os|th|st|rd|h|min|mn|s)\b", re.I
)
_CENTS = re.compile(r"[,.]\d{1,2}")
# No call begins with a zero: thousands or cents in small type.
_REST_OF_FIGURE = re.compile(r"0\d{1,2}")
_NUMBER = re.compile(r"(?:^|[^\w])[nN]$")
_EXPONENT = re.compile(r"[-−]\d{1,2}")
_POWER = re.compile(r"[-−]?\d{1,2}")
_SQUARED = re.compile(r"(?:^|[^\w])(?:[kdcmµ]?m|dam|hm|in|ft|CO|[xyzrR])$")
_IN_FORMULA = re.compile(r"[=+*·×(−]\s?[a-zA-Z]{1,2}$")
_OPERATION = re.compile(r"[=+*·×−]\s?\d{1,3}$")
_EQUALS = re.compile(r"\s?[=×]")
_COUNTED = re.compile(r"\s?(?:€|%|[kM]€|euros?\b)")
_UNKNOWN = frozenset("nkmpxyi")
_FRACTION = re.compile(f"[/⁄][\\d{_LOWERED}]")
_BASE_TEN = re.compile(r"(?:^|[^\d.,])10$")
_TIMES_TEN = re.compile(r"[×·*x]\s?10$")
_ABBREVIATED = re.compile(r"(?:^|[^\w])(?:\w{1,3}|[IVXLCDM]+)$")
_SENTENCE_END = re.compile(r"[.!?…](?:[ \xa0\u202f]?[»)”\"])*(?=\s|$)")
_ENDED = re.compile(r"[.!?…](?:[ \xa0\u202f]?[»)”\"])*\s*$")


# Stands for a text that is withdrawn, where the marks of Markdown around it are still to be read.
WITHDRAWN = _LEVEL


def raised(text: str) -> str:
    """Mark a text as raised: a call of note, an ordinal, an exponent."""
    return _marked(text, _RAISED)


def lowered(text: str) -> str:
    """Mark a text as lowered: an index."""
    return _marked(text, _LOWERED)


def _marked(text: str, mark: str) -> str:
    if not text.strip():
        return text
    # The call of a note is raised, the note is not.
    notes = "".join(f"{_NOTE}{each}{_NOTE_END}" for each in _NOTED.findall(text))
    call = _NOTED.sub("", text).translate(_MARKS)
    return f"{mark}{call}{_LEVEL}{notes}" if call.strip() else call + notes


def note(text: str) -> str:
    """Mark the text of a note, at the place of its call: `settled` puts it after the sentence."""
    return f"{_NOTE}{_NOTED.sub(' ', text).strip()}{_NOTE_END}" if text.strip() else ""


def notes_apart(text: str) -> tuple[str, list[str]]:
    """Return a text without its notes, and the notes, each of them settled."""
    return settled(_NOTED.sub("", text)), [settled(each) for each in _NOTED.findall(text)]


def settled(text: str) -> str:
    """Return a text without its marks: calls of notes are gone, notes follow their sentence, ordinals are plain."""
    if not _TO_SETTLE.search(text):
        return text
    text = _OVERLAID.sub("", text.replace(f"{_LEVEL}{_RAISED}", ""))
    text = _PLACED.sub(_placed, text)
    pieces = _NOTED.split(text)
    told, waiting = pieces[0], list[str]()
    for position in range(1, len(pieces), 2):
        waiting.append(" ".join(pieces[position].split()))
        piece = pieces[position + 1]
        if _ENDED.search(told[-_CONTEXT:]):
            told, waiting = f"{told.rstrip()} {' '.join(waiting)}", []
        elif end := _SENTENCE_END.search(piece):
            told, waiting, piece = f"{told}{piece[: end.end()]} {' '.join(waiting)}", [], piece[end.end() :]
        told += piece
    return " ".join([told, *waiting]).translate(_MARKS)


def _placed(match: re.Match[str]) -> str:
    """Return what a raised or lowered text becomes between what is before and after it."""
    start, end = match.span()
    before = match.string[max(0, start - _CONTEXT) : start]
    after = match.string[end : end + 8]
    marked = match["text"]
    text = marked if marked is not None else "".join(_SUPERSCRIPTS[each] for each in match.group())
    inner = text.strip()
    is_alone = before[-1:] in ("", "\n") and after[:1] in ("", "\n")
    if not inner or is_alone:
        return text if marked is not None else match.group()
    if match["mark"] == _LOWERED:
        return f" ({inner})" if inner.isdigit() and before[-1:].isdigit() else text
    joined = _joined(before, inner, after)
    if joined is None:
        return " " if (before[-1:].isalnum() and after[:1].isalnum()) or text != inner else ""
    left = " " if text[0].isspace() and joined[0] != " " else ""
    return f"{left}{joined}{' ' if text[-1].isspace() and joined[-1] != ' ' else ''}"


def _joined(before: str, inner: str, after: str) -> str | None:
    """Return a raised text as it is written on the line, None for a call of note, which is left out."""
    if _FRACTION.match(after) and inner.isdigit():
        return f" {inner}" if before[-1:].isdigit() else inner
    if exponent := _as_exponent(before, inner, after):
        return exponent
    if before[-1:].isspace() and not before.rstrip()[-1:].isdigit() and inner.isdigit() and _COUNTED.match(after):
        return inner  # a price in small type
    if _CALL.fullmatch(inner):
        return None
    if inner == "o" and (_NUMBER.search(before) or before[-1:].isdigit()):
        return "°"
    if before[-1:].isdigit():
        return _after_figure(before, inner, after)
    if inner.isalpha() and before[-1:].isalpha():
        if (_ABBREVIATED.search(before) and len(inner) <= 4) or (1 < len(inner) <= 3 and inner.islower()):
            return inner
        return None if len(inner) == 1 and inner.islower() else _apart(before, inner, after)
    return _apart(before, inner, after)


def _after_figure(before: str, inner: str, after: str) -> str | None:
    if _REST_OF_FIGURE.fullmatch(inner):
        return f" {inner}" if len(inner) == 3 else f",{inner}"
    if len(inner) == 1 and inner.isalpha() and _COUNTED.match(after):
        return None
    if _ORDINAL.fullmatch(inner) or _CENTS.fullmatch(inner):
        return inner
    return None if len(inner) == 1 and inner.isalpha() else _apart(before, inner, after)


def _as_exponent(before: str, inner: str, after: str) -> str:
    if inner in ("2", "3") and (_SQUARED.search(before) or _IN_FORMULA.search(before)):
        return inner.translate(_EXPONENTS)
    if inner in _UNKNOWN and re.search(r"(?:^|[^\w])(?:\d|[a-z])$", before):
        return f"^{inner}"
    if _EXPONENT.fullmatch(inner) and before[-1:].isalnum():
        return f"^{inner}"
    is_power = _TIMES_TEN.search(before) or (_BASE_TEN.search(before) and inner in ("3", "6", "9", "12"))
    is_power = is_power or (before[-1:].isdigit() and (_OPERATION.search(before) or _EQUALS.match(after)))
    return f"^{inner}" if is_power and _POWER.fullmatch(inner) else ""


def _apart(before: str, inner: str, after: str) -> str:
    text = f"({inner})" if inner[0].isdigit() and before[-1:].isdigit() else inner
    left = "" if not before or before[-1].isspace() or before[-1] in "([«" else " "
    return f"{left}{text}{' ' if after[:1].isalnum() else ''}"
