"""What is said of the language model, in French: to those who run the bot, and when a question is asked back."""

from collections.abc import Mapping, Sequence
from typing import Final

EXTRA_MISSING: Final = (
    "llm : cette section demande l'extra « llm » : pip install 'assistant-fast[llm]'. Sans cette section, "
    "le bot répond sans modèle de langue."
)

MODEL_MISSING: Final = 'llm.model : le nom du modèle manque (par exemple model = "mistral-small")'


def provider_unusable(provider: str) -> str:
    """Say that LangChain does not know a provider, or that its package is not there."""
    return (
        f"llm.provider : « {provider} » n'est pas utilisable : LangChain ne le connaît pas, ou un paquet manque. "
        "« openai » convient à tout service compatible OpenAI (Albert, vLLM, Ollama, Mistral)."
    )


READING_PROPOSED: Final = "Je ne suis pas sûr de comprendre. Est-ce bien ce que vous demandez ?"


def sum_of(amounts: Sequence[str]) -> str:
    """Return the sum that a question asks for, with its amounts: « un calcul de cofinancement avec 450 000 € »."""
    return f"un calcul de cofinancement avec {' et '.join(amounts)}"


# ---- what became of it -------------------------------------------------------------------------------------

_OUTCOMES: Final[Mapping[str, str]] = {
    "timeout": "délai dépassé",
    "unreachable": "injoignable",
    "busy": "trop de demandes (429)",
    "server": "panne du service (5xx)",
    "key": "clé refusée",
    "unknown_model": "modèle inconnu",
    "rejected": "demande refusée (4xx)",
    "broken": "réponse illisible",
    "refusal": "refus du modèle",
    "other": "autre erreur",
    "unchanged": "le modèle n'y change rien",
    "guard": "retenue par le contrôle des faits",
    "resting": "modèle laissé au repos",
    "allowance": "quota du jour atteint",
}


def usage(outcomes: Mapping[str, int], readings: Mapping[str, int], *, wording: bool) -> str:
    """Return one line on what became of the questions and answers given to the model."""
    worded, proposed = outcomes.get("reworded", 0), readings.get("proposed", 0)
    others = {name: number for name, number in outcomes.items() if name in _OUTCOMES and number}
    if not worded and not others and not sum(readings.values()):
        return "modèle de langue : pas encore sollicité"
    said = [f"{proposed} lecture{'s' if proposed > 1 else ''} proposée{'s' if proposed > 1 else ''}"]
    if wording:
        said.append(f"{worded} réponse{'s' if worded > 1 else ''} reformulée{'s' if worded > 1 else ''} (expérimental)")
    kept = ", ".join(f"{_OUTCOMES[name]} {number}" for name, number in sorted(others.items(), key=lambda one: -one[1]))
    return f"modèle de langue : {', '.join(said)}" + (f" ; sans suite : {kept}" if kept else "")


# ---- doctor ------------------------------------------------------------------------------------------------

_ADVICE: Final[Mapping[str, str]] = {
    "timeout": "il n'a pas répondu en {seconds:g} s : augmentez llm.timeout_seconds, ou voyez ce service",
    "unreachable": "il est injoignable : vérifiez llm.base_url et le réseau",
    "busy": "il refuse trop de demandes (429) : voyez le quota de la clé",
    "server": "il est en panne (5xx) : voyez ce service",
    "key": "la clé est refusée : vérifiez llm.api_key_file (ou FAST_LLM__API_KEY)",
    "unknown_model": "adresse ou modèle inconnu (404) : vérifiez llm.base_url et llm.model",
    "rejected": "il refuse la demande : il faut un service à sorties structurées (response_format json_schema)",
    "broken": "sa réponse n'est pas le JSON demandé : il faut un modèle et un service à sorties structurées",
    "refusal": "il a refusé de répondre : essayez un autre modèle",
    "other": "erreur inattendue : lancez avec les journaux de « bot.model »",
}


def endpoint_answers(model: str, seconds: float, *, wording: bool) -> str:
    """Say that the model answers, and what is asked of it."""
    use = (
        "il reformule les réponses (llm.wording), ce qui est expérimental"
        if wording
        else "il aide à comprendre les questions, rien de ce qu'il écrit n'est affiché"
    )
    return f"modèle de langue « {model} » : répond en {seconds:.1f} s ; ".replace(".", ",") + use


def endpoint_fails(model: str, cause: str, seconds: float) -> str:
    """Say why the model does not answer, and what to do; the bot answers without it."""
    advice = _ADVICE[cause].format(seconds=seconds)
    return f"modèle de langue « {model} » : {advice}. En attendant, le bot répond sans lui."
