"""The turns of a sum: amounts, another edition, what is left out, « le double », « non, 540 ». Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

from bot import talk_texts
from bot.dialogue import followups, simulation, smalltalk
from bot.dialogue.conversation import Conversation, Turn
from bot.dialogue.money import (
    Money,
    Role,
    bare_number,
    bare_pair,
    denied_roles,
    factor_in,
    in_euros,
    is_without_unit,
    role_in,
    role_with_nothing,
)
from bot.dialogue.simulation import Draft
from bot.dialogue.turn import TurnBase
from bot.dialogue.turns import Wish, is_correction, without_opening
from bot.dialogue.understanding import Request, without_slots
from bot.documents import french
from bot.errors import UnusableInput
from bot.results import Clarification, Reason, Refusal

# An amount beside these words is claimed of a rule, not put in a sum.
_OF_THE_RULES: Final = re.compile(
    r"plafon|maxim|\bmax\b|laureat|confirm|\btaux\b|(?<!deja )\brecu\b|enveloppe|distribu|total accorde|vrai|c'est bien"
)
_GUARANTEED: Final = re.compile(r"\b(?:garanti|automatique|certain|assure|promis|c'est sur)\w*[ ?!.]*$")
_ALONE: Final = re.compile(r"\d[\d ., ]*+[km]?(?: ?(?:€|euros?))?[ .!]*")
_ASKS_OF_THE_SUM: Final = re.compile(
    r"combien|garanti|\b(?:doit|devrait|doivent|faut|faudrait)\b(?!.*\b(?:signer|fournir|envoyer|faire|etre)\b)"
)


@dataclass(frozen=True)
class SumTurn(TurnBase):
    """A turn that may give an amount of the open sum, change the last one, or open one."""

    def _in_simulation(self) -> Turn | None:
        kept = self.conversation
        if kept.task != "simulation" or kept.draft is None:
            return None
        if self.wish is Wish.STOP:
            return self._said(talk_texts.SIMULATION_PARKED), replace(kept, task=None, parked="simulation")
        asked = kept.draft.asked
        if self.wish is Wish.UNSURE and asked is not None:
            return self._sum(replace(kept.draft, unknown=(*kept.draft.unknown, asked)), kept)
        found = self._with_amounts(kept.draft)
        if found is not None:
            return found
        named = simulation.about(kept.draft, self.request)
        if named != kept.draft and followups.only_names(self.request):
            return self._sum(named, kept)
        if smalltalk.kind_of(self.text) in {"greeting", "agreement"} and self.wish is None:
            return self._put_again(kept)
        return self._aside(kept, "simulation")

    def _changed_sum(self) -> Turn | None:
        """Another amount, edition or population for the last sum: « et avec 900 ? », « non, 540 », « et au 13 ? »."""
        draft = self.conversation.draft
        if draft is None or draft.asked is not None:
            return None
        found = self._with_amounts(draft)
        if found is not None or self.conversation.about != "simulation":
            return found
        denied = denied_roles(self.text)
        if denied and len(self.folded.split()) <= 9:
            return self._sum(draft.without(denied), self.conversation)
        if _GUARANTEED.search(self.folded):
            return simulation.explained(draft, self.bot.programme, self.today), self.conversation
        role = role_in(self.folded)
        if (
            role is not None
            and len(self.folded.split()) <= 9
            and (is_correction(self.folded) or "c'est" in self.folded)
        ):
            return self._sum(draft.moved_to(role), self.conversation)
        if role is not None and _ASKS_OF_THE_SUM.search(self.request.folded) and len(self.folded.split()) <= 9:
            return simulation.explained(draft, self.bot.programme, self.today), self.conversation
        named = simulation.about(draft, self.request)
        return self._sum(named, self.conversation) if named != draft and followups.only_names(self.request) else None

    def _with_amounts(self, draft: Draft) -> Turn | None:
        """Put the amounts of a turn in a sum; None when it holds none, or is another question."""
        said = without_slots(without_opening(self.folded))
        nothing = role_with_nothing(said)
        if nothing is not None:
            return self._sum_with(draft, [Money(Decimal(0), nothing)], assumed=False)
        if self.request.amounts and not is_without_unit(said):
            if _OF_THE_RULES.search(self.request.folded):
                return None
            left = self._role_left(draft)
            amounts = [replace(one, role=one.role or left) for one in self.request.amounts]
            return self._sum_with(draft, amounts, assumed=left is not None)
        factor = factor_in(said)
        if factor is not None and self.conversation.about == "simulation":
            known = (
                draft if draft.last is not None else simulation.at_the_maximum(draft, self.bot.programme, self.today)
            )
            return self._sum(known.multiplied(factor, role_in(said)), self.conversation)
        pair = bare_pair(said)
        if pair and draft.has_amounts:
            both = [Money(pair[0], Role.BUDGET), Money(pair[1], Role.PARTNER)]
            return self._sum_with(draft, both, assumed=True)
        number = bare_number(said)
        if number is None or self._says_much():
            return None
        values = in_euros(number)
        if len(values) > 1:
            role = draft.last or draft.asked or "budget"
            choices = tuple(map(talk_texts.amount_choice, values))
            prompt = talk_texts.number_meant(str(role), values)
            asked = replace(self.conversation, draft=draft, choices=choices)
            return Clarification(choices, self.today, simulation.TOPIC, prompt), asked
        return self._sum_with(draft, [Money(values[0], role_in(self.folded) or self._role_left(draft))], assumed=True)

    def _role_left(self, draft: Draft) -> Role | None:
        """The partner's money, for an amount alone after the budget: « et avec 180 ? » is another budget."""
        known = draft.inputs
        alone = _ALONE.fullmatch(self.folded) is not None
        return Role.PARTNER if alone and known.budget is not None and known.partner is None else None

    def _says_much(self) -> bool:
        words = [w for w in french.words(without_opening(self.folded)) if w not in french.STOP_WORDS and w.isalpha()]
        return len(words) > (4 if self.conversation.task == "simulation" else 2)

    def _sum_with(self, draft: Draft, amounts: Sequence[Money], *, assumed: bool) -> Turn:
        try:
            meant = simulation.about(draft, self.request).without(denied_roles(self.text))
            changed = meant.with_money(amounts, assumed=assumed)
        except UnusableInput as error:
            refused = Refusal(Reason.NOT_IN_DOCUMENTS, self.today, str(error), simulation.TOPIC)
            return refused, self.conversation
        return self._sum(changed, self.conversation)

    def _sum(self, draft: Draft, kept: Conversation) -> Turn:
        result = simulation.result_of(draft, self.bot.programme, self.today)
        if isinstance(result, Clarification):
            edition = draft.edition or kept.edition
            return result, replace(kept, draft=draft, task="simulation", parked=None, edition=edition)
        if isinstance(result, Refusal):
            # Amounts that cannot be used do not take the place of those that can.
            usable = draft if simulation.is_usable(draft) else kept.draft
            return result, replace(kept, draft=usable, task=None, about="simulation")
        return result, replace(kept, draft=draft, task=None, parked=None, about="simulation", edition=draft.edition)

    def _open_sum(self, request: Request) -> Turn | None:
        try:
            draft = self._of_the_edition_spoken_of(simulation.draft_of(request))
        except UnusableInput as error:
            return Refusal(Reason.NOT_IN_DOCUMENTS, self.today, str(error), simulation.TOPIC), self.conversation
        return None if simulation.is_of_a_rule(draft) else self._sum(draft, replace(self.conversation, draft=None))

    def _of_the_edition_spoken_of(self, draft: Draft) -> Draft:
        """Return a sum that names no edition with that of the sum left before, or of the last question."""
        if draft.edition is not None or draft.year is not None:
            return draft
        left = self.conversation.draft
        if self.conversation.parked == "simulation" and left is not None:
            return replace(draft, edition=left.edition, year=left.year)
        named = self.before.request.editions if self.before else ()
        return replace(draft, edition=named[-1] if named else None)
