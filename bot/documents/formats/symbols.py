"""Letters of the fonts that draw signs (Wingdings, Symbol): boxes ticked or not, bullets, signs of mathematics."""

_WINGDINGS = {
    0x6C: "●", 0x6E: "■", 0x6F: "☐", 0x70: "☐", 0x71: "☐", 0x72: "☐", 0x73: "•", 0x75: "•", 0x76: "•", 0x77: "•",
    0x9F: "•", 0xA7: "▪", 0xA8: "☐", 0xD8: "➢", 0xE0: "→", 0xE8: "→", 0xF0: "→", 0xFB: "✗",
    0xFC: "✓", 0xFD: "☒", 0xFE: "☑",
}  # fmt: skip
_WINGDINGS_2 = {0x4F: "✗", 0x50: "✓", 0x51: "☒", 0x52: "☑", 0x53: "☒", 0x54: "☒", 0x97: "•", 0xA3: "☐", 0xA0: "■"}
_SYMBOL = {
    0x6D: "µ", 0xA0: "€", 0xA3: "≤", 0xA5: "∞", 0xAE: "→", 0xB0: "°", 0xB1: "±", 0xB3: "≥", 0xB4: "×", 0xB7: "•",
    0xB8: "÷", 0xB9: "≠", 0xBB: "≈", 0xD6: "√", 0xDE: "⇒", 0xE5: "∑", 0x2D: "−",
}  # fmt: skip
_WEBDINGS = {0x61: "✓", 0x63: "☐", 0x72: "✗"}
_FONTS = {"wingdings": _WINGDINGS, "wingdings 2": _WINGDINGS_2, "symbol": _SYMBOL, "webdings": _WEBDINGS}


def is_of_signs(font: str) -> bool:
    """Whether the letters of a font are signs."""
    return _plain(font) in _FONTS


def as_signs(text: str, font: str) -> str:
    """Return a text in such a font as the signs that it draws; a letter whose sign is not known is left out.

    Word writes the letter « þ » either as itself or in the private area, U+F0FE.
    """
    signs = _FONTS.get(_plain(font))
    if signs is None:
        return text
    return "".join(letter if letter.isspace() else _sign(letter, signs) for letter in text)


def _sign(letter: str, signs: dict[int, str]) -> str:
    code = ord(letter)
    if 0xF000 <= code <= 0xF0FF:
        return signs.get(code & 0xFF, "")
    # A fallback font draws what is no letter of the font: « ☒ » stays.
    return letter if code > 0xFF else signs.get(code, letter if signs is _SYMBOL else "")


def _plain(font: str) -> str:
    return font.strip().strip("'\"").lower()
