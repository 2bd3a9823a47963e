"""What people who mean harm send to the bot: texts, contents of messages, state and keys, drawn at random."""

import random
from collections.abc import Callable, Sequence
from typing import Any, Final

Json = Any
Ids = Callable[[], str]
Draw = random.Random

CANARY: Final = "zibelinette"  # in some of the texts: a log shows none of them

# What has held up the bot, or grown with the square of its length.
HELD_UP: Final = (
    "le fast " * 50,
    "budget 450 k€ " + "'" * 60,
    "3 M€ " * 800,
    "\x1b[31m" * 800,
    "11.111" * 660,
    "!fast rappels " + "lundi 9h J-7 " * 300,
    "!fast rappels " + "à " * 1_900,
    "et pour le 17 ? " * 240,
    "[a](b) " * 560,
    "x" * 40_000,
    "> " * 20_000,
)
_ODD: Final = (
    "",
    " ",
    "\x00",
    "\ud800",
    "\udfff\ud800",
    "\u200b\u200d\ufeff",
    "\u202ele plafond ?\u202c",
    "\u2066\u2067",
    "a\u0301" * 400,
    "é\u0489" * 300,
    "🏳️‍🌈" * 200,
    "\r\n" * 500,
    "\x1b]0;x\x07",
    "%s %d {} {0} %n",
    "'; DROP TABLE inbox; --",
    "../../../etc/passwd",
    "<script>alert(1)</script>",
    "<mx-reply>",
    "```" * 900,
    "|a|b|\n|-|-|\n" + "|x|y|\n" * 500,
    "* " * 3_000,
    "[" * 5_000,
    "(" * 5_000,
    "!fast",
    "@room",
    "@fast:test.local" * 200,
    "$",
    "!:",
    "nan",
    "1e999999",
    "9" * 5_000,
    "-1 k€",
    "0 €",
    "31/02/2025",
    "FAST 0",
    "FAST " + "9" * 400,
    "FAST 15 " * 300,
    "½ M€",
    "१२३ k€",
)
_PUMPS: Final = (
    "le fast ",
    "450 k€ ",
    "de la du ",
    "'",
    "1 ",
    "1.",
    "  \n",
    "et ",
    "? ",
    "FAST 1",
    "un million ",
    "le 3 mai ",
    "\u00a0",
    "à ",
    "-",
    "**",
    "_a",
    "http://a.",
    "a@b.",
)
_PLAIN: Final = (
    "Quel est le plafond du FAST 16 ?",
    "et pour le 15 ?",
    "Je suis une région, mon budget est de 300 k€",
    "combien de lauréats ?",
    "merci",
    "oui",
    "non",
    "quelle date ?",
    "simule 450 k€",
    f"mon projet {CANARY} est-il éligible ?",
)
_COMMANDS: Final = (
    "aide question simuler éligibilité échéances rappels agenda sources statut inconnue helpp RAPPELS".split()
)
_ARGUMENTS: Final = (
    "lundi 9h",
    "lundi 25h61",
    "arrêter",
    "stop",
    "aperçu",
    "J-7 J-99999999 J--1",
    "chaque février 9h",
    "@mallory:test.local",
    "!room:test.local",
    "9" * 300,
    "-1 €",
    "1e400 €",
    "\u202e9h",
    "; rm -rf /",
)
_TAGS: Final = "b i u a p br ol ul li table tr td pre code font span details mx-reply blockquote script svg img".split()
MESSAGE: Final = "m.room.message"
_MSGTYPES: Final = (
    "m.text m.notice m.emote m.file m.image m.audio m.video m.location m.server_notice x m.bad.encrypted".split()
)


def text(draw: Draw) -> str:
    """Return a text that means harm, or seems to."""
    kind = draw.randrange(7)
    if kind == 0:
        return draw.choice(HELD_UP)
    if kind == 1:
        return draw.choice(_ODD)
    if kind == 2:
        return pump(draw)
    if kind == 3:
        return command(draw)
    if kind == 4:
        return " ".join(draw.choice((*_PLAIN, *_ODD)) for _ in range(draw.randint(1, 6)))
    if kind == 5:
        return "".join(chr(draw.choice((*range(1, 0x250), *range(0x2000, 0x2070), 0x1F600))) for _ in range(200))
    return draw.choice(_PLAIN)


def pump(draw: Draw) -> str:
    """Return a part of a sentence repeated, between what leads to it and what does not follow it."""
    before, after = draw.choice(("", "budget ", "!fast ", "le plafond ", "du ")), draw.choice(("", "\x00", "'", "?"))
    return before + draw.choice(_PUMPS) * draw.choice((30, 300, 2_000)) + after


def command(draw: Draw) -> str:
    """Return a command with odd arguments."""
    said = [draw.choice((*_ARGUMENTS, *_ODD, *_PLAIN)) for _ in range(draw.randrange(4))]
    return " ".join((draw.choice(("!fast", "!FAST", "! fast", "fast", "!")), draw.choice(_COMMANDS), *said))


def html(draw: Draw) -> str:
    """Return HTML that no client writes."""
    depth = draw.choice((1, 5, 200))
    opened = [draw.choice(_TAGS) for _ in range(depth)]
    closed = draw.choice((reversed(opened), (), opened))
    odd = draw.choice(("", ' href="javascript:x"', " style='" + "a" * 500, ' data-mx-color="#' + "f" * 99 + '"'))
    return "".join(f"<{one}{odd}>" for one in opened) + text(draw)[:5_000] + "".join(f"</{one}>" for one in closed)


def value(draw: Draw, depth: int = 0) -> Json:
    """Return any JSON value."""
    if depth < 3 and draw.random() < 0.3:
        some = range(draw.randrange(4))
        if draw.random() < 0.5:
            return [value(draw, depth + 1) for _ in some]
        return {
            draw.choice(("", "event_id", "body", "\ud800", "users", "m.in_reply_to")): value(draw, depth + 1)
            for _ in some
        }
    plain: tuple[Json, ...] = (
        None,
        True,
        False,
        0,
        -1,
        5,
        2**53 - 1,
        2**63,
        10**40,
        1.5,
        float("nan"),
        [],
        {},
        "x" * 9_000,
        deep(draw),
    )
    return draw.choice((*plain, *_ODD))


def deep(draw: Draw) -> Json:
    """Return a list in a list, and so on."""
    found: Json = []
    for _ in range(draw.choice((20, 200, 800))):
        found = [found]
    return found


def spoilt(draw: Draw, found: Json) -> Json:
    """Return a value with other values in a few places, at any depth."""
    if draw.random() < 0.15:
        return value(draw)
    if isinstance(found, dict) and found:
        key = draw.choice(list(found))
        if draw.random() < 0.2:
            return {name: one for name, one in found.items() if name != key}
        return {**found, key: spoilt(draw, found[key])}
    if isinstance(found, list) and found:
        return [spoilt(draw, found[0]), *found[1:]]
    return value(draw)


def canonical(found: Json) -> Json:
    """Return a value as a homeserver takes it outside encryption: no surrogate, no float, no great number."""
    if isinstance(found, str):
        return found.encode("utf-8", "replace").decode()
    if isinstance(found, float) or (isinstance(found, int) and abs(found) >= 2**53):
        return 0
    if isinstance(found, list) and found != [[]]:
        return [canonical(one) for one in found]
    if isinstance(found, dict):
        return {canonical(key): canonical(one) for key, one in found.items()}
    return found


# ---- contents: each takes the ids of events that others may have sent -----------------------------------------------


def message(draw: Draw, ids: Ids) -> tuple[str, Json]:
    found: Json = {"msgtype": "m.text", "body": text(draw)}
    if draw.random() < 0.3:
        found["m.mentions"] = draw.choice(
            ({}, [], None, 5, {"user_ids": "@fast:test.local"}, {"user_ids": ["@fast:test.local", 5, None, {}]})
        )
    return MESSAGE, found


def formatted(draw: Draw, ids: Ids) -> tuple[str, Json]:
    return MESSAGE, message(draw, ids)[1] | {"format": "org.matrix.custom.html", "formatted_body": html(draw)}


def edit(draw: Draw, ids: Ids) -> tuple[str, Json]:
    new = message(draw, ids)[1]
    return MESSAGE, new | {"m.new_content": new, "m.relates_to": {"rel_type": "m.replace", "event_id": ids()}}


def reply(draw: Draw, ids: Ids) -> tuple[str, Json]:
    return MESSAGE, message(draw, ids)[1] | {"m.relates_to": {"m.in_reply_to": {"event_id": ids()}}}


def thread(draw: Draw, ids: Ids) -> tuple[str, Json]:
    fallback = {"m.in_reply_to": {"event_id": ids()}, "is_falling_back": draw.random() < 0.5}
    return MESSAGE, message(draw, ids)[1] | {"m.relates_to": {"rel_type": "m.thread", "event_id": ids(), **fallback}}


def reaction(draw: Draw, ids: Ids) -> tuple[str, Json]:
    key = draw.choice(("👍", "👎", "👍🏿", "", "x" * 2_000, *_ODD))
    return "m.reaction", {"m.relates_to": {"rel_type": "m.annotation", "event_id": ids(), "key": key}}


def redaction(draw: Draw, ids: Ids) -> tuple[str, Json]:
    return "m.room.redaction", {"redacts": ids(), "reason": text(draw)[:2_000]}


def poll(draw: Draw, ids: Ids) -> tuple[str, Json]:
    answers = [{"id": str(one), "m.text": text(draw)[:500]} for one in range(draw.randrange(30))]
    question = {"question": {"m.text": text(draw)[:900]}, "answers": answers, "max_selections": 1}
    kind = draw.choice(("m.poll.start", "org.matrix.msc3381.poll.start", "m.poll.response", "m.poll.end"))
    return kind, {
        kind: question,
        "m.text": text(draw)[:900],
        "m.relates_to": {"rel_type": "m.reference", "event_id": ids()},
    }


def file(draw: Draw, ids: Ids) -> tuple[str, Json]:
    found: Json = {"msgtype": draw.choice(_MSGTYPES), "body": text(draw)[:900], "filename": draw.choice(_ODD)}
    found["url"] = draw.choice(("mxc://x/y", "mxc://", "file:///etc/passwd", "http://127.0.0.1:1/", 5))
    return MESSAGE, found | {
        "info": {"size": 2**50, "mimetype": "text/plain"},
        "file": {"v": "v2", "key": {}, "iv": "x"},
    }


def unknown(draw: Draw, ids: Ids) -> tuple[str, Json]:
    kind = draw.choice(("m.sticker", "org.example.x", "m.room.encrypted", "m.call.invite", "m.beacon", "m.room_key"))
    return kind, {"body": text(draw)[:900], "ciphertext": "x", "algorithm": "m.megolm.v1.aes-sha2", "session_id": "y"}


CONTENTS: Final[dict[str, Callable[[Draw, Ids], tuple[str, Json]]]] = {
    "message": message,
    "HTML": formatted,
    "edit": edit,
    "reply": reply,
    "thread": thread,
    "reaction": reaction,
    "redaction": redaction,
    "poll": poll,
    "file": file,
    "unknown type": unknown,
}


# ---- state -----------------------------------------------------------------------------------------------------------


def state(draw: Draw, people: Sequence[str], ids: Ids) -> tuple[str, str, Json]:
    """Return a type, a state key and a content of state of a room."""
    someone = draw.choice(people)
    kinds: tuple[tuple[str, str, Json], ...] = (
        ("m.room.name", "", {"name": text(draw)[:9_000]}),
        ("m.room.topic", "", {"topic": text(draw)[:9_000]}),
        (
            "m.room.tombstone",
            "",
            {"body": "déplacé", "replacement_room": draw.choice((*_ODD, "!a:test.local", ids(), 5))},
        ),
        ("m.room.power_levels", "", {"users": dict.fromkeys(people, 100), "users_default": draw.choice((0, 100, "5"))}),
        (
            "m.room.encryption",
            "",
            {"algorithm": draw.choice(("none", "m.megolm.v1.aes-sha2", 5)), "rotation_period_ms": 0},
        ),
        ("m.room.member", someone, {"membership": draw.choice(("join", "leave", "ban", "invite", "knock", "x"))}),
        ("m.room.member", someone, {"membership": "join", "displayname": draw.choice(("fast", "dis", *_ODD))}),
        ("m.room.canonical_alias", "", {"alias": "#x:y", "alt_aliases": [5]}),
        ("m.room.join_rules", "", {"join_rule": "invite"}),
        ("m.room.history_visibility", "", {"history_visibility": draw.choice(("shared", "joined", "x", 5))}),
        ("m.room.create", "", {"room_version": "9" * 500, "creator": 5}),
        ("m.room.pinned_events", "", {"pinned": [ids(), 5, None]}),
        ("m.room.server_acl", "", {"allow": ["*"], "deny": 5}),
        ("org.example.x", "", {"a": value(draw)}),
    )
    return draw.choice(kinds)


def to_device(draw: Draw, room: str) -> tuple[str, Json]:
    """Return a type and a content of what one device sends another in the clear."""
    session = {"algorithm": "m.megolm.v1.aes-sha2", "room_id": room, "session_id": "x", "session_key": "AgAAAA"}
    kinds: tuple[tuple[str, Json], ...] = (
        ("m.room_key", session),
        ("m.forwarded_room_key", session | {"sender_key": "x", "forwarding_curve25519_key_chain": []}),
        ("m.room_key_request", {"action": "request", "requesting_device_id": "X", "request_id": "1", "body": session}),
        ("m.room_key.withheld", session | {"code": "m.blacklisted", "reason": text(draw)[:900]}),
        (
            "m.room.encrypted",
            {
                "algorithm": "m.olm.v1.curve25519-aes-sha2",
                "sender_key": "x",
                "ciphertext": {"x": {"type": 0, "body": "x"}},
            },
        ),
        ("m.dummy", {}),
        (
            "m.key.verification.request",
            {"from_device": "X", "methods": ["m.sas.v1"], "timestamp": 1, "transaction_id": "t"},
        ),
        ("m.key.verification.start", {"from_device": "X", "method": "m.sas.v1", "transaction_id": "t"}),
        ("m.key.verification.key", {"transaction_id": "t", "key": "x"}),
        ("m.secret.request", {"action": "request", "name": "m.cross_signing.master", "request_id": "1"}),
        ("org.example.x", {"a": value(draw)}),
    )
    return draw.choice(kinds)


def name(draw: Draw) -> str:
    """Return a name that a person may take."""
    return draw.choice(("fast", "Fast", "dis", "!fast", "le plafond ?", *_ODD))[:250]
