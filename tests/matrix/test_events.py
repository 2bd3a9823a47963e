"""What the bot takes up and what it ignores."""

import sqlite3
from dataclasses import dataclass, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.matrix.events import Ignore, Incoming, RoomFacts, Why, read_event

BOT, ANNE, BOB = "@fast:test.local", "@anne:test.local", "@bob:test.local"
ROOM = RoomFacts("!room:test.local", BOT, "Assistant FAST")
DIRECT = replace(ROOM, is_direct=True)
ANSWERED = replace(
    ROOM,
    is_ours=lambda event: event == "$answer",
    answers=lambda event, user: (event, user) == ("$answer", ANNE),
    is_edited=lambda event, user: (event, user) == ("$edited", ANNE),
    asked_by=lambda event: ANNE if event == "$question" else None,
    speaks_in=lambda root: root == "$thread",
)


def event(
    content: Any, *, kind: str = "m.room.message", sender: str = ANNE, at: int = 2_000, **more: Any
) -> dict[str, Any]:
    return {"event_id": "$e", "sender": sender, "origin_server_ts": at, "type": kind, "content": content} | more


def text(body: str, **more: Any) -> dict[str, Any]:
    return {"msgtype": "m.text", "body": body} | more


def reply(to: str) -> dict[str, Any]:
    return {"m.relates_to": {"m.in_reply_to": {"event_id": to}}}


def thread(root: str, *, falling_back: bool = True) -> dict[str, Any]:
    fallback = {"m.in_reply_to": {"event_id": "$before"}, "is_falling_back": falling_back}
    return {"m.relates_to": {"rel_type": "m.thread", "event_id": root} | fallback}


def edit(of: str, body: str, **more: Any) -> dict[str, Any]:
    return text(f"* {body}") | {
        "m.new_content": text(body, **more),
        "m.relates_to": {"rel_type": "m.replace", "event_id": of},
    }


def reaction(to: str, key: str, **more: Any) -> dict[str, Any]:
    return event({"m.relates_to": {"rel_type": "m.annotation", "event_id": to, "key": key}}, kind="m.reaction", **more)


def why(found: Incoming | Ignore) -> Why | None:
    return found.reason if isinstance(found, Ignore) else None


def said(found: Incoming | Ignore) -> str:
    assert isinstance(found, Incoming), found
    return found.text


def test_a_direct_message_is_a_question():
    assert read_event(event(text("le plafond ?")), DIRECT) == Incoming(
        "$e", "!room:test.local", ANNE, 2_000, "le plafond ?"
    )


def test_a_message_of_a_room_is_ignored_when_it_is_not_for_the_bot():
    assert why(read_event(event(text("on mange où ?")), ROOM)) is Why.NOT_ADDRESSED


def test_a_mention_makes_a_question_even_with_another_name():
    pill = text("Fasty: le plafond ?", **{"m.mentions": {"user_ids": [BOT]}})

    assert said(read_event(event(pill), ROOM)) == "Fasty: le plafond ?"


@pytest.mark.parametrize(
    ("body", "left"),
    [
        ("Assistant FAST : le plafond ?", "le plafond ?"),
        ("assistant fast, le plafond ?", "le plafond ?"),
        ("@Assistant FAST le plafond ?", "le plafond ?"),
        ("@fast: le plafond ?", "le plafond ?"),
        ("@fast:test.local le plafond ?", "le plafond ?"),
        ("le plafond, Assistant FAST ?", "le plafond ?"),
        ("bonjour Assistant FAST, le plafond ?", "bonjour le plafond ?"),
        ("Bonjour @fast, et le plafond ?", "Bonjour, et le plafond ?"),
        ("@[Assistant FAST] le plafond ?", "le plafond ?"),
        ("le plafond @[Assistant FAST]", "le plafond"),
        ("[Assistant FAST](https://matrix.to/#/@fast:test.local) le plafond ?", "le plafond ?"),
        ("Assistant FAST quel est le plafond ?", "quel est le plafond ?"),
        ("Assistant FAST à quoi sert le fonds ?", "à quoi sert le fonds ?"),
        ("@[Assistant FAST] !fast aide", "!fast aide"),
        ("!fast aide", "!fast aide"),
        ("  ! FAST le plafond ?", "! FAST le plafond ?"),
        ("Assistant FAST", "!fast"),
        ("Assistant FAST:", "!fast"),
        ("@[Assistant FAST] ?", "!fast"),
        ("Assistant FAST : !fast aide", "!fast aide"),
    ],
)
def test_the_name_or_the_command_calls_the_bot_and_the_name_is_taken_off(body: str, left: str):
    assert said(read_event(event(text(body)), ROOM)) == left


@pytest.mark.parametrize(
    ("name", "body"),
    [
        ("Assistant FAST [DINUM]", "Assistant FAST [DINUM] : le plafond ?"),
        ("Assistant FAST [DINUM]", "Assistant FAST : le plafond ?"),
        ("Assistant FAST [DINUM]", "@assistant fast le plafond ?"),
        ("🤖 Assistant FAST", "🤖 Assistant FAST: le plafond ?"),
        ("🤖 Assistant FAST", "Assistant FAST, le plafond ?"),
        ("FAST | Aide", "FAST | Aide le plafond ?"),
        ("Éligibilité FAST", "Éligibilité FAST : le plafond ?"),
        ("FAST (bêta)", "FAST (bêta) : le plafond ?"),
    ],
)
def test_a_name_with_a_suffix_an_emoji_or_a_sign_calls_the_bot_as_people_write_it(name: str, body: str):
    assert said(read_event(event(text(body)), replace(ROOM, own_name=name))) == "le plafond ?"


@pytest.mark.parametrize("name", ["🤖", "[DINUM]", "|", " "])
def test_a_name_without_a_word_is_called_by_nobody_by_chance(name: str):
    facts = replace(ROOM, own_name=name)

    assert why(read_event(event(text("on mange où ?")), facts)) is Why.NOT_ADDRESSED
    assert why(read_event(event(text("🎉 bravo | [DINUM]")), facts)) is Why.NOT_ADDRESSED


def pill(to: str, before: str = "") -> dict[str, Any]:
    return {"format": "org.matrix.custom.html", "formatted_body": f'{before}<a href="{to}">Fasty</a> : le plafond ?'}


@pytest.mark.parametrize(
    "to",
    [
        f"https://matrix.to/#/{BOT}",
        "https://matrix.to/#/%40fast%3Atest.local",
        f"https://www.tchap.gouv.fr/#/user/{BOT}",
        f"https://matrix.to/#/{BOT}?via=test.local",
    ],
)
def test_the_pill_of_a_client_that_says_nothing_of_mentions_calls_the_bot(to: str):
    assert isinstance(read_event(event(text("Fasty : le plafond ?", **pill(to))), ROOM), Incoming)


def test_a_pill_in_what_is_quoted_or_of_somebody_else_does_not_call_the_bot():
    quoted = pill("https://ailleurs.fr", f'<mx-reply><a href="https://matrix.to/#/{BOT}">Fasty</a></mx-reply>')
    for content in (
        text("Bob : le plafond ?", **pill(f"https://matrix.to/#/{BOB}")),
        text("oui", **quoted),
        text("oui", **pill(f"https://matrix.to/#/{BOT}.fr")),
        text("oui", **pill(f"https://matrix.to/#/{BOT}"), **{"m.mentions": {"user_ids": [BOB]}}),
        text("Fasty : oui", **pill(f"https://matrix.to/#/{BOT}"), **{"m.mentions": {}}),
        text("oui", formatted_body=3),
    ):
        assert why(read_event(event(content), ROOM)) is Why.NOT_ADDRESSED


@pytest.mark.parametrize(
    "body",
    [
        "j'ai demandé à Assistant FAST, il a répondu",
        "tu connais Assistant FAST ?",
        "Assistant FAST est en panne ?",
        "Assistant FAST m'a répondu hier",
        "Assistant FAST n'a rien dit",
        "qui s'occupe d'Assistant FAST ?",
        "écris à assistant.fast@dinum.gouv.fr",
        "écris à contact@fast.gouv.fr",
        "voir https://wiki.fr/Assistant-FAST",
        f"son profil : https://matrix.to/#/{BOT}",
        f"son profil : https://www.tchap.gouv.fr/#/user/{BOT}",
        "le dossier assistant fast/plafond",
    ],
)
def test_the_name_in_a_sentence_about_the_bot_or_in_an_address_calls_nobody(body: str):
    assert why(read_event(event(text(body)), ROOM)) is Why.NOT_ADDRESSED


@pytest.mark.parametrize("mentions", [{}, {"user_ids": []}, {"room": True}, {"user_ids": [BOB]}, None])
@pytest.mark.parametrize("body", ["Assistant FAST : le plafond ?", "@fast le plafond ?"])
def test_where_a_message_says_whom_it_mentions_a_name_is_no_call(body: str, mentions: Any):
    assert why(read_event(event(text(body, **{"m.mentions": mentions})), ROOM)) is Why.NOT_ADDRESSED


@pytest.mark.parametrize("body", ["!fast le plafond ?", "Assistant FAST : !fast le plafond ?"])
def test_a_command_a_reply_or_a_thread_of_ours_calls_the_bot_though_nobody_is_mentioned(body: str):
    for content in (
        text(body, **{"m.mentions": {}}),
        text("!fast le plafond ?", **{"m.mentions": {"user_ids": [BOB]}}),
        text("le plafond ?", **{"m.mentions": {}}, **reply("$answer")),
        text("le plafond ?", **{"m.mentions": {}}, **thread("$thread")),
    ):
        assert "le plafond ?" in said(read_event(event(content), ANSWERED))


def test_a_bot_named_as_its_id_begins_is_called_by_its_whole_id_and_not_by_that_of_another_server():
    handle = BOT.partition(":")[0].removeprefix("@")
    facts = replace(ROOM, own_name=handle)
    for body in (f"{BOT} le plafond ?", f"@{handle} le plafond ?", f"@{handle}: le plafond ?"):
        assert said(read_event(event(text(body)), facts)) == "le plafond ?"
    assert why(read_event(event(text(f"@{handle}:ailleurs.fr le plafond ?")), facts)) is Why.NOT_ADDRESSED


def test_the_label_of_a_pill_is_taken_off_whatever_it_says():
    html = {"formatted_body": f'<a href="https://matrix.to/#/{BOT}">Fasty</a> : le plafond ?'}
    mention = {"m.mentions": {"user_ids": [BOT]}}

    for body in ("Fasty : le plafond ?", "Fasty le plafond ?", "@Fasty le plafond ?", "@[Fasty] le plafond ?"):
        assert said(read_event(event(text(body, **html, **mention)), ROOM)) == "le plafond ?"
    assert said(read_event(event(text("Fasty:", **html, **mention)), DIRECT)) == "!fast"


@pytest.mark.parametrize("nothing", [None, [], "x", {}])
def test_a_relation_that_is_none_is_no_relation(nothing: Any):
    found = read_event(event(text("le plafond ?", **{"m.relates_to": nothing})), DIRECT)

    assert isinstance(found, Incoming)
    assert (found.text, found.kind, found.reply_to, found.thread_root) == ("le plafond ?", "question", None, None)


@pytest.mark.parametrize(
    "body", ["le FAST 15 ?", "l'assistant du FAST", "@fastidieux", "@fast:ailleurs.fr bonjour", "fast"]
)
def test_a_word_that_looks_like_the_name_does_not_call_the_bot(body: str):
    assert why(read_event(event(text(body)), ROOM)) is Why.NOT_ADDRESSED


@pytest.mark.parametrize(
    ("body", "is_call"), [("le plafond du FAST ?", False), ("FAST : le plafond ?", True), ("@FAST ?", True)]
)
def test_a_name_of_one_word_calls_only_before_a_sign_or_after_an_at(body: str, is_call: bool):
    assert isinstance(read_event(event(text(body)), replace(ROOM, own_name="FAST")), Incoming) is is_call


def test_a_bot_without_a_name_is_called_by_its_id():
    nameless = replace(ROOM, own_name="")

    assert said(read_event(event(text("@fast le plafond ?")), nameless)) == "le plafond ?"
    assert why(read_event(event(text("le plafond ?")), nameless)) is Why.NOT_ADDRESSED


def test_a_reply_to_the_bot_is_a_question_without_the_quote():
    found = read_event(
        event(text("> <@fast:test.local> 300 000 €\n> par an\n\net au 15 ?", **reply("$answer"))), ANSWERED
    )

    assert (said(found), found.reply_to) == ("et au 15 ?", "$answer")


def test_a_reply_to_somebody_else_is_ignored():
    assert why(read_event(event(text("et au 15 ?", **reply("$other"))), ANSWERED)) is Why.NOT_ADDRESSED


def test_a_quote_that_is_no_reply_is_kept():
    assert said(read_event(event(text("> extrait\nvrai ?")), DIRECT)) == "> extrait\nvrai ?"


def test_a_thread_where_the_bot_speaks_needs_no_mention_and_its_fallback_is_no_reply():
    found = read_event(event(text("et au 15 ?", **thread("$thread"))), ANSWERED)

    assert (said(found), found.thread_root, found.reply_to) == ("et au 15 ?", "$thread", None)


def test_a_true_reply_in_a_thread_is_kept():
    found = read_event(event(text("et au 15 ?", **thread("$thread", falling_back=False))), ANSWERED)

    assert isinstance(found, Incoming)
    assert found.reply_to == "$before"


def test_another_thread_needs_a_mention():
    assert why(read_event(event(text("et au 15 ?", **thread("$elsewhere"))), ANSWERED)) is Why.NOT_ADDRESSED


def test_two_people_may_talk_to_each_other_in_a_thread_with_the_bot():
    to_bob = text("Bob, tu en penses quoi ?", **{"m.mentions": {"user_ids": [BOB]}}, **thread("$thread"))

    assert why(read_event(event(to_bob), ANSWERED)) is Why.NOT_ADDRESSED


def test_an_edited_question_is_an_edit_with_its_new_text_though_it_mentions_nobody():
    found = read_event(event(edit("$question", "et au 15 ?")), ANSWERED)

    assert (said(found), found.kind, found.target) == ("et au 15 ?", "edit", "$question")


def test_an_edit_of_the_question_of_somebody_else_is_ignored():
    assert why(read_event(event(edit("$question", "et au 15 ?"), sender=BOB), ANSWERED)) is Why.NOT_OURS


def test_an_edit_that_adds_a_mention_is_taken_up():
    found = read_event(event(edit("$unseen", "Assistant FAST : et au 15 ?")), ANSWERED)

    assert (said(found), found.kind, found.target) == ("et au 15 ?", "edit", "$unseen")
    assert why(read_event(event(edit("$unseen", "et au 15 ?")), ANSWERED)) is Why.NOT_ADDRESSED


def test_an_edit_of_what_its_sender_has_made_a_question_by_an_edit_that_waits_needs_no_mention():
    assert said(read_event(event(edit("$edited", "et au 15 ?")), ANSWERED)) == "et au 15 ?"
    assert why(read_event(event(edit("$edited", "et au 15 ?"), sender=BOB), ANSWERED)) is Why.NOT_ADDRESSED


@pytest.mark.parametrize("place", [{"redacts": "$question"}, {}])
def test_a_redacted_question_is_told_in_old_and_new_room_versions_whoever_redacts(place: dict[str, str]):
    content = {} if place else {"redacts": "$question"}
    found = read_event(event(content, kind="m.room.redaction", sender=BOB, **place), ANSWERED)

    assert isinstance(found, Incoming)
    assert (found.kind, found.target, found.text) == ("redaction", "$question", "")


@pytest.mark.parametrize("places", [("$own", "$question"), ("$question", "$own"), ("$question", None)])
def test_a_redaction_that_names_two_events_is_ignored(places: tuple[str, str | None]):
    forged = event({"redacts": places[0]}, kind="m.room.redaction", sender=BOB, redacts=places[1])

    assert why(read_event(forged, ANSWERED)) is Why.MALFORMED


def test_a_redaction_of_anything_else_is_ignored():
    assert why(read_event(event({"redacts": "$other"}, kind="m.room.redaction"), ANSWERED)) is Why.NOT_OURS


@dataclass(frozen=True)
class Decrypted:
    source: dict[str, Any]
    decrypted: bool = True


def test_a_redaction_inside_an_encrypted_event_is_ignored_since_no_server_allowed_it():
    forged = Decrypted(event({"redacts": "$question"}, kind="m.room.redaction"))

    assert why(read_event(forged, ANSWERED)) is Why.MALFORMED


def test_an_event_of_nio_is_read_by_its_source():
    assert said(read_event(Decrypted(event(text("le plafond ?"))), DIRECT)) == "le plafond ?"


@pytest.mark.parametrize(("key", "thumb"), [("👍", "👍"), ("👍🏽", "👍"), ("👎\ufe0f", "👎")])
def test_a_thumb_on_an_answer_is_kept_whatever_its_skin(key: str, thumb: str):
    found = read_event(reaction("$answer", key), ANSWERED)

    assert isinstance(found, Incoming)
    assert (found.kind, found.target, found.text) == ("reaction", "$answer", thumb)


def test_a_thumb_on_what_was_said_to_somebody_else_is_ignored():
    assert why(read_event(reaction("$answer", "👍", sender=BOB), ANSWERED)) is Why.NOT_OURS


def test_the_redaction_of_a_thumb_or_of_a_sealed_message_is_told():
    found = read_event(
        event({"redacts": "$thumb"}, kind="m.room.redaction"), replace(ROOM, is_kept=lambda one: one == "$thumb")
    )

    assert isinstance(found, Incoming)
    assert (found.kind, found.target) == ("redaction", "$thumb")


@pytest.mark.parametrize("kind", ["m.image", "m.file", "m.audio", "m.video", "m.location"])
def test_a_file_in_a_direct_message_is_taken_up_as_one_and_nowhere_else(kind: str):
    content = {"msgtype": kind, "body": "photo.jpg", "url": "mxc://x/y"}
    found = read_event(event(content | thread("$root")), DIRECT)

    assert isinstance(found, Incoming)
    assert (found.kind, found.text, found.thread_root) == ("file", "", "$root")
    assert why(read_event(event(content | thread("$thread")), ANSWERED)) is Why.NOT_TEXT


def test_what_is_written_under_a_file_is_a_question():
    content = {"msgtype": "m.image", "filename": "photo.jpg", "url": "mxc://x/y"}

    assert said(read_event(event(content | {"body": "le plafond ?"}), DIRECT)) == "le plafond ?"
    assert said(read_event(event(content | {"body": "@fast le plafond ?"}), ROOM)) == "le plafond ?"
    found = read_event(event(content | {"body": "photo.jpg"}), DIRECT)
    assert isinstance(found, Incoming)
    assert found.kind == "file"


@pytest.mark.parametrize("facts", [DIRECT, ROOM])
def test_a_request_to_verify_the_bot_is_taken_up_wherever_it_is_made(facts: RoomFacts):
    found = read_event(event({"msgtype": "m.key.verification.request", "body": "…", "to": BOT}), facts)

    assert isinstance(found, Incoming)
    assert (found.kind, found.text) == ("verification", "")


def test_other_reactions_and_thumbs_elsewhere_are_ignored():
    assert why(read_event(reaction("$answer", "🎉"), ANSWERED)) is Why.OTHER_REACTION
    assert why(read_event(reaction("$other", "👍"), ANSWERED)) is Why.NOT_OURS


@pytest.mark.parametrize(
    ("ignored", "reason"),
    [
        (event(text("300 000 €"), sender=BOT), Why.OWN),
        (event(text("bip"), sender="@meteo.bot:test.local"), Why.BOT),
        (event(text("bonjour"), sender="@mallory:test.local"), Why.NOT_ALLOWED),
        (event({"msgtype": "m.notice", "body": "bip"}), Why.NOTICE),
        (event({"msgtype": "m.emote", "body": "réfléchit"}), Why.NOT_TEXT),
        (event({"msgtype": ["m.image"], "body": "x"}), Why.MALFORMED),
        (event({"msgtype": "m.key.verification.request", "body": "…", "to": BOB}), Why.NOT_TEXT),
        (event({}), Why.EMPTY),
        (event(text("  \n ")), Why.EMPTY),
        (event({}, kind="m.room.encrypted"), Why.NOT_A_MESSAGE),
        (event(text("x"), state_key=""), Why.NOT_A_MESSAGE),
        (event(edit("pas un id", "x")), Why.MALFORMED),
        (event(text("x") | {"body": 3}), Why.MALFORMED),
        (event([]), Why.MALFORMED),
        (event(text("x"), at=True), Why.MALFORMED),
        (event(text("x"), at=2**60), Why.MALFORMED),
        (event(text("x"), sender="@\ud800:test.local"), Why.MALFORMED),
        (event(text("x")) | {"event_id": "$" + "é" * 200}, Why.MALFORMED),
        (None, Why.MALFORMED),
    ],
)
def test_what_is_ignored_in_a_direct_message_and_why(ignored: Any, reason: Why):
    facts = replace(DIRECT, bots=("*.bot:*",), is_allowed=lambda user: user != "@mallory:test.local")

    assert why(read_event(ignored, facts)) is reason


def test_a_text_that_cannot_be_stored_is_made_storable():
    found = said(read_event(event(text("le \ud83d plafond\0 ?")), DIRECT))

    assert sqlite3.connect(":memory:").execute("select ?", (found,)).fetchone() == ("le \ufffd plafond ?",)


def test_a_huge_hostile_text_is_read_in_no_time():
    # Twice quadratic in the patterns would take minutes.
    html = "<mx-reply>" * 6_000 + "#/user/@fast:test" * 4_000
    assert read_event(event(text("x", formatted_body=html)), ROOM)
    for body in (" " * 60_000, "> \n" * 20_000, "@fast" * 12_000, "!" * 60_000, "Assistant " * 6_000 + "FAST"):
        assert read_event(event(text(body, **reply("$answer"))), ANSWERED)


_KEYS = st.sampled_from(
    "msgtype body m.relates_to m.new_content rel_type event_id key m.in_reply_to is_falling_back m.mentions user_ids "
    "redacts filename formatted_body sender origin_server_ts type content state_key unsigned".split()
)
_WORDS = st.sampled_from(
    "m.text m.notice m.image m.replace m.thread m.annotation m.room.message m.reaction m.room.redaction "
    "$answer $question $thread 👍 !fast".split()
) | st.sampled_from([ANNE, BOT, "Assistant FAST", "\ud800", "\0", "> x\n"])
_SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20) | _WORDS
JSON = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS | st.text(max_size=5), inner, max_size=6),
    max_leaves=20,
)


@given(JSON, st.sampled_from([ROOM, DIRECT, ANSWERED]))
def test_any_json_at_all_is_read_without_raising(anything: Any, facts: RoomFacts):
    assert isinstance(read_event(anything, facts), Incoming | Ignore)


@given(
    JSON,
    JSON,
    st.sampled_from(["m.room.message", "m.reaction", "m.room.redaction"]),
    st.sampled_from([DIRECT, ANSWERED]),
)
def test_any_content_gives_something_that_can_be_stored_or_nothing(content: Any, new: Any, kind: str, facts: RoomFacts):
    whole = content if isinstance(content, dict) else {"msgtype": "m.text", "body": "x", "m.relates_to": content}

    found = read_event(event(whole | {"m.new_content": new}, kind=kind), facts)

    if isinstance(found, Incoming):
        assert sqlite3.connect(":memory:").execute(
            "select ?, ?, ?, ?", (found.text, found.target, found.reply_to, found.thread_root)
        ).fetchone() == (found.text, found.target, found.reply_to, found.thread_root)
        assert (found.target is None) == (found.kind in ("question", "file"))
