"""One turn of a conversation: which of the things it may be it is, what is said to it, and what is kept of it. Pure."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Final, Protocol

from bot import talk_texts
from bot.dialogue import followups, interview, simulation, smalltalk
from bot.dialogue.composition import presented
from bot.dialogue.conversation import Conversation, Task, Turn
from bot.dialogue.followups import Before
from bot.dialogue.interview import Interview
from bot.dialogue.lexicon import Lexicon
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
from bot.dialogue.products import MARK, without_products
from bot.dialogue.simulation import Draft
from bot.dialogue.turns import (
    Wish,
    choice_of,
    is_correction,
    speaks_of_ours,
    starts_a_sum,
    starts_the_interview,
    wish_of,
    without_opening,
)
from bot.dialogue.understanding import LONGEST_QUESTION, Request, without_slots
from bot.documents import french
from bot.errors import NoRuleInForce, UnusableInput
from bot.programme.criteria import Criteria
from bot.programme.eligibility import Question, Verdict
from bot.programme.lookup import Programme
from bot.results import Answer, Clarification, Reason, Refusal, Result, SmallTalk

INTERVIEW: Final = "eligibility_check"
_FAR: Final = 0.62  # below, what a short turn asks by itself is not sure
_SHORT: Final = 9  # words of a turn that may lean on the one before
_CHOICES: Final = 4  # readings offered at most


class Bot(Protocol):
    """What answers one question at a time."""

    @property
    def lexicon(self) -> Lexicon: ...
    @property
    def programme(self) -> Programme: ...
    @property
    def criteria(self) -> tuple[Criteria, ...]: ...

    def understand(self, question: str) -> Request:
        """Return the question understood."""

    def topic(self, request: Request) -> str | None:
        """Return the topic of the facts that a question is about; None for the fiches, or for nothing known."""

    def nearness(self, request: Request) -> float:
        """Return how near, from 0 to 1, the nearest question known to have an answer is."""

    def answer(self, question: str, today: date) -> Result:
        """Return what there is to say to a question that stands alone."""

    def subject(self, document: str) -> str:
        """Return what a fiche is about, in a few words."""

    def detailed(self, result: Answer | Refusal) -> Answer | None:
        """Return all that the sections cited say."""


def reply(bot: Bot, text: str, conversation: Conversation, today: date) -> Turn:
    """Return what there is to say to a turn, and the conversation as it then stands."""
    talk = _Talk(bot, conversation, text, today)
    result, after = talk.reply()
    if talk.wish not in (Wish.WHOLE, Wish.DETAIL):
        result = presented(result, conversation.topic if talk.wish is None else None)
    if len(text.strip()) > LONGEST_QUESTION and isinstance(result, Answer):
        result = replace(result, notes=(*result.notes, talk_texts.ONLY_THE_BEGINNING))
    return result, after


@dataclass(frozen=True)
class _Talk:
    bot: Bot
    conversation: Conversation
    text: str
    today: date

    def reply(self) -> Turn:
        for step in (
            self._forgotten,
            self._chosen,
            self._in_interview,
            self._in_simulation,
            self._of_the_last,
            self._small_talk,
            self._changed_sum,
        ):
            found = step()
            if found is not None:
                return found
        return self._asked()

    # ---- what is read of the turn ----------------------------------------------------------------------------------

    @cached_property
    def folded(self) -> str:
        return french.fold(self.text)

    @cached_property
    def wish(self) -> Wish | None:
        return wish_of(self.bot.lexicon.rewrite(self.folded))

    @cached_property
    def before(self) -> Before | None:
        kept = self.conversation
        if not kept.question and kept.edition is None:
            return None
        request = self.bot.understand(kept.question)
        named = tuple(one for name in kept.products for one in self.bot.programme.find_laureates(name))
        return Before(request, kept.edition, kept.topic, request.laureates or named)

    @cached_property
    def request(self) -> Request:
        """The turn understood, « le précédent » and the like resolved."""
        return followups.resolved(self.bot.understand(self.text), self.before, self.bot.programme, self.today)

    def _said(self, words: str, kind: str = "conversation") -> SmallTalk:
        return SmallTalk(kind, self.today, words)

    # ---- the conversation itself -------------------------------------------------------------------------------------

    def _forgotten(self) -> Turn | None:
        return (self._said(talk_texts.FORGOTTEN), Conversation()) if self.wish is Wish.RESTART else None

    def _chosen(self) -> Turn | None:
        """A choice among the readings of the last clarification; anything else drops them."""
        choices = self.conversation.choices
        if not choices:
            return None
        index = choice_of(self.text, choices)
        rest = replace(self.conversation, choices=())
        return replace(self, text=choices[index] if index is not None else self.text, conversation=rest).reply()

    def _small_talk(self) -> Turn | None:
        kind = smalltalk.kind_of(self.text)
        return (SmallTalk(kind, self.today), self.conversation) if kind is not None else None

    def _of_the_last(self) -> Turn | None:
        """Source, why, more, the whole list: of what was said last; « stop » and « reprends »."""
        if self.wish is Wish.RESUME:
            return self._resumed()
        if self.wish is Wish.STOP:
            return self._said(talk_texts.NOTHING_OPEN), self.conversation
        if self.wish is Wish.BACK and self.conversation.about == "interview":
            return self._back()
        if self.wish not in _OF_THE_LAST:
            return None
        if self.conversation.about is None:
            return self._small_talk() or (self._said(talk_texts.NOTHING_SAID), self.conversation)
        return self._again(self._last()), self.conversation

    def _last(self) -> Result:
        """What was answered last, made again."""
        kept = self.conversation
        if kept.about == "simulation" and kept.draft is not None:
            return simulation.result_of(kept.draft, self.bot.programme, self.today)
        if kept.about == "interview" and kept.interview is not None:
            step = interview.step_of(kept.interview, self.bot.criteria)
            if isinstance(step, Verdict):
                return interview.concluded(step, self.bot.programme, self.today)
            return interview.asked(step, self.today)
        return self.bot.answer(kept.question, self.today)

    def _again(self, last: Result) -> Result:
        kept = self.conversation
        if isinstance(last, Answer) and (self.wish is Wish.DOUBT or _WHICH.search(self.folded)):
            return replace(last, notes=(*last.notes, talk_texts.SOURCES_DISAGREE))
        if self.wish is Wish.WHY and kept.topic == "cap" and kept.about == "question":
            changed = self.bot.answer(_CAP_CHANGED, self.today)
            return replace(changed, notes=(talk_texts.NO_REASON_GIVEN,)) if isinstance(changed, Answer) else last
        if self.wish in (Wish.WHY, Wish.DETAIL) and kept.about == "simulation" and kept.draft is not None:
            return simulation.explained(kept.draft, self.bot.programme, self.today)
        if self.wish is Wish.WHY and isinstance(last, Refusal):
            return replace(last, then=talk_texts.why_refused(str(last.reason)))
        if self.wish in (Wish.WHY, Wish.DETAIL) and isinstance(last, Answer | Refusal) and kept.about == "question":
            return self.bot.detailed(last) or last
        return last

    def _resumed(self) -> Turn:
        task = self.conversation.parked or self.conversation.task
        if task is None:
            return self._said(talk_texts.NOTHING_PARKED), self.conversation
        return self._put_again(replace(self.conversation, task=task, parked=None))

    def _put_again(self, kept: Conversation) -> Turn:
        """Ask again what the open task waits for."""
        if kept.task == "interview" and kept.interview is not None:
            return self._next(kept.interview, kept)
        return self._sum(kept.draft or Draft(), kept)

    def _aside(self, kept: Conversation, task: Task) -> Turn:
        """Answer a question asked in the middle of a task, then put the task's question again."""
        result, after = replace(self, conversation=replace(kept, task=None)).reply()
        if after.task is not None:
            return result, after
        after = replace(
            after, task=task, interview=kept.interview, draft=kept.draft if task == "simulation" else after.draft
        )
        waiting, _ = self._put_again(after)
        prompt = waiting.prompt if isinstance(waiting, Clarification) else ""
        return replace(result, then=prompt), after

    # ---- the interview ------------------------------------------------------------

    def _in_interview(self) -> Turn | None:
        kept = self.conversation
        if kept.task != "interview" or kept.interview is None:
            return None
        step = self._step(kept.interview)
        if not isinstance(step, Question):
            return None
        if self.wish is Wish.STOP:
            stopped = replace(kept, task=None, parked="interview")
            return self._said(talk_texts.interview_parked(len(kept.interview.given))), stopped
        if self.wish is Wish.BACK:
            return self._back()
        if self.wish in (Wish.WHY, Wish.SOURCE, Wish.DETAIL):
            return replace(interview.explanation(step, self.today), then=talk_texts.interview_question(step)), kept
        if self.wish is Wish.RESUME:
            return interview.asked(step, self.today), kept
        answer = interview.answer_in(self.text, step, self.bot.lexicon.group)
        if answer is not None:
            return self._next(kept.interview.answered(step.criterion.id, answer), kept)
        if smalltalk.kind_of(self.text) is None and not self._is_a_question():
            return interview.asked(step, self.today, talk_texts.NOT_AN_ANSWER), kept
        return self._aside(kept, "interview")

    def _is_a_question(self) -> bool:
        return interview.is_a_question(self.text) or "?" in self.text or self.bot.topic(self.request) is not None

    def _step(self, held: Interview) -> Question | Verdict | None:
        try:
            return interview.step_of(held, self.bot.criteria)
        except NoRuleInForce:
            return None  # kept from a version whose criteria had other names

    def _next(self, held: Interview, kept: Conversation) -> Turn:
        step = self._step(held)
        if step is None:
            return self._said(talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
        if isinstance(step, Verdict):
            done = replace(kept, interview=held, task=None, parked=None, about="interview")
            return interview.concluded(step, self.bot.programme, self.today), done
        return interview.asked(step, self.today), replace(kept, interview=held, task="interview", parked=None)

    def _back(self) -> Turn:
        kept = self.conversation
        held = kept.interview
        if held is None or not held.given:
            step = self._step(held) if held else None
            said = interview.asked(step, self.today, talk_texts.NOTHING_BEFORE) if isinstance(step, Question) else None
            return said or self._said(talk_texts.NOTHING_BEFORE), kept
        earlier = held.back()
        step = self._step(earlier)
        if not isinstance(step, Question):
            return self._said(talk_texts.CRITERIA_GONE), replace(kept, task=None, interview=None)
        words = talk_texts.changed(held.given[-1][1])
        return interview.asked(step, self.today, words), replace(kept, interview=earlier, task="interview")

    def _open_interview(self, request: Request) -> Turn:
        kept = self.conversation
        try:
            criteria = interview.chosen(
                self.bot.criteria,
                request.editions[-1] if request.editions else None,
                self.today,
                consolidation=request.about_consolidation,
            )
        except NoRuleInForce as error:
            return interview.no_criteria(error, self.today), kept
        held = Interview(criteria.id)
        result, after = self._next(held, kept)
        if isinstance(result, Clarification):
            result = replace(result, prompt=f"{talk_texts.interview_opens(criteria, self.today)}\n\n{result.prompt}")
        return result, after

    # ---- the sum ------------------------------------------------------------

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

    # ---- a question ------------------------------------------------------------

    def _asked(self) -> Turn:
        """Answer the likeliest full question that there is an answer to."""
        names = followups.siblings(self.text, self.request, self.before, self.bot.programme)
        if names:
            return self._of_siblings(names)
        topic = self.bot.topic(self.request) if self.before else None
        questions = followups.readings(self.request, self.before, topic)
        alone = len(questions) == 1 and self.bot.nearness(self.request) < _FAR
        nearby = self._of_the_fiche_spoken_of() if alone else None
        if nearby is not None:
            return nearby
        turns = []
        for question in questions:
            turn = self._about(question)
            if isinstance(turn[0], Answer | SmallTalk) or _waits(turn[0]):
                return turn
            turns.append(turn)
        asked = (turn for turn in turns if isinstance(turn[0], Clarification))
        return self._of_the_fiche_spoken_of() or next(asked, turns[0])

    def _of_the_fiche_spoken_of(self) -> Turn | None:
        """Answer a turn that says nothing by itself from the fiche that answered last: « et il dure combien ? »."""
        document = self.conversation.document
        named = self.request.editions or self.request.years or self.request.laureates or self.request.funds
        if document is None or named or len(self.folded.split()) > _SHORT:
            return None
        turn = self._about(f"{without_opening(self.folded).rstrip(' ?!.')} {self.bot.subject(document)} ?")
        return turn if turn[1].document == document and isinstance(turn[0], Answer) else None

    def _of_siblings(self, names: Sequence[str]) -> Turn:
        """Take the one product that a part of its name means; ask which one when there are several."""
        asked = self.before.request if self.before and self.before.products else None
        if len(names) == 1 and asked is not None:
            return self._about(f"{without_products(asked.folded, asked.laureates).replace(MARK, '')} {names[0]}")
        choices = tuple(f"{self.text.rstrip(' ?!.')} : {name} ?" for name in names[-_CHOICES:][::-1])
        if len(choices) == 1:
            return self._about(choices[0])
        kept = replace(self.conversation, choices=choices)
        return Clarification(choices, self.today, prompt=talk_texts.WHICH_PRODUCT), kept

    def _about(self, question: str) -> Turn:
        request = self.bot.understand(question)
        topic = self.bot.topic(request)
        if starts_the_interview(request.folded) or (topic == INTERVIEW and speaks_of_ours(self.folded)):
            return self._open_interview(request)
        if topic == simulation.TOPIC or starts_a_sum(request.folded):
            opened = self._open_sum(request)
            if opened is not None:
                return opened
        if topic == simulation.MAXIMUM:
            return self._sum(simulation.for_the_maximum(request), self.conversation)
        result = self.bot.answer(question, self.today)
        return result, self._after(question, request, result)

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

    def _after(self, question: str, request: Request, result: Result) -> Conversation:
        kept = self.conversation
        if isinstance(result, Clarification):
            # « le 15 » answers « pour quelle édition ? » too: the question itself is what it completes.
            asked = replace(kept, question=question, topic=result.topic, edition=None, about="question")
            vague = result.topic is None and bool(kept.question)
            return replace(kept if vague else asked, choices=result.readings)
        if isinstance(result, SmallTalk) or _is_off(request, result):
            return kept
        named = dict.fromkeys(one.name for one in request.laureates)
        forgets = request.editions or request.funds or result.topic == "laureates"
        products = tuple(named) or (() if forgets else kept.products)
        about = replace(kept, question=question, topic=result.topic, edition=result.edition, about="question")
        cited = [one.document for said in result.statements for one in said.citations]
        return replace(about, products=products, document=cited[0] if cited and result.topic is None else None)


# An amount beside these words is claimed of a rule, not put in a sum.
_OF_THE_RULES: Final = re.compile(
    r"plafon|maxim|\bmax\b|laureat|confirm|\btaux\b|\brecu\b|enveloppe|distribu|total accorde|vrai|c'est bien"
)


def _waits(result: Result) -> bool:
    """Whether a result asks for what a sum or an interview needs, rather than what a question means."""
    return isinstance(result, Clarification) and not result.readings


_GUARANTEED: Final = re.compile(r"\b(?:garanti|automatique|certain|assure|promis|c'est sur)\w*[ ?!.]*$")
_ALONE: Final = re.compile(r"\d[\d ., ]*(?:k|m)?(?: ?€| ?euros?)?[ .!]*")
_ASKS_OF_THE_SUM: Final = re.compile(
    r"combien|garanti|\b(?:doit|devrait|doivent|faut|faudrait)\b(?!.*\b(?:signer|fournir|envoyer|faire|etre)\b)"
)
_WHICH: Final = re.compile(r"pour?quoi .*(?:deux|2|trois|plusieurs) ")
_CAP_CHANGED: Final = "comment le plafond a-t-il changé ?"
_OF_THE_LAST: Final = frozenset({Wish.SOURCE, Wish.DOUBT, Wish.WHY, Wish.DETAIL, Wish.WHOLE})


def _is_off(request: Request, result: Answer | Refusal) -> bool:
    """Whether a turn was about nothing that the conversation can go on from."""
    named = request.editions or request.years or request.laureates or request.funds
    return isinstance(result, Refusal) and (
        result.reason is Reason.OUT_OF_SCOPE
        or (result.reason is Reason.NOT_IN_DOCUMENTS and not named and not result.topic)
    )
