"""Every sentence that users read, in French: a result becomes Markdown."""

from datetime import date
from typing import Final

from bot.dialogue.results import Answer, Citation, Clarification, Reason, Refusal, Result, SmallTalk

FAST_ADDRESS: Final = "fast@beta.gouv.fr"

_MONTHS: Final = (
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()  # noqa: SIM905
)

SMALL_TALK: Final = {
    "greeting": "Bonjour ! Posez-moi une question sur le FAST ou le programme de consolidation : plafond, taux, dates, "
    "lauréats, conditions… Par exemple : « Quel était le plafond du FAST 15 ? »",
    "thanks": "Avec plaisir ! N'hésitez pas si vous avez une autre question.",
    "goodbye": "À bientôt !",
    "agreement": "Très bien. Une autre question ?",
    "abilities": "Je réponds, sources à l'appui, sur le FAST (Fonds d'accélération des Startups d'État et de Territoires) "
    "et sur le programme de consolidation qui l'a remplacé : plafonds, taux, dates, lauréats, conditions, "
    "accompagnement, phases d'une Startup d'État, autres fonds de 2025. Par exemple : « Qui sont les lauréats du FAST 13 ? »",
    "insult": "Je n'ai sans doute pas bien répondu, et j'en suis désolé. Reformulez votre question sur le FAST, ou écrivez à "
    f"{FAST_ADDRESS}.",
    "empty": "Je n'ai rien reçu : écrivez votre question sur le FAST ou le programme de consolidation.",
    "unreadable": "Je n'ai pas compris : écrivez votre question en quelques mots, par exemple « plafond du FAST 15 ».",
}

_OUT_OF_SCOPE = (
    "Je ne réponds que sur le FAST, le programme de consolidation et l'accompagnement des Startups d'État ; votre question "
    "semble porter sur autre chose."
)
_CONTACT = f"Pour une question sur le programme, écrivez à {FAST_ADDRESS}."


def day(value: date) -> str:
    """Return « 1er décembre 2023 »."""
    return f"{'1er' if value.day == 1 else value.day} {_MONTHS[value.month - 1]} {value.year}"


def render(result: Result) -> str:
    """Return the Markdown that a user reads."""
    if isinstance(result, Answer):
        return _answer(result)
    if isinstance(result, Refusal):
        return _refusal(result)
    if isinstance(result, Clarification):
        return "Que voulez-vous savoir ?\n" + "\n".join(f"- {reading}" for reading in result.readings)
    return SMALL_TALK[result.kind]


def citations(result: Result) -> tuple[Citation, ...]:
    """Return the citations of a result, once each, in order."""
    if isinstance(result, SmallTalk | Clarification):
        return ()
    return tuple(dict.fromkeys(one for statement in result.statements for one in statement.citations))


def _answer(answer: Answer) -> str:
    parts = [*answer.leads, *(statement.text for statement in answer.statements), _sources(answer)]
    if answer.suggestions:
        parts.append("Vous pouvez aussi demander : " + " · ".join(answer.suggestions))
    return "\n\n".join(part for part in parts if part)


def _sources(result: Answer | Refusal) -> str:
    links = dict.fromkeys(_link(one) for one in citations(result))
    if not links:
        return ""
    word = "Source" if len(links) == 1 else "Sources"
    return f"{word} : {' ; '.join(links)}. Réponse au {day(result.as_of)}."


def _link(one: Citation) -> str:
    title = f"[{one.title}]({one.url})" if one.url else one.title
    details = ", ".join(part for part in (one.publisher, day(one.date) if one.date else "") if part)
    return f"{title} ({details})" if details else title


def _refusal(refusal: Refusal) -> str:
    if refusal.reason is Reason.OUT_OF_SCOPE:
        return _OUT_OF_SCOPE
    missing = refusal.missing
    if refusal.reason is Reason.UNKNOWN_EDITION:
        first = f"Je ne connais pas d'édition « {missing} » : les éditions du FAST vont de 1 à 17."
    elif refusal.reason is Reason.IN_THE_FUTURE:
        first = f"Cela n'est pas encore connu{f' : {missing}' if missing else ''}."
    else:
        first = f"Les documents du programme ne le disent pas{f' : {missing}' if missing else ''}."
    parts = [first, *(statement.text for statement in refusal.statements), _CONTACT, _sources(refusal)]
    return "\n\n".join(part for part in parts if part)
