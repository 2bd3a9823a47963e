"""Parts and multiples of what was said."""

from decimal import Decimal

import pytest

from bot.french.scales import scale_in


@pytest.mark.parametrize(
    ("text", "percents", "factor"),
    [
        ("et le double ?", (), "2"),
        ("la moitie", (), "0.5"),
        ("60 % de ca", (60,), "0.6"),
        ("10 % de plus", (10,), "1.1"),
        ("20 % en moins", (20,), "0.8"),
        ("le budget", (), None),
        ("le double ou le triple", (), None),
    ],
)
def test_what_an_amount_is_multiplied_by(text, percents, factor):
    found = scale_in(text, [Decimal(one) for one in percents])
    assert found == (None if factor is None else Decimal(factor))
