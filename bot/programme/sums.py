"""What goes into a co-financing sum, and what cannot be used."""

from dataclasses import dataclass, fields
from decimal import ROUND_DOWN, ROUND_UP, Decimal

from bot.errors import UnusableInput
from bot.programme.amounts import format_amount

LARGEST = Decimal(10**10)  # euros: no startup, and no State budget for one, comes near
_CENT = Decimal("0.01")
_NAMES = {
    "budget": "Le budget de l'année",
    "partner": "L'apport du partenaire",
    "agent_time": "Le temps d'agent",
    "already_spent": "L'argent déjà dépensé",
    "already_granted": "Le montant déjà obtenu cette année",
}


@dataclass(frozen=True)
class Inputs:
    """Euros for one year; None is « not said », which is never zero.

    `partner` is all that the partner administration counts as its own; `agent_time` and `already_spent` are the parts
    of it that are not eligible. `already_granted` is what the FAST granted the same product this year.
    """

    budget: Decimal | None = None
    partner: Decimal | None = None
    agent_time: Decimal | None = None
    already_spent: Decimal | None = None
    already_granted: Decimal | None = None

    @property
    def left_out(self) -> Decimal:
        """What the partner counts and the rule does not."""
        return (self.agent_time or Decimal(0)) + (self.already_spent or Decimal(0))


def refuse_unusable(inputs: Inputs) -> None:
    """Raise UnusableInput for an amount that is not one, or for amounts that contradict each other."""
    for one in fields(inputs):
        amount = getattr(inputs, one.name)
        if amount is not None:
            _refuse_amount(_NAMES[one.name], amount, zero_allowed=one.name not in ("budget", "partner"))
    if inputs.partner is not None and inputs.left_out > inputs.partner:
        raise UnusableInput(
            f"Le temps d'agent et l'argent déjà dépensé ({format_amount(inputs.left_out)}) dépassent l'apport du "
            f"partenaire ({format_amount(inputs.partner)}), dont ils devraient être une partie."
        )


def _refuse_amount(name: str, amount: Decimal, *, zero_allowed: bool) -> None:
    if not amount.is_finite():
        raise UnusableInput(f"{name} n'est pas un nombre.")
    if amount < 0:
        raise UnusableInput(f"{name} est négatif : donnez un montant positif.")
    if amount == 0 and not zero_allowed:
        raise UnusableInput(f"{name} est nul : donnez un montant positif, ou rien s'il n'est pas connu.")
    if amount > LARGEST:
        raise UnusableInput(f"{name} dépasse {format_amount(LARGEST)} : vérifiez le nombre de zéros.")


def down(amount: Decimal) -> Decimal:
    """Round down to the cent: a ceiling is never exceeded."""
    return amount.quantize(_CENT, ROUND_DOWN)


def up(amount: Decimal) -> Decimal:
    """Round up to the cent: what must be reached is reached."""
    return amount.quantize(_CENT, ROUND_UP)
