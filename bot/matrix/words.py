"""Every sentence that the Matrix side says, in French, as Markdown."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Final

from bot.config import Choices
from bot.matrix.commands import Command, Name
from bot.matrix.taps import sign_of
from bot.results import Ask, Option
from bot.texts import FAST_ADDRESS, day

_COMMANDS: Final = (
    (Name.QUESTION, "votre question, en toutes lettres"),
    (Name.SIMULATE, "le cofinancement possible : « simuler budget 450 k€, partenaire 300 k€ »"),
    (Name.ELIGIBILITY, "l'entretien d'éligibilité"),
    (Name.DEADLINES, "les prochaines dates"),
    (Name.REMINDERS, "un rappel des échéances chaque semaine : « rappels lundi 9h »"),
    (Name.AGENDA, "les échéances, en fichier d'agenda"),
    (Name.SOURCES, "les sources de ma dernière réponse"),
    (Name.STATUS, "l'état du service"),
    (Name.HELP, "cette aide"),
)


@dataclass(frozen=True)
class Details:
    """What an administrator is told besides: the bot's rooms; its messages that are not sent yet, and those that the
    homeserver refused; the messages whose key has not come; the thumbs kept."""

    rooms: int
    unsent: int
    refused: int
    sealed: int
    liked: int
    disliked: int


@dataclass(frozen=True)
class Load:
    """How many questions wait besides the one asked; `details` are for an administrator."""

    waiting: int
    details: Details | None = None


@dataclass(frozen=True)
class Status:
    """What the bot says of itself: the day of its index, what it holds, since when it runs, how much it has to do.

    `notes` are further lines.
    """

    index_day: date | None
    documents: int
    passages: int
    started_at: datetime
    today: date
    load: Load
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Who:
    """Under which name a room sees the bot, empty where it has none, and its address, which nobody else can have."""

    name: str
    address: str

    @property
    def called(self) -> str:
        """The name, or what stands for it."""
        return self.name or "l'assistant du FAST"


def help_text(who: Who) -> str:
    """Greet, and say what to write, where, and how."""
    lines = [f"- `!fast {command}` : {meaning}" for command, meaning in _COMMANDS]
    return "\n".join(
        [
            f"Bonjour ! Je suis {who.called}. Je réponds, sources à l'appui, sur le FAST et le programme de "
            "consolidation. Écrivez votre question simplement, par exemple « Quel était le plafond du FAST 15 ? ».",
            "",
            *lines,
            "",
            "En message direct, « !fast » est facultatif. Dans un salon, je réponds quand on me mentionne "
            f"({_mention(who)}), quand on répond à l'un de mes messages, ou dans un fil où j'ai parlé. Répondez à "
            "l'une de mes réponses : je reprends à partir d'elle. Corrigez votre question : je corrige ma réponse ; "
            "supprimez-la : je la supprime. 👍 ou 👎 nous aide à nous améliorer.",
            "",
            _proof(who),
        ]
    )


def _mention(who: Who) -> str:
    return f"« @{who.name} »" if who.name else "« @ », puis mon nom"


def _proof(who: Who) -> str:
    return (
        f"Ce qui prouve que c'est bien moi, c'est mon adresse, dans mon profil : `{who.address}`. N'importe qui peut "
        "prendre mon nom, et un bouclier gris ne prouve rien."
    )


def welcome(who: Who, *, is_direct: bool) -> str:
    """Say once, in a room that the bot has come to, who it is and how to ask."""
    example = "« Quel était le plafond du FAST 15 ? »"
    how = (
        f"Écrivez-moi votre question, par exemple {example}."
        if is_direct
        else f"Pour me poser une question, mentionnez-moi ({_mention(who)}) : par exemple {example}."
    )
    return (
        f"Bonjour ! Je suis {who.called} : je réponds, sources à l'appui, sur le FAST et le programme de "
        f"consolidation. {how} `!fast aide` montre tout ce que je sais faire."
    )


def help_line() -> str:
    """Say, under a first answer, where help is."""
    return "`!fast aide` montre tout ce que je sais faire."


def not_verified(who: Who) -> str:
    """Say why a verification was cancelled."""
    return f"Je suis un programme : je ne peux pas comparer d'emojis, j'ai donc annulé la vérification. {_proof(who)}"


def cancelled() -> str:
    """Give the reason of a cancelled verification, where clients show it."""
    return "Un programme ne compare pas d'emojis."


def unknown_command(command: Command) -> str:
    """Say that a word is no command, and which one it looks like."""
    meant = f" Vouliez-vous dire `!fast {command.suggestion}` ?" if command.suggestion else ""
    return f"Je ne connais pas la commande « {command.text} ».{meant} `!fast aide` les montre toutes."


def status(facts: Status) -> str:
    """Say how the service is."""
    index = f"à jour du {day(facts.index_day)}" if facts.index_day else "sans date connue"
    waiting = {0: "aucune question en attente", 1: "une question en attente"}
    return "\n".join(
        [
            f"Je suis en service depuis le {day(facts.started_at.date())} à {_hour(facts.started_at)}.",
            "",
            f"- documents : {facts.documents}, en {facts.passages} passages, {index}",
            f"- file : {waiting.get(facts.load.waiting, f'{facts.load.waiting} questions en attente')}",
            f"- date du jour : {day(facts.today)}",
            *(f"- {note}" for note in facts.notes),
            *(_details(facts.load.details) if facts.load.details else ()),
        ]
    )


def _details(facts: Details) -> list[str]:
    return [
        f"- salons : {facts.rooms}",
        f"- messages à envoyer : {facts.unsent} ; refusés par le serveur : {facts.refused}",
        f"- messages reçus dont la clé manque : {facts.sealed}",
        f"- avis : {facts.liked} 👍, {facts.disliked} 👎",
    ]


def _hour(at: datetime) -> str:
    return f"{at.hour} h {at:%M}"


def quota_exceeded() -> str:
    """Say that this is too many questions for now."""
    return (
        "Vous m'avez posé beaucoup de questions en peu de temps : je reprends dans une heure au plus. "
        f"Si c'est urgent, écrivez à {FAST_ADDRESS}."
    )


def undecryptable() -> str:
    """Ask once, politely, to send again what could not be decrypted."""
    return (
        "Je n'arrive pas à déchiffrer un message de ce salon : sa clé ne m'est pas parvenue. "
        "Pouvez-vous le renvoyer, s'il vous plaît ? Si cela recommence, déconnectez puis reconnectez votre application."
    )


def only_text() -> str:
    """Say that files are not read."""
    return "Je ne lis que le texte : ni fichiers, ni images, ni messages vocaux. Écrivez-moi votre question."


def no_polls() -> str:
    """Say that polls are not answered."""
    return "Je ne réponds pas aux sondages. Écrivez-moi votre question."


_CHOOSE: Final[dict[Choices, str]] = {
    "reactions": "Touchez un numéro sous ce message, ou répondez par ce numéro.",
    "polls": "Votez ci-dessous, ou répondez par un numéro.",
    "text": "Répondez par un numéro.",
}


def how_to_answer(ask: Ask, choices: Choices) -> str:
    """Say how to answer with a tap what is asked, or what each sign under the message means."""
    if ask.kind == "choices":
        return _CHOOSE[choices]
    return " · ".join(f"{sign_of(one)} {one.words}" for one in ask.options) if choices == "reactions" else ""


_POLLS: Final = {"choices": "Votre choix :", "answer": "Votre réponse :", "whole_list": "Voir toute la liste ?"}


def poll_question(ask: Ask) -> str:
    """Give the question of a poll that stands under what is asked."""
    return _POLLS[ask.kind]


def poll_ended(chosen: Option | None) -> str:
    """Say what ended a poll, where clients show it."""
    return f"Réponse : {chosen.label}" if chosen else "Ce sondage n'attend plus de réponse."


def asked_no_more() -> str:
    """Say that what was tapped is not asked any more, and how to go back to it."""
    return (
        "Cette question n'attend plus de réponse. Pour y revenir, répondez à ce message (« Répondre ») en toutes "
        "lettres."
    )


def too_long(number: int, most: int) -> str:
    """Say that a message is too long to be a question."""
    return f"Votre message est trop long ({number} caractères) : posez votre question en {most} caractères au plus."


def too_hard() -> str:
    """Say that a message takes too much time to read."""
    return "Votre message me prend trop de temps à lire : posez votre question plus simplement, en une ou deux phrases."


def declined() -> str:
    """Give the reason of a declined invitation."""
    return f"Ce service est réservé aux agents autorisés. Pour une question sur le programme, écrivez à {FAST_ADDRESS}."


def fault(reference: str) -> str:
    """Give the reference of a fault to whoever asked."""
    return f"Une erreur interne s'est produite (référence {reference}) : signalez-la à l'équipe qui gère le bot."
