"""What an event of a room means for the bot: something to take up, or to ignore and why. Pure; never raises."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, Final, Literal

from bot.matrix import polls
from bot.matrix.ids import read_id
from bot.matrix.mentions import Called, called_in, is_command, labels_in, without_call
from bot.matrix.permissions import is_allowed
from bot.matrix.taps import Asked, plain_sign

_LATEST: Final = 2**53  # numbers of Matrix stay below
_SURROGATES: Final = re.compile("[\ud800-\udfff]")
_QUOTE: Final = re.compile(r"\A(?:>[^\n]*\n)+\n?")
_VERIFICATION: Final = "m.key.verification.request"
_WORD: Final = re.compile(r"\w")
GREETED: Final = "!fast"  # what a bare call stands for
THUMBS: Final = ("👍", "👎")

_FILES: Final = frozenset({"m.image", "m.file", "m.audio", "m.video", "m.location"})

Kind = Literal["question", "edit", "redaction", "reaction", "tap", "file", "poll", "verification"]


class Why(StrEnum):
    """Why an event is ignored, for the log."""

    MALFORMED = "malformed"
    OWN = "own message"
    BOT = "another bot"
    NOT_ALLOWED = "not allowed"
    NOTICE = "notice"
    NOT_TEXT = "not text"
    EMPTY = "empty"
    NOT_ADDRESSED = "not addressed to us"
    NOT_OURS = "about nothing of ours"
    OTHER_REACTION = "another reaction"
    NOT_A_MESSAGE = "not a message"


@dataclass(frozen=True)
class Ignore:
    """Nothing is to be done."""

    reason: Why


@dataclass(frozen=True)
class Incoming:
    """Something to take up.

    `text` is what the bot is asked, without the words that only call it; 👍 or 👎 of a reaction; of a tap, which is a
    reaction or the answer to a poll, the name of what it answers; empty of a redaction, of a request to verify the bot,
    and of a file or a poll, which the bot cannot read.
    `reply_to` is a true reply, not the fallback of a thread. `target` is the event that an edit, a redaction, a
    reaction or a tap is about. An edit may be of an event that was no question: then it is one from now on, if who
    edits it wrote it, which is not known yet. A redaction is of a question, of a reaction, of a tap that waits, of a
    message that is still sealed, or of one of ours.
    `tries`: how often it was being taken up when the bot died.
    """

    event_id: str
    room_id: str
    sender: str
    sent_at_ms: int
    text: str
    thread_root: str | None = None
    reply_to: str | None = None
    kind: Kind = "question"
    target: str | None = None
    tries: int = 0


def _anyone(_: str) -> bool:
    return True


def _never(*_: str) -> bool:
    return False


def _nobody(_: str) -> None:
    return None


def _nothing(*_: str) -> None:
    return None


@dataclass(frozen=True)
class RoomFacts:
    """What is known of the room an event is in, and of the bot in it.

    `bots` are patterns of users that are never answered. The rest is of events of this room alone, those accepted
    earlier in the same sync included: may this user talk to the bot; did the bot send this event; is it what the bot
    said to this user, or to everyone; who asked the question that this event is; has this user made a question of it by
    an edit that waits; is it a reaction, a tap or a sealed message that is kept; has the bot spoken in the thread of
    this root, or written the answer that it is; what did this message of ours ask this user.
    """

    room_id: str
    own_user_id: str
    own_name: str = ""
    is_direct: bool = False
    bots: tuple[str, ...] = ()
    is_allowed: Callable[[str], bool] = _anyone
    is_ours: Callable[[str], bool] = _never
    answers: Callable[[str, str], bool] = _never
    asked_by: Callable[[str], str | None] = _nobody
    is_edited: Callable[[str, str], bool] = _never
    is_kept: Callable[[str], bool] = _never
    speaks_in: Callable[[str], bool] = _never
    asks: Callable[[str, str], Asked | None] = _nothing


def read_event(event: object, facts: RoomFacts) -> Incoming | Ignore:
    """Return what an event means; `event` is an event of nio, decrypted where it can be, or its raw JSON."""
    source = getattr(event, "source", event)
    if not isinstance(source, Mapping):
        return Ignore(Why.MALFORMED)
    if "state_key" in source:
        return Ignore(Why.NOT_A_MESSAGE)
    head = _head(source, facts.room_id)
    if head is None:
        return Ignore(Why.MALFORMED)
    if head.sender == facts.own_user_id:
        return Ignore(Why.OWN)
    if source["type"] == "m.room.redaction":
        # Inside an encrypted event no server has checked that the sender may redact.
        decrypted = bool(getattr(event, "decrypted", False))
        return Ignore(Why.MALFORMED) if decrypted else _redaction(source, head, facts)
    if is_allowed(head.sender, facts.bots):
        return Ignore(Why.BOT)
    if not facts.is_allowed(head.sender):
        return Ignore(Why.NOT_ALLOWED)
    if source["type"] == "m.room.message":
        return _message(source["content"], head, facts)
    if source["type"] == "m.reaction":
        return _reaction(source["content"], head, facts)
    if source["type"] in polls.RESPONSES:
        return _vote(source["content"], head, facts)
    if source["type"] in polls.STARTS:
        return _poll(source["content"], head, facts)
    return Ignore(Why.NOT_A_MESSAGE)


def _head(source: Mapping[str, Any], room_id: str) -> Incoming | None:
    """Return what every event must have, or None for one that lacks it."""
    event_id, sender = read_id(source.get("event_id"), "$"), read_id(source.get("sender"), "@")
    sent = source.get("origin_server_ts")
    if event_id is None or sender is None or type(sent) is not int or not 0 <= sent < _LATEST:
        return None
    if not isinstance(source.get("type"), str) or not isinstance(source.get("content"), Mapping):
        return None
    return Incoming(event_id, room_id, sender, sent, "")


def _mapping(value: object) -> Mapping[str, Any]:
    return value if isinstance(value, Mapping) else {}


def _message(content: Mapping[str, Any], head: Incoming, facts: RoomFacts) -> Incoming | Ignore:
    relation = _mapping(content.get("m.relates_to"))
    if relation.get("rel_type") == "m.replace":
        return _edit(_mapping(content.get("m.new_content")), relation, head, facts)
    if content.get("msgtype") == _VERIFICATION and content.get("to") == facts.own_user_id:
        return replace(head, kind="verification")
    root, answered = hangs_on(relation)
    if facts.is_direct and _is_file(content) and _caption(content) is None:
        return replace(head, kind="file", thread_root=root)
    body = _body(content)
    if isinstance(body, Ignore):
        return body
    is_reply = "m.in_reply_to" in relation
    text = _QUOTE.sub("", body, count=1) if is_reply else body
    return _addressed(replace(head, text=text, thread_root=root, reply_to=answered), content, facts)


def hangs_on(relation: object) -> tuple[str | None, str | None]:
    """Return the root of the thread that a message is in, and what it replies to, by its relation.

    The fallback of a thread, for clients that know none, is no reply.
    """
    told = _mapping(relation)
    in_thread = told.get("rel_type") == "m.thread"
    root = read_id(told.get("event_id"), "$") if in_thread else None
    is_fallback = in_thread and told.get("is_falling_back") is True
    return root, None if is_fallback else read_id(_mapping(told.get("m.in_reply_to")).get("event_id"), "$")


def _edit(new: Mapping[str, Any], relation: Mapping[str, Any], head: Incoming, facts: RoomFacts) -> Incoming | Ignore:
    target, body = read_id(relation.get("event_id"), "$"), _body(new)
    if target is None:
        return Ignore(Why.MALFORMED)
    if isinstance(body, Ignore):
        return body
    incoming = replace(head, text=body, kind="edit", target=target)
    author = facts.asked_by(target)
    if author not in (None, head.sender):
        return Ignore(Why.NOT_OURS)  # homeservers let anyone send an edit of anything
    if author is None and not facts.is_edited(target, head.sender):
        return _addressed(incoming, new, facts)
    return _said(incoming, new, facts)


def _body(content: Mapping[str, Any]) -> str | Ignore:
    """Return the text of a message, cleaned of what cannot be stored."""
    if not content:
        return Ignore(Why.EMPTY)  # redacted
    kind, body = content.get("msgtype"), content.get("body")
    if not isinstance(kind, str) or not isinstance(body, str):
        return Ignore(Why.MALFORMED)
    if kind == "m.notice":
        return Ignore(Why.NOTICE)
    if kind != "m.text" and _caption(content) is None:
        return Ignore(Why.NOT_TEXT)
    return _SURROGATES.sub("\ufffd", body).replace("\0", "")


def _is_file(content: Mapping[str, Any]) -> bool:
    kind = content.get("msgtype")
    return isinstance(kind, str) and kind in _FILES


def _caption(content: Mapping[str, Any]) -> str | None:
    """Return what is written under a file: its body, when its name is given apart."""
    body, name = content.get("body"), content.get("filename")
    is_captioned = isinstance(body, str) and isinstance(name, str) and body.strip() not in ("", name)
    return body if is_captioned and _is_file(content) else None


def _addressed(incoming: Incoming, content: Mapping[str, Any], facts: RoomFacts) -> Incoming | Ignore:
    if facts.is_direct or _is_for_us(incoming, content, facts):
        return _said(incoming, content, facts)
    return Ignore(Why.NOT_ADDRESSED)


def _is_for_us(incoming: Incoming, content: Mapping[str, Any], facts: RoomFacts) -> bool:
    called, users = _called(content, facts), _mentioned(content)
    if facts.own_user_id in (users or ()) or is_command(without_call(incoming.text, called)):
        return True
    # A client that says whom a message mentions is believed: a name in it is then no call.
    if users is None and (called.labels or called_in(incoming.text, called)):
        return True
    if incoming.reply_to is not None and facts.is_ours(incoming.reply_to):
        return True
    # In a thread where the bot speaks two people may still talk to each other.
    return not users and incoming.thread_root is not None and facts.speaks_in(incoming.thread_root)


def _mentioned(content: Mapping[str, Any]) -> list[object] | None:
    """Return whom a message says that it mentions; None when it says nothing of it, as older clients."""
    if "m.mentions" not in content:
        return None
    users = _mapping(content["m.mentions"]).get("user_ids")
    return users if isinstance(users, list) else []


def _called(content: Mapping[str, Any], facts: RoomFacts) -> Called:
    formatted = content.get("formatted_body")
    labels = labels_in(formatted, facts.own_user_id) if isinstance(formatted, str) else ()
    return Called(facts.own_user_id, facts.own_name, labels)


def _said(incoming: Incoming, content: Mapping[str, Any], facts: RoomFacts) -> Incoming | Ignore:
    """Return the message without the words that call the bot; where nothing else is said, it is greeted: help."""
    whole = incoming.text.strip()
    text = without_call(whole, _called(content, facts))
    if text != whole and not _WORD.search(text):
        text = GREETED
    return replace(incoming, text=text) if text else Ignore(Why.EMPTY)


def _reaction(content: Mapping[str, Any], head: Incoming, facts: RoomFacts) -> Incoming | Ignore:
    relation = _mapping(content.get("m.relates_to"))
    target, key = read_id(relation.get("event_id"), "$"), relation.get("key")
    if relation.get("rel_type") != "m.annotation" or target is None or not isinstance(key, str):
        return Ignore(Why.MALFORMED)
    thumb = plain_sign(key)
    if thumb not in THUMBS:
        asked = facts.asks(target, head.sender)
        tap = asked.signed(key) if asked else None
        return replace(head, text=tap, kind="tap", target=target) if tap else Ignore(Why.OTHER_REACTION)
    if not facts.answers(target, head.sender):
        return Ignore(Why.NOT_OURS)
    return replace(head, text=thumb, kind="reaction", target=target)


def _vote(content: Mapping[str, Any], head: Incoming, facts: RoomFacts) -> Incoming | Ignore:
    """Return the answer to a poll of ours as a tap."""
    relation = _mapping(content.get("m.relates_to"))
    target, chosen = read_id(relation.get("event_id"), "$"), polls.selected(content)
    if relation.get("rel_type") != "m.reference" or target is None or chosen is None:
        return Ignore(Why.MALFORMED)
    asked = facts.asks(target, head.sender)
    if asked is None or asked.named(chosen) is None:
        return Ignore(Why.NOT_OURS)
    return replace(head, text=chosen, kind="tap", target=target)


def _poll(content: Mapping[str, Any], head: Incoming, facts: RoomFacts) -> Incoming | Ignore:
    """Return a poll of somebody else that is for the bot: nobody else is there, or it mentions the bot."""
    relation = _mapping(content.get("m.relates_to"))
    if not content or relation.get("rel_type") == "m.replace":
        return Ignore(Why.EMPTY)
    if not facts.is_direct and facts.own_user_id not in (_mentioned(content) or ()):
        return Ignore(Why.NOT_ADDRESSED)
    return replace(head, kind="poll", thread_root=hangs_on(relation)[0])


def _redaction(source: Mapping[str, Any], head: Incoming, facts: RoomFacts) -> Incoming | Ignore:
    """Return the redaction of what is kept, whoever redacts it: the server has checked that they may, in this room."""
    # Room version 11 moved `redacts` into the content. What stands in the other place no server has checked.
    told = [place["redacts"] for place in (source["content"], source) if "redacts" in place]
    target = read_id(told[0], "$") if told else None
    if target is None or any(other != target for other in told):
        return Ignore(Why.MALFORMED)
    if facts.asked_by(target) is None and not facts.is_kept(target) and not facts.is_ours(target):
        return Ignore(Why.NOT_OURS)
    return replace(head, kind="redaction", target=target)
