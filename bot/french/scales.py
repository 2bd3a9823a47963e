"""A part or a multiple of what was said: « le double », « la moitié », « 60 % », « 10 % de plus ». Pure."""

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Final

_TIMES: Final = {
    "double": Decimal(2),
    "triple": Decimal(3),
    "quadruple": Decimal(4),
    "moitie": Decimal(1) / 2,
    "tiers": Decimal(1) / 3,
    "quart": Decimal(1) / 4,
}
_NAMED: Final = re.compile(rf"\b({'|'.join(_TIMES)})\b")
_MORE: Final = re.compile(r"\b(?:de|en) (plus|moins)\b")


def scale_in(folded: str, percents: Sequence[Decimal]) -> Decimal | None:
    """Return by what an amount is multiplied in a folded text, whose percentages are given; None when not one."""
    named = [_TIMES[one] for one in _NAMED.findall(folded)]
    parts = [*named, *(one / 100 for one in percents)]
    if len(parts) != 1:
        return None
    added = _MORE.search(folded)
    if added is None:
        return parts[0]
    return 1 + parts[0] if added[1] == "plus" else 1 - parts[0]
