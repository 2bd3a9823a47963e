"""What the bot says to lead a conversation, in French: questions back, interviews, what was understood."""

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Final

from bot.programme.amounts import format_amount
from bot.programme.cofinancing import Estimate, Maximum, Rules
from bot.programme.criteria import Criteria, Criterion
from bot.programme.eligibility import Answer, Outcome, Question, Verdict
from bot.programme.models import Source
from bot.texts import day

# ---- the sum -----------------------------------------------------------------------------------------------------

A_WHOLE_YEAR: Final = "Donnez le montant pour une année entière (12 mois)."
_ASKED: Final = {
    "budget": "Quel est le budget de votre produit pour l'année ? Répondez par exemple « 450 k€ » ou « 40 000 € par "
    "mois » ; « je ne sais pas » convient aussi.",
    "partner": "Combien l'administration partenaire apporte-t-elle pour l'année ? (« je ne sais pas » convient aussi)",
}


def asked(role: str, *, again: bool) -> str:
    """Ask for an amount; `again` after a « je ne sais pas »."""
    return _ASKED[role] if again else f"Faisons le calcul. {_ASKED[role]}"


def estimate_explained(result: Estimate, rules: Rules) -> str:
    """Say why the ceiling is what it is: every step, then what must be heard with it, but that the fund has ended."""
    amount = format_amount(result.amount) if result.amount is not None else "?"
    steps = [f"- {step.rule} : {step.formula}" for step in result.steps]
    warnings = [f"- {one.text}" for one in result.warnings if one.id != "ended"]
    first = f"**{amount}** au plus ({rules.label}), car le cofinancement est la plus petite de ces limites :"
    return "\n".join([first, *steps, *(["", "À savoir :", *warnings] if warnings else [])])


GIVE_AN_AMOUNT: Final = "Donnez un budget, ou l'apport du partenaire, et je fais le calcul."


def maximum_explained(best: Maximum, rules: Rules) -> str:
    """Say how the budget that reaches the cap is found, step by step."""
    lines = [f"- {step.rule} : {step.formula}" for step in best.steps]
    needed = f"{format_amount(best.budget)} de budget, dont {format_amount(best.partner)} du partenaire"
    return "\n".join([f"{needed}, pour {format_amount(best.amount)} ({rules.label}), parce que :", *lines])


SIMULATION_PARKED: Final = "Calcul laissé de côté. Dites « reprends » pour y revenir."

# ---- the interview -------------------------------------------------------------------------------------------------

HOW_TO_ANSWER: Final = (
    "Répondez oui, non ou je ne sais pas ; « pourquoi ? » explique la question, « retour » change la réponse "
    "précédente, « stop » arrête."
)
WORTH_OF_A_VERDICT: Final = (
    "Ce verdict compare vos réponses aux critères publiés ; ce n'est pas une décision, que prend le comité."
)
CRITERIA_GONE: Final = "Les critères de ce test ne sont plus connus : recommencez-le."
INTERVIEW_PARKED: Final = (
    "Test d'éligibilité laissé de côté ({answers}) : pas de verdict. Dites « reprends » pour y revenir."
)
NOTHING_BEFORE: Final = "C'est la première question : il n'y a pas de réponse à changer."
NOTHING_PARKED: Final = (
    "Rien n'est en attente. Posez votre question, ou demandez une simulation ou le test d'éligibilité."
)
NOTHING_OPEN: Final = "D'accord, on s'arrête là. Une autre question ?"
GIVEN: Final[dict[Answer, str]] = {"yes": "oui", "no": "non", "unknown": "je ne sais pas"}


def interview_opens(criteria: Criteria, today: date) -> str:
    """Say which criteria the questions follow, and how to answer."""
    past = criteria.valid_to is not None and criteria.valid_to < today
    which = f"les critères du passé ({criteria.label})" if past else f"les critères en vigueur : {criteria.label}"
    return f"Voyons si votre produit est éligible, d'après {which}. {HOW_TO_ANSWER}"


def closed_since(closed: date) -> str:
    """Say that the criteria tell nothing of what can be applied to now."""
    return (
        f"Les candidatures sont closes depuis le {day(closed)} : ce test dit seulement si vous rempliriez les critères."
    )


def interview_question(step: Question) -> str:
    """Ask a question, with its place."""
    return f"Question {step.number} sur {step.at_most} au plus : {step.criterion.question}"


def interview_parked(answered: int) -> str:
    """Say that the interview is left."""
    plural = "s" if answered > 1 else ""
    return INTERVIEW_PARKED.format(answers=f"{answered} réponse{plural} gardée{plural}")


def changed(previous: Answer) -> str:
    """Say that the previous question comes back."""
    return f"Vous aviez répondu : {GIVEN[previous]}."


def noted(criteria: Criteria, answers: Sequence[tuple[str, Answer]], before: Mapping[str, Answer]) -> str:
    """Say what is noted once it was confirmed, and what it replaces."""
    told = [
        f"{said}, et non plus {GIVEN[before[criterion]]}" if before.get(criterion, answer) != answer else said
        for (criterion, answer), said in zip(answers, _said(criteria, answers), strict=True)
    ]
    return f"C'est noté : {' ; '.join(told)}."


def supposed(criteria: Criteria, answers: Sequence[tuple[str, Answer]]) -> str:
    """Ask whether what was understood is what was meant."""
    told = " ; ".join(_said(criteria, answers))
    return f"J'ai compris : {told}. Est-ce bien cela ? Dites « oui » pour que je le note, « non » si j'ai mal compris."


def understood(criteria: Criteria, answers: Sequence[tuple[str, Answer]]) -> str:
    """Say what was understood, and how to deny it."""
    return f"J'ai compris : {' ; '.join(_said(criteria, answers))}. Dites « {DENIED} » si j'ai mal compris."


def if_it_were(criteria: Criteria, answers: Sequence[tuple[str, Answer]]) -> str:
    """Say what is supposed."""
    return f"Avec « {' ; '.join(_said(criteria, answers))} », sans rien changer à vos réponses :"


def answers_of_the_verdict(criteria: Criteria, answers: Sequence[tuple[str, Answer]]) -> str:
    """List the answers that a verdict rests on."""
    return f"Vos réponses : {' ; '.join(_said(criteria, answers))}."


def _said(criteria: Criteria, answers: Sequence[tuple[str, Answer]]) -> list[str]:
    words = {one.id: one.short for one in criteria.criteria}
    return [f"{words[criterion]} : {GIVEN[answer]}" for criterion, answer in answers if criterion in words]


def reason_explained(criterion: Criterion) -> str:
    """Say the rule behind a criterion."""
    return f"{criterion.question} {criterion.explanation}"


def no_verdict_yet(step: Question) -> str:
    """Say that a verdict needs more answers."""
    left = step.at_most - step.number + 1
    return f"Pas encore de verdict : il reste {left} question{'s' if left > 1 else ''} au plus."


DENIED: Final = "c'est faux"  # the words that the interview tells to say
FORGOTTEN_NOTES: Final = "D'accord, je n'en tiens pas compte."
TELLS_NO_CRITERION: Final = "Ce que vous dites ne répond encore à aucun de ces critères."
NOT_AN_ANSWER: Final = f"Je n'ai pas compris cette réponse. {HOW_TO_ANSWER}"

_OUTCOMES: Final = {
    Outcome.ELIGIBLE: "**Éligible** : d'après vos réponses, les critères sont remplis ({label}).",
    Outcome.NOT_ELIGIBLE: "**Non éligible** : d'après vos réponses, les critères ne sont pas remplis ({label}).",
    Outcome.CANNOT_SAY: "**Impossible à dire** : il reste des points à vérifier ({label}).",
}


def verdict(found: Verdict) -> str:
    """Say the outcome in one sentence."""
    return _OUTCOMES[found.outcome].format(label=found.criteria.label)


def verdict_parts(found: Verdict) -> list[tuple[str, tuple[Source, ...]]]:
    """Return the reasons, the points to check and the remarks of a verdict, each list with its sources."""
    one_is_enough = any(one.role == "one_of" for one in found.reasons)
    because = "Parce que (un seul de ces critères suffirait) :" if one_is_enough else "Parce que :"
    parts = [
        _part(because, found.reasons, "reason"),
        _part("À vérifier :", found.to_check, "question"),
        _part("À savoir :", found.remarks, "reason"),
    ]
    if not any(text for text, _ in parts):
        parts = [("", tuple(source for one in found.met for source in one.sources))]
    told = [(text, sources) for text, sources in parts if sources]
    if found.to_check:
        told.append((f"À qui demander : {found.criteria.ask}.", ()))
    return told


def _part(title: str, criteria: Sequence[Criterion], said: str) -> tuple[str, tuple[Source, ...]]:
    lines = [f"- {getattr(one, said)}" for one in criteria]
    return ("\n".join([title, *lines]) if lines else "", tuple(s for one in criteria for s in one.sources))


def no_call_for_the_verdict(today: date, successor: str | None) -> str:
    """Say that nothing can be applied to with these criteria."""
    by = f" Le FAST a été remplacé par le {successor}." if successor else ""
    return f"Au {day(today)}, aucun appel à candidatures n'est ouvert pour ces critères.{by}"


# ---- what was said before --------------------------------------------------------------------------------------

NOTHING_SAID: Final = "Je n'ai encore rien répondu : posez d'abord votre question."
FORGOTTEN: Final = "C'est noté : on repart de zéro. Quelle est votre question ?"
SOURCES_DISAGREE: Final = (
    "C'est ce que disent les sources citées ; quand elles se contredisent, je donne chaque valeur sans choisir."
)
AS_SAID: Final = "Comme dit plus haut :"
_REFUSED: Final = {
    "out_of_scope": "Parce que votre question porte sur autre chose que le FAST et le programme de consolidation.",
    "not_in_documents": "Parce qu'aucun document du programme ne donne cette information : je n'invente rien.",
    "unknown_edition": "Parce que cette édition n'existe pas dans les documents.",
    "in_the_future": "Parce que cela n'est pas encore publié.",
}


BOTH_ENDS: Final = "Votre message est long : j'en ai lu le début et la fin, le milieu n'a pas servi."
ONCE_EACH: Final = "Votre message est long : ce qui y est répété n'a compté qu'une fois."


def read_of_a_long_message(piece: str) -> str:
    """Say first which piece of a long message was read."""
    return f"Votre message est long : j'y ai pris « {piece} », le reste n'a pas servi."


def why_refused(reason: str) -> str:
    """Say why there was no answer."""
    return _REFUSED[reason]


# ---- what is ordered of the bot itself -----------------------------------------------------------------------------

WHICH_DAY: Final = (
    "Quel jour de la semaine, et à quelle heure ? Par exemple « chaque lundi à 9 h », ou `!fast rappels lundi 9h`."
)


def order(command: str) -> str:
    """Say where what was ordered is done, and by which command."""
    return f"Je le fais dans Tchap : dites-le-moi là, ou écrivez-y `!fast {command}`."


def not_understood(words: str, command: str) -> str:
    """Name the words of an order that are not understood, and the command that goes without them."""
    without = f"`!fast {command}` le fait sans cela, dès maintenant."
    return f"Je n'ai pas compris « {words} » : je n'ai rien changé. {without}"


# ---- long lists --------------------------------------------------------------------------------------------------

WHOLE_LIST: Final = "liste complète"


def and_others(number: int) -> str:
    """Say that a list goes on."""
    return f"… et {number} autre{'s' if number > 1 else ''} : demandez « {WHOLE_LIST} »."


def for_an_amount(best: Maximum, rules: Rules) -> str:
    """Say what it takes to have an amount that the cap allows; `best` was worked out with that amount as its cap."""
    return (
        f"Pour obtenir {format_amount(best.amount)} ({rules.label}), il faut un budget d'au moins "
        f"{format_amount(best.budget)} sur l'année, dont {format_amount(best.partner)} apportés par l'administration "
        "partenaire."
    )


def above_the_cap(wanted: Decimal, best: Maximum, rules: Rules) -> str:
    """Say that an amount is more than the cap allows, and what it takes to reach the cap."""
    return (
        f"{format_amount(wanted)}, c'est au-dessus du plafond de {format_amount(best.amount)} ({rules.label}). "
        f"{for_an_amount(best, rules)}"
    )
