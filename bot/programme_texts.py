"""What the commands on the programme's facts say, in French: results become plain text, read on a telephone too."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import Final

from bot.programme.amounts import format_amount
from bot.programme.calendar import CallStatus, announced_calls, latest_closed, open_calls
from bot.programme.cofinancing import Estimate, Maximum, Rules, Step
from bot.programme.criteria import Criteria, Criterion
from bot.programme.eligibility import Answer, FundSuggestion, Outcome, Question, Verdict
from bot.programme.models import Fund, Scheme, Source
from bot.texts import call_state, day

# ---- options -----------------------------------------------------------------------------------------------------

EDITION_OR_DAY: Final = "Donnez soit --edition (par exemple --edition 17), soit --on (par exemple --on 2024-03-01)."


def unknown_option(option: str, near: Sequence[str], helping: str) -> str:
    """Refuse an option that does not exist."""
    instead = f" ; vouliez-vous dire {' ou '.join(near)} ?" if near else "."
    return f"L'option {option} n'existe pas{instead} Voir « {helping} »."


def option_without_value(option: str, helping: str) -> str:
    """Refuse an option given without its value, or with one that it does not take."""
    return f"L'option {option} est mal écrite : il lui manque une valeur, ou elle n'en prend pas. Voir « {helping} »."


def stray_words(error: str, helping: str) -> str:
    """Refuse words that belong to no option; `error` ends with them, in brackets."""
    words = error.rpartition("(")[2].rstrip(").") if error.endswith(")") else ""
    named = f" « {words} »" if words else ""
    return (
        f"Mot en trop{named} : mettez entre guillemets une valeur qui contient des espaces, "
        f'par exemple --budget "450 000". Voir « {helping} ».'
    )


def not_an_edition(text: str) -> str:
    """Refuse what is not the number of an edition."""
    return f"« {_short(text)} » n'est pas une édition : donnez son numéro, par exemple --edition 17."


def unknown_population(text: str) -> str:
    """Refuse what is neither a product nor an incubator."""
    return f"« {_short(text)} » n'est pas connu de --population : choisissez product (un produit) ou incubator."


def unknown_programme(text: str, known: Iterable[str]) -> str:
    """Refuse a programme without criteria."""
    return f"« {_short(text)} » n'est pas connu de --programme : choisissez {' ou '.join(known)}."


def _short(text: str) -> str:
    return " ".join(text.split())[:60]


# ---- sources -----------------------------------------------------------------------------------------------------


def source_line(source: Source) -> str:
    """Return « Titre (éditeur, 23 février 2024) : https://… »."""
    return f"{source.title} ({source.publisher}, {day(source.date)}) : {source.url}"


def _sources(sources: Iterable[Source], indent: str = "") -> str:
    lines = dict.fromkeys(source_line(one) for one in sources)
    return "\n".join(f"{indent}Source : {line}" for line in lines)


def _sourced_list(title: str, lines: Sequence[tuple[str, tuple[Source, ...]]]) -> str:
    """Return a list with the sources under each line; under the last one only when all have the same."""
    if not lines:
        return ""
    if len({_sources(sources) for _, sources in lines}) == 1:
        return "\n".join([title, *(f"- {line}" for line, _ in lines), _sources(lines[0][1])])
    return "\n".join([title, *(f"- {line}\n{_sources(sources, '  ')}" for line, sources in lines)])


# ---- simulation --------------------------------------------------------------------------------------------------

_MISSING: Final = {"budget": "le budget de l'année", "partner": "l'apport du partenaire"}
_POPULATION: Final = {"product": "", "incubator": ", pour un incubateur"}


def simulation(
    found: Estimate, edition: int | None, steps: Sequence[Step], warnings: Sequence[str], citations: Sequence[Source]
) -> str:
    """Return the amount first, then how it is reached, what must be known of it, and where it comes from."""
    parts = [
        _amount(found, edition),
        _list("Calcul" if found.amount is not None else "Pour le maximum", (f"{s.rule} : {s.formula}" for s in steps)),
        _list("À savoir", warnings),
        _list("Sources", dict.fromkeys(source_line(one) for one in citations)),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _amount(found: Estimate, edition: int | None) -> str:
    rules = found.rules
    call = f", appel du FAST {edition}" if edition is not None and rules.edition is None else ""
    where = f"{rules.label}{call}{_POPULATION[rules.population]}"
    if found.amount is None:
        return f"Il manque {' ou '.join(_MISSING[one] for one in found.missing)} pour calculer ({where})."
    lines = [f"Cofinancement au plus : {format_amount(found.amount)} ({where})"]
    if found.partner_share is not None:
        lines.append(f"Part du partenaire : {format_amount(found.partner_share)}")
    if found.support_value is not None:
        lines.append(f"Accompagnement : d'une valeur de {format_amount(found.support_value)}")
    if found.missing:
        lines.append(f"Pour un calcul plus exact, indiquez {' et '.join(_MISSING[one] for one in found.missing)}.")
    return "\n".join(lines)


def _list(title: str, lines: Iterable[str]) -> str:
    listed = [f"- {line}" for line in lines]
    return "\n".join([title, *listed]) if listed else ""


def for_the_maximum(maximum: Maximum) -> str:
    """Say what it takes to get all that the cap leaves."""
    return (
        f"Pour obtenir le maximum de {format_amount(maximum.amount)}, il faut un budget de l'année d'au moins "
        f"{format_amount(maximum.budget)}, dont {format_amount(maximum.partner)} apportés par le partenaire."
    )


def fund_ended(rules: Rules) -> str:
    """Say that the rule belongs to the past; `rules.ended` is known."""
    since = f" depuis le {day(rules.ended)}" if rules.ended else ""
    by = f" par le {rules.ended_by}" if rules.ended_by else ""
    return f"Le FAST est remplacé{by}{since} : ce calcul ne vaut que pour le passé."


# ---- eligibility: the interview ------------------------------------------------------------------------------------

HOW_TO_ANSWER: Final = (
    "Répondez oui, non ou je ne sais pas. « pourquoi ? » explique la question, « retour » change la réponse "
    "précédente, « stop » arrête."
)
NOTHING_BEFORE: Final = "C'est la première question : il n'y a pas de réponse à changer."
AFTER_THE_VERDICT: Final = "Entrée pour terminer, « retour » pour changer la dernière réponse."
_ANSWERS: Final[Mapping[Answer, str]] = {"yes": "oui", "no": "non", "unknown": "je ne sais pas"}


def criteria_chosen(criteria: Criteria, today: date, *, by_default: bool) -> str:
    """Say which criteria the questions follow, and whether they still hold."""
    if by_default:
        return f"Sans autre précision, voici les critères en vigueur au {day(today)} : {criteria.label}."
    if criteria.valid_to and criteria.valid_to < today:
        since = day(criteria.valid_to + timedelta(days=1))
        return f"Critères du passé, qui ne sont plus en vigueur depuis le {since} : {criteria.label}."
    return f"Critères suivis : {criteria.label}."


def question(asked: Question) -> str:
    """Ask a question, with its place in the interview."""
    return f"Question {asked.number} ({asked.at_most} au plus)\n{asked.criterion.question}"


def explanation(criterion: Criterion) -> str:
    """Say why a question is asked, with its sources."""
    return f"{criterion.explanation}\n{_sources(criterion.sources)}"


def answer_changed(previous: Answer) -> str:
    """Say that the previous question comes back."""
    return f"Vous aviez répondu : {_ANSWERS[previous]}."


def not_understood(text: str) -> str:
    """Say that a line is no answer."""
    said = f"Je n'ai pas compris « {_short(text)} ». " if text else ""
    return said + HOW_TO_ANSWER


def stopped(answered: int) -> str:
    """Say that the interview has no verdict."""
    told = f"{answered} réponse{'s' if answered > 1 else ''} donnée{'s' if answered > 1 else ''}"
    return f"Entretien arrêté avant la fin ({told}) : pas de verdict."


def no_criteria_for_consolidation(edition: int) -> str:
    """Say that the consolidation programme has no such edition."""
    return f"Les documents ne donnent pas de critères pour l'édition {edition} du programme de consolidation."


# ---- eligibility: the verdict --------------------------------------------------------------------------------------

_OUTCOMES: Final = {
    Outcome.ELIGIBLE: "Verdict : éligible. D'après vos réponses, les critères sont remplis ({label}).",
    Outcome.NOT_ELIGIBLE: "Verdict : non éligible. D'après vos réponses, les critères ne sont pas remplis ({label}).",
    Outcome.CANNOT_SAY: "Verdict : impossible à dire. Il reste des points à vérifier ({label}).",
}


def verdict(found: Verdict, calls: str, funds: Sequence[FundSuggestion]) -> str:
    """Return the verdict, its reasons, what it is worth, and the other funds; `calls` says what can be applied to."""
    required = tuple(one for one in found.reasons if one.role != "one_of")
    group = tuple(one for one in found.reasons if one.role == "one_of")
    parts = [
        _OUTCOMES[found.outcome].format(label=found.criteria.label),
        _criteria("Parce que", required, "reason"),
        _criteria("Parce qu'aucun de ces critères n'est rempli, alors qu'un seul suffirait", group, "reason"),
        _to_check(found),
        _criteria("À savoir", found.remarks, "reason"),
        calls,
        _worth(found),
        _funds(funds),
    ]
    return "\n\n".join(part for part in parts if part)


def _criteria(title: str, criteria: Sequence[Criterion], said: str) -> str:
    return _sourced_list(f"{title} :", [(getattr(one, said), one.sources) for one in criteria])


def _to_check(found: Verdict) -> str:
    if not found.to_check:
        return ""
    groups = (
        _criteria("À vérifier", [one for one in found.to_check if one.role != "one_of"], "question"),
        _criteria(
            "À vérifier (une réponse favorable suffit)",
            [one for one in found.to_check if one.role == "one_of"],
            "question",
        ),
    )
    return "\n".join([*(group for group in groups if group), f"À qui demander : {found.criteria.ask}."])


def _worth(found: Verdict) -> str:
    text = (
        "Ce que vaut ce verdict : il compare vos réponses aux critères publiés. Ce n'est pas une décision, que seuls "
        "prennent ceux qui choisissent les lauréats."
    )
    if found.no_open_call is None:
        return text
    return f"{text} Sans appel ouvert, il aide à se préparer, et les critères d'un prochain appel peuvent être autres."


def calls_open(statuses: Sequence[CallStatus]) -> str:
    """Say which calls can be applied to."""
    return "\n".join(_call(one) for one in open_calls(statuses))


def no_open_call(
    today: date, statuses: Sequence[CallStatus], others: Sequence[CallStatus], successor: Scheme | None
) -> str:
    """Say that no call follows these criteria today: how its calls stand, and what else is open.

    `statuses` are the calls of the criteria, `others` those of other criteria.
    """
    elsewhere = calls_open(others)
    last = latest_closed(statuses)
    lines = [
        f"Au {day(today)}, aucun appel à candidatures n'est ouvert{' pour ces critères' if elsewhere else ''}.",
        *(_call(one) for one in announced_calls(statuses)),
        _call(last) if last else "",
        f"Le FAST a été remplacé par le {successor.name}.\n{_sources(successor.sources)}" if successor else "",
        elsewhere,
    ]
    return "\n".join(line for line in lines if line)


def _call(status: CallStatus) -> str:
    pages = _sources(fact.sources_for(status.edition.number)[0] for fact in status.deadlines)
    return f"{call_state(status)}\n{pages}" if pages else call_state(status)


def _funds(funds: Sequence[FundSuggestion]) -> str:
    if not funds:
        return "Aucun autre fonds connu des documents ne convient à ces réponses."
    title = "Autres fonds que vos réponses n'écartent pas (voyez s'ils existent encore) :"
    return _sourced_list(title, [(_fund(one), one.fund.sources) for one in funds])


def _fund(suggested: FundSuggestion) -> str:
    fund = suggested.fund
    closed = ", indiqué comme clos" if fund.closed else ""
    lines = [
        f"{fund.name} ({fund.year}{closed}) : {_bounds(fund)}, taux de {fund.rate_note or f'{fund.rate:f} %'}",
        f"  À vérifier : {' ; '.join(suggested.to_check)}" if suggested.to_check else "",
        f"  Demande : {fund.apply_url}" if fund.apply_url else "",
    ]
    return "\n".join(line for line in lines if line)


def _bounds(fund: Fund) -> str:
    if fund.unlimited:
        return "ni minimum ni maximum"
    if fund.minimum is not None and fund.maximum is not None:
        return f"de {format_amount(fund.minimum)} à {format_amount(fund.maximum)}"
    if fund.maximum is not None:
        return f"au plus {format_amount(fund.maximum)}"
    return f"au moins {format_amount(fund.minimum)}" if fund.minimum is not None else "plafond non précisé"


# ---- check ---------------------------------------------------------------------------------------------------------


def all_in_order(counts: Mapping[str, int]) -> str:
    """Say that nothing is wrong, with what was looked at; `counts` are by French name, in the plural."""
    return f"Tout est en ordre : {', '.join(f'{number} {name}' for name, number in counts.items())}."


def wordings_of_nothing(name: str, file: str) -> str:
    """Say that wordings are of an attribute that is not declared."""
    return f"wordings : {name} : aucun attribut de ce nom dans {file}"


def never_asked(name: str, file: str) -> str:
    """Say that an attribute has no wording: the reader cannot know it."""
    return f"{file} : {name} : aucune formulation dans wordings/questions"


def problems_found(number: int) -> str:
    """Say how many lines to put right."""
    return f"{number} problème{'s' if number > 1 else ''} à corriger."


def placed(file: str, line: str) -> str:
    """Put the file in front of what is wrong with it, unless it is there already, or the environment is at fault."""
    return line if line.startswith((f"{file} : ", "environnement : ")) else f"{file} : fichier : {line}"


def unreadable_shape(file: str, fault: str) -> str:
    """Say that a file of facts holds something of a kind that its reader does not expect."""
    return f"{file} : structure : valeur d'un genre inattendu ({fault}) : vérifiez les dernières lignes modifiées"


def rest_not_checked(file: str) -> str:
    """Say that the knowledge and the index could not be looked for."""
    return f"{file} : knowledge, state : connaissances et index non vérifiés : corrigez d'abord la configuration"


def folder_missing(file: str, key: str, folder: str) -> str:
    """Say that a configured folder is not there."""
    return f"{file} : {key} : dossier introuvable ({folder}) : créez-le ou corrigez le chemin"


def file_missing(file: str, key: str, secret: str) -> str:
    """Say that a configured file is not there."""
    return f"{file} : {key} : fichier introuvable ({secret}) : créez-le ou corrigez le chemin"


def front_matter_missing(document: str, keys: Sequence[str]) -> str:
    """Say that a fiche has no front matter."""
    return f"{document} : en-tête : absent : ajoutez-le entre deux lignes « --- », avec {', '.join(keys)}"


def key_missing(document: str, key: str, expected: str) -> str:
    """Say that a fiche's front matter lacks a key."""
    return f"{document} : en-tête, clé {key} : absente : ajoutez {expected}"


def sources_missing(document: str, section: str) -> str:
    """Say that a section gives no source."""
    place = f"section « {section} »" if section else "début du texte"
    return (
        f"{document} : {place} : sans source : "
        "terminez par une ligne « Sources : [titre](adresse) (éditeur, AAAA-MM-JJ) »"
    )


_INGEST: Final = "lancez « python ingest.py »"
_CHANGES: Final = {
    "added": "absent de l'index",
    "changed": "modifié depuis la construction de l'index",
    "removed": "encore dans l'index, mais retiré des documents",
}


def index_missing(place: str) -> str:
    """Say that there is no index."""
    return f"{place} : current : aucun index complet : {_INGEST}"


def index_damaged(what: str) -> str:
    """Say that the index cannot be used."""
    return f"index : {what} : index abîmé : {_INGEST}"


def nothing_to_index(file: str, reason: str) -> str:
    """Say that there is no readable document."""
    return f"{file} : knowledge.documents : {reason}"


def model_unusable(file: str, reason: str) -> str:
    """Say that questions cannot be made into vectors."""
    return f"{file} : embedding.model : {reason}"


def index_of_another_model() -> str:
    """Say that the vectors are not those of the configured model."""
    return f"index : embedding.model : construit avec un autre modèle ou une autre analyse du texte : {_INGEST}"


def index_outgrown(document: str, change: str) -> str:
    """Say that a document is not in the index as it is."""
    return f"{document} : index : {_CHANGES[change]} : {_INGEST}"
