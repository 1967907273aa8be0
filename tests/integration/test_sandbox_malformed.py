"""What Telegram would not take: refused in its words, with 4xx and never 5xx."""

import io
import string
from typing import Any

import orjson
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sandbox.arguments import BODY_BYTES
from sandbox.client import Client
from sandbox.media import named_media
from sandbox.methods import METHODS

URL = "https://example.com/photo.jpg"
PHOTO = {"type": "photo", "media": URL}
A_PHOTO: str = named_media("photo", "a.jpg")["photo"][-1]["file_id"]
NAMES = sorted(method.name for method in METHODS.values())


def buttons(*row: Any) -> dict[str, Any]:
    return {"chat_id": 5, "text": "x", "reply_markup": {"inline_keyboard": [list(row)]}}


def text(value: str, **more: Any) -> dict[str, Any]:
    return {"chat_id": 5, "text": value, **more}


BUTTON = "can't parse inline keyboard button: "


@pytest.mark.parametrize(
    ("method", "arguments", "description"),
    [
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "", "text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": "nobody", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 0, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 1.5, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 2**60, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@x", "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": 5}, "message text is empty"),
        ("sendMessage", text(" \n\t"), "message text is empty"),
        ("sendMessage", text("<b></b>", parse_mode="HTML"), "message text is empty"),
        ("sendMessage", text("x" * 4097), "message is too long"),
        ("sendMessage", text("x", parse_mode="BBCode"), "unsupported parse_mode"),
        (
            "sendMessage",
            text("<b>x", parse_mode="HTML"),
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        (
            "sendMessage",
            text("é <foo>", parse_mode="html"),
            'can\'t parse entities: Unsupported start tag "foo" at byte offset 3',
        ),
        ("sendMessage", buttons({"text": "x", "callback_data": "é" * 33}), "BUTTON_DATA_INVALID"),
        (
            "sendMessage",
            buttons({"text": "x"}),
            f"{BUTTON}Text buttons are unallowed in the inline keyboard",
        ),
        (
            "sendMessage",
            buttons({"url": URL}),
            f'{BUTTON}Can\'t find field "text"',
        ),
        (
            "sendMessage",
            buttons({"text": "x", "url": "not a url"}),
            "inline keyboard button URL 'not a url' is invalid: Wrong HTTP URL",
        ),
        ("sendMessage", text("x", reply_markup="[]"), "object expected as reply markup"),
        (
            "sendMessage",
            text("x", reply_markup="{"),
            "can't parse reply keyboard markup JSON object",
        ),
        (
            "sendMessage",
            text("x", reply_parameters={"message_id": 99}),
            "message to be replied not found",
        ),
        ("sendPhoto", {"chat_id": 5}, "there is no photo in the request"),
        (
            "sendPhoto",
            {"chat_id": 5, "photo": "no id"},
            "wrong file identifier/HTTP URL specified",
        ),
        (
            "sendPhoto",
            {"chat_id": 5, "photo": f"{A_PHOTO[:-1]}{'1' if A_PHOTO[-1] == '0' else '0'}"},
            "wrong file identifier/HTTP URL specified",
        ),
        (
            "sendPhoto",
            {"chat_id": 5, "photo": "https://lost.invalid/a.jpg"},
            "failed to get HTTP URL content",
        ),
        (
            "sendVideo",
            {"chat_id": 5, "video": A_PHOTO},
            "can't use file of type Photo as Video",
        ),
        (
            "sendPhoto",
            {"chat_id": 5, "photo": URL, "caption": "x" * 1025},
            "message caption is too long",
        ),
        ("sendMediaGroup", {"chat_id": 5}, "expected an Array of InputMedia"),
        ("sendMediaGroup", {"chat_id": 5, "media": "[{"}, "can't parse media JSON object"),
        ("sendMediaGroup", {"chat_id": 5, "media": []}, "there are no messages to send"),
        (
            "sendMediaGroup",
            {"chat_id": 5, "media": [PHOTO, {"type": "photo"}]},
            "can't parse InputMedia: media not found",
        ),
        (
            "sendMediaGroup",
            {"chat_id": 5, "media": [PHOTO]},
            "too few messages to send as an album",
        ),
        (
            "sendMediaGroup",
            {"chat_id": 5, "media": [PHOTO] * 11},
            "too many messages to send as an album",
        ),
        (
            "sendMediaGroup",
            {"chat_id": 5, "media": [PHOTO, {"type": "audio", "media": URL}]},
            "audio can't be mixed with other media types",
        ),
        (
            "copyMessages",
            {"chat_id": 5, "from_chat_id": 5, "message_ids": [2, 1]},
            "message identifiers must be in a strictly increasing order",
        ),
        (
            "forwardMessage",
            {"chat_id": 5, "from_chat_id": 5, "message_id": 1},
            "message to forward not found",
        ),
    ],
)
async def test_a_mistake_is_told_in_telegrams_words(
    client: Client, method: str, arguments: dict[str, Any], description: str
) -> None:
    reply = await client.call(method, **arguments)
    assert reply.description == f"Bad Request: {description}"
    assert (reply.status, reply.body["ok"], reply.body["error_code"]) == (400, False, 400)
    assert (await client.get("stats"))["accepted"] == 0


async def test_the_longest_text_and_data_are_taken(client: Client) -> None:
    assert (await client.send(5, "\U0001f600" * 4096)).status == 200
    reply = await client.call("sendMessage", **buttons({"text": "x", "callback_data": "é" * 32}))
    assert reply.status == 200


async def test_only_utf8_is_text(client: Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await client.request("POST", "/bot1:a/sendMessage", data=b"text=%ff", headers=form)
    assert reply.description == "Bad Request: strings must be encoded in UTF-8"


async def test_tags_do_not_count(client: Client) -> None:
    assert (await client.send(5, f"<b>{'x' * 4096}</b>", parse_mode="HTML")).status == 200


KEYS = [
    *("type", "media", "text", "offset", "length", "url", "user", "id", "caption", "message_id"),
    *("inline_keyboard", "keyboard", "callback_data", "web_app", "copy_text", "unix_time"),
]
WORDS = ["5", "@name", "HTML", "bold", "photo", URL, "attach://photo", "{", "[[]]", "date_time"]
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63),
    st.floats(allow_nan=False),
    st.text(max_size=20),
    st.sampled_from(WORDS),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=4)
    ),
    max_leaves=8,
)
FIELDS = [
    *("chat_id", "text", "parse_mode", "entities", "reply_markup", "link_preview_options"),
    *("reply_parameters", "photo", "video", "caption", "caption_entities", "media", "message_id"),
    *("from_chat_id", "message_ids", "message_thread_id", "duration", "reply_to_message_id"),
]
ARGUMENTS = st.dictionaries(st.sampled_from(FIELDS), JSON, max_size=6)
BLIND = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@BLIND
@given(method=st.sampled_from(NAMES), arguments=ARGUMENTS, known_chat=st.booleans())
async def test_no_arguments_are_the_servers_fault(
    client: Client, method: str, arguments: dict[str, Any], known_chat: bool
) -> None:
    body = orjson.dumps({**arguments, **({"chat_id": 5} if known_chat else {})}, default=float)
    headers = {"Content-Type": "application/json"}
    reply = await client.request("POST", f"/bot1:a/{method}", data=body, headers=headers)
    assert reply.status < 500, reply.text
    assert reply.body["ok"] is (reply.status == 200)


@BLIND
@given(method=st.sampled_from(NAMES), arguments=ARGUMENTS)
async def test_no_form_is_the_servers_fault(
    client: Client, method: str, arguments: dict[str, Any]
) -> None:
    form = {name: _as_text(value) for name, value in arguments.items()}
    reply = await client.request("POST", f"/bot1:a/{method}", data=form)
    assert reply.status < 500, reply.text


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else orjson.dumps(value, default=float).decode()


TYPES = [
    "application/json",
    "application/json; charset=nonsense",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=nonsense",
    "multipart/form-data",
    "multipart/form-data; boundary=b",
    "multipart/form-data; boundary=",
    "text/plain",
    "",
]
PIECES = [
    *(b"--b\r\n", b"--b--\r\n", b"\r\n\r\n", b"chat_id=5&", b"text=%ff", b"{", b'"text":', b"[1]"),
    b'Content-Disposition: form-data; name="text"\r\n',
    b'Content-Disposition: form-data; name="photo"; filename="a"\r\n',
    *(b"Content-Disposition: nonsense\r\n", b"Content-Type: x\r\n", b"\xff", b"\x00"),
    *(b"Content-Transfer-Encoding: base64\r\n", b"Content-Encoding: gzip\r\n"),
]
BODIES = st.lists(st.sampled_from(PIECES), max_size=8).map(b"".join)


@BLIND
@given(kind=st.sampled_from(TYPES), body=BODIES)
async def test_no_body_is_the_servers_fault(client: Client, kind: str, body: bytes) -> None:
    reply = await client.request(
        "POST", "/bot1:a/sendMessage", data=body, headers={"Content-Type": kind}
    )
    assert 400 <= reply.status < 500, reply.text


@BLIND
@given(path=st.text(string.ascii_letters + string.digits + ":/%?&=._-@", max_size=30))
async def test_no_path_is_the_servers_fault(client: Client, path: str) -> None:
    for prefix in ("/", "/bot", "/bot1:a/", "/admin/"):
        reply = await client.request("GET", prefix + path)
        assert reply.status < 500, reply.text


ORDERS = [
    *("faults", "chats", "messages", "limits", "release", "freeze", "thaw"),
    *("users", "write", "press", "edit", "react", "member", "channels"),
]


@BLIND
@given(
    what=st.sampled_from(ORDERS),
    body=st.dictionaries(
        st.sampled_from(
            [
                *("kind", "chat", "count", "type", "text", "rate", "to", "members", "cut"),
                *("user", "message_id", "data", "row", "emoji", "status", "rights", "photo"),
                *("reply_to", "forward_from", "date", "entities", "caption", "bot", "first_name"),
            ]
        ),
        st.sampled_from(
            [
                *(None, 5, -1, 1, "5", "@name", "hold", "blocked", "group", True, 1.5, [], {}),
                *("kicked", "inf", {"chat": 5, "message_id": 1}, "", 10**30, [{"type": "bold"}]),
            ]
        ),
    ),
)
@example(what="chats", body={"chat": 5, "members": 10**30})
async def test_no_order_of_the_admins_is_the_servers_fault(
    client: Client, what: str, body: dict[str, Any]
) -> None:
    assert (await client.request("POST", f"/admin/{what}", json=body)).status < 500


async def test_a_request_larger_than_telegram_takes_is_refused(client: Client) -> None:
    body, headers = io.BytesIO(b"x" * (BODY_BYTES + 1)), {"Content-Type": "application/json"}
    reply = await client.request("POST", "/bot1:a/sendDocument", data=body, headers=headers)
    assert (reply.status, reply.description) == (413, "Request Entity Too Large")
