"""What the homeserver answers, cleaned before nio reads it of what strangers put into it to stop a client."""

from contextlib import suppress
from typing import Any, Final

from nio.events import misc
from nio.schemas import Schemas, validate_json

_DEEPEST: Final = 24  # levels of a response: the content of an event lies seven deep
_KEYS: Final = (("device_keys", Schemas.keys_query), ("one_time_keys", Schemas.keys_claim))


def _validate(instance: Any, schema: Any) -> None:
    try:
        validate_json(instance, schema)
    except misc.ValidationError:
        raise misc.ValidationError("malformed") from None


# nio prints all of a malformed event into its log: of one made for that, for seconds, in which nothing else goes on.
misc.validate_json = _validate


def clean(body: dict[str, Any], user_id: str) -> None:
    """Take out of an answer to a user what would stop nio, or deceive it."""
    _cut_deep(body)
    _drop_forged_invitations(body, user_id)
    _drop_malformed_keys(body)


def _cut_deep(body: dict[str, Any]) -> None:
    """Empty what is deeper than anything of Matrix: hundreds of lists in each other are the end of many a library."""
    level: list[Any] = [body]
    for _ in range(_DEEPEST):
        inside = [one.values() if isinstance(one, dict) else one for one in level]
        level = [one for values in inside for one in values if isinstance(one, dict | list)]
    for one in level:
        one.clear()


def _drop_forged_invitations(body: dict[str, Any], user_id: str) -> None:
    """Leave in a sync response the last word on who invites a user: what comes before it the inviter may have made."""
    with suppress(KeyError, TypeError, AttributeError):  # it is no sync response with invitations
        for info in body["rooms"]["invite"].values():
            events = info["invite_state"]["events"]
            own = [one for one in events if (one.get("type"), one.get("state_key")) == ("m.room.member", user_id)]
            info["invite_state"]["events"] = [one for one in events if one not in own[:-1]]


def _drop_malformed_keys(body: dict[str, Any]) -> None:
    """Leave out the devices and keys for which nio would refuse those of everybody."""
    for name, schema in _KEYS:
        found = body.get(name)
        people = found if isinstance(found, dict) else {}
        for user, devices in people.items():
            kept = devices if isinstance(devices, dict) else {}
            people[user] = {
                device: keys for device, keys in kept.items() if _is({name: {user: {device: keys}}}, schema)
            }


def _is(instance: Any, schema: Any) -> bool:
    try:
        validate_json(instance, schema)
    except misc.ValidationError:
        return False
    return True
