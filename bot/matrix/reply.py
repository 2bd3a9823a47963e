"""The contents of the events that the bot sends: replies, in threads or not, edits. Pure."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final

from bot.matrix.rendering import Part

# Names the transaction inside the event, so that the bot finds its own message again. See outbox.was_received.
TRANSACTION: Final = "fr.gouv.beta.fast.transaction"
# Names the question or the tap that a message answers without quoting it. Outside what is sealed, as a reply is.
ANSWERED: Final = "fr.gouv.beta.fast.answered"


def transaction_id(*what: str) -> str:
    """Return the transaction id of something to send: always the same for the same thing."""
    return "fast-" + hashlib.blake2b("\0".join(what).encode(), digest_size=16).hexdigest()


def transaction_of(source: Mapping[str, Any]) -> str | None:
    """Return the transaction id of an event of ours, as the homeserver or the event itself tells it."""
    for place, name in ((source.get("unsigned"), "transaction_id"), (source.get("content"), TRANSACTION)):
        told = place.get(name) if isinstance(place, Mapping) else None
        if isinstance(told, str):
            return told
    return None


def message(part: Part, *, notice: bool = False) -> dict[str, Any]:
    """Return the content of a message, without relation."""
    return {
        "msgtype": "m.notice" if notice else "m.text",
        "body": part.plain,
        "format": "org.matrix.custom.html",
        "formatted_body": part.html,
    }


def replying(
    content: dict[str, Any], to: str, sender: str, thread_root: str | None, tap: str | None = None
) -> dict[str, Any]:
    """Return a message as a reply to an event: in its thread, with a fallback for clients without them.

    It mentions `sender`. What answers a tap quotes what was tapped, and names the tap.
    """
    relation: dict[str, Any] = {"m.in_reply_to": {"event_id": to}} | ({ANSWERED: tap} if tap else {})
    if thread_root is not None:
        relation |= {"rel_type": "m.thread", "event_id": thread_root, "is_falling_back": True}
    return content | {"m.relates_to": relation, "m.mentions": {"user_ids": [sender]}}


def unaddressed(content: dict[str, Any]) -> dict[str, Any]:
    """Return a message that mentions nobody."""
    return content | {"m.mentions": {}}


def cancelling(request: str, reason: str) -> dict[str, Any]:
    """Return the content that cancels a request of verification."""
    return {"code": "m.user", "reason": reason, "m.relates_to": {"rel_type": "m.reference", "event_id": request}}


def unquoted(content: dict[str, Any]) -> dict[str, Any]:
    """Return a reply as a message that quotes nothing, but says which event it answers; in a thread, as it is."""
    relation = content.get("m.relates_to", {})
    if "m.in_reply_to" not in relation or "rel_type" in relation:
        return content
    return content | {"m.relates_to": {ANSWERED: answered(content)}}


def going_on(content: dict[str, Any]) -> dict[str, Any]:
    """Return a reply as one that goes on with the one before it: it calls nobody again and quotes nothing."""
    return unaddressed(unquoted(content))


def answered(content: dict[str, Any]) -> str | None:
    """Return the event that a message of ours answers, sealed or not; None when it answers none."""
    relation = content.get("m.relates_to")
    if not isinstance(relation, dict):
        return None
    quoted = relation.get("m.in_reply_to")
    found = relation.get(ANSWERED) or (quoted.get("event_id") if isinstance(quoted, dict) else None)
    return found if isinstance(found, str) else None


def annotating(content: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Return the reaction to an event of ours whose sign is the `key` of `content`."""
    rest = {name: value for name, value in content.items() if name != "key"}
    return rest | {"m.relates_to": {"rel_type": "m.annotation", "event_id": event_id, "key": content["key"]}}


def referring(content: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Return `content` as what is about an event of ours."""
    return content | {"m.relates_to": {"rel_type": "m.reference", "event_id": event_id}}


def replacing(content: dict[str, Any], event_id: str) -> dict[str, Any]:
    """Return the edit that puts `content` in place of an event of ours."""
    new = {name: value for name, value in content.items() if name != "m.relates_to"}
    starred: dict[str, Any] = {name: "* " + new[name] for name in ("body", "formatted_body") if name in new}
    return {
        **new,
        **starred,
        "m.mentions": {},
        "m.new_content": new,
        "m.relates_to": {"rel_type": "m.replace", "event_id": event_id},
    }
