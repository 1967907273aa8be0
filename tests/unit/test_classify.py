"""What Telegram's answers mean: its real words, one line each, and whatever else may come."""

import json
import math
import socket
import ssl
from typing import Any

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from hypothesis import given
from hypothesis import strategies as st

from core.outcome import (
    Flooded,
    Migrated,
    Outcome,
    Rejected,
    Retryable,
    Sent,
    Unauthorized,
    Uncertain,
)
from infra.telegram.classify import classify, classify_exception

GONE = {
    "Forbidden: bot was blocked by the user": "blocked",
    "Forbidden: user is deactivated": "deactivated",
    "Forbidden: bot was kicked from the supergroup chat": "kicked",
    "Forbidden: bot was kicked from the channel chat": "kicked",
    "Forbidden: bot is not a member of the channel chat": "not a member",
    "Forbidden: bot can't initiate conversation with a user": "not started",
    "Forbidden: bot can't send messages to bots": "is a bot",
    "Forbidden: the group chat was deleted": "chat not found",
    "Forbidden: something new": "forbidden",
    "Bad Request: chat not found": "chat not found",
    "Bad Request: user not found": "chat not found",
    "Bad Request: PEER_ID_INVALID": "chat not found",
    "Bad Request: group chat was deleted": "chat not found",
}
HELD = [
    "Bad Request: not enough rights to send text messages to the chat",
    "Bad Request: have no rights to send a message",
    "Bad Request: need administrator rights in the channel chat",
    "Bad Request: CHAT_WRITE_FORBIDDEN",
    "Bad Request: CHAT_ADMIN_REQUIRED",
    "Bad Request: CHAT_RESTRICTED",
    "Bad Request: CHAT_SEND_PHOTOS_FORBIDDEN",
    "Bad Request: TOPIC_CLOSED",
]
CONTENT = [
    "Bad Request: can't parse entities: Can't find end of the entity starting at byte offset 5",
    "Bad Request: message text is empty",
    "Bad Request: message is too long",
    "Bad Request: MEDIA_CAPTION_TOO_LONG",
    "Bad Request: BUTTON_DATA_INVALID",
    "Bad Request: message to be replied not found",
    "Bad Request: wrong file identifier/HTTP URL specified",
    "Request Entity Too Large",
]
FETCH = [
    "Bad Request: failed to get HTTP URL content",
    "Bad Request: wrong type of the web page content",
    "Bad Request: WEBPAGE_CURL_FAILED",
    "Bad Request: WEBPAGE_MEDIA_EMPTY",
]
HTML = b"<html><head><title>502 Bad Gateway</title></head></html>"


def said(description: str, status: int = 0, **parameters: Any) -> Outcome:
    code = status or (403 if description.startswith("Forbidden") else 400)
    answer = {"ok": False, "error_code": code, "description": description}
    if parameters:
        answer["parameters"] = parameters
    return classify(code, json.dumps(answer).encode())


@pytest.mark.parametrize(("description", "reason"), GONE.items())
def test_a_chat_that_cannot_be_reached_is_gone(description: str, reason: str) -> None:
    assert said(description) == Rejected(reason, description, chat_gone=True)


@pytest.mark.parametrize("description", HELD)
def test_missing_rights_hold_the_chat(description: str) -> None:
    assert said(description) == Rejected("no rights", description, chat_held=True)


@pytest.mark.parametrize("description", CONTENT)
def test_content_at_fault_is_refused_and_leaves_the_chat_alone(description: str) -> None:
    assert said(description) == Rejected("content", description)


@pytest.mark.parametrize("description", FETCH)
def test_a_url_that_telegram_could_not_fetch_is_tried_once_more(description: str) -> None:
    assert said(description) == Retryable("fetch failed", description, tries=2)


@pytest.mark.parametrize(
    ("result", "ids"),
    [({"message_id": 5}, (5,)), ([{"message_id": 5}, {"message_id": 6}], (5, 6))],
)
def test_what_was_sent_has_its_ids(result: Any, ids: tuple[int, ...]) -> None:
    assert classify(200, json.dumps({"ok": True, "result": result}).encode()) == Sent(ids)


@pytest.mark.parametrize("result", [True, [], {}, None, {"message_id": "5"}])
def test_a_yes_without_a_message_is_uncertain(result: Any) -> None:
    outcome = classify(200, json.dumps({"ok": True, "result": result}).encode())
    assert isinstance(outcome, Uncertain)


@pytest.mark.parametrize("status", [401, 404])
def test_a_token_that_telegram_does_not_know_is_the_bots_fault(status: int) -> None:
    assert said("Unauthorized", status) == Unauthorized("Unauthorized")


def test_a_group_that_became_a_supergroup_says_where_it_went() -> None:
    told = "Bad Request: group chat was upgraded to a supergroup chat"
    assert said(told, migrate_to_chat_id=-100123) == Migrated("-100123")


def test_a_flood_says_how_long_to_wait() -> None:
    told = "Too Many Requests: retry after 35"
    assert said(told, 429, retry_after=35) == Flooded(35, told)


@pytest.mark.parametrize(
    ("body", "header", "wait_s"),
    [
        (b"", "7", 7),
        (HTML, "7", 7),
        (HTML, None, 5),
        (b"{}", "Wed, 21 Oct 2026 07:28:00 GMT", 5),
        (b'{"parameters": {}}', None, 5),
        (b'{"parameters": {"retry_after": null}}', None, 5),
        (b'{"parameters": {"retry_after": 0}}', None, 5),
        (b'{"parameters": {"retry_after": -3}}', None, 5),
        (b"", "nan", 5),
        (b"", "inf", 86_400),
    ],
)
def test_a_flood_that_does_not_say_so_is_waited_out_as_well(
    body: bytes, header: str | None, wait_s: float
) -> None:
    outcome = classify(429, body, header)
    assert isinstance(outcome, Flooded)
    assert outcome.retry_after_s == wait_s


@pytest.mark.parametrize("status", [500, 502, 503, 504])
@pytest.mark.parametrize("body", [HTML, b"", b'{"ok":false,"description":"Internal Server Error"}'])
def test_whatever_stands_in_a_5xx_the_answer_is_hidden(status: int, body: bytes) -> None:
    outcome = classify(status, body)
    assert isinstance(outcome, Uncertain)
    assert outcome.reason == f"http {status}"


@pytest.mark.parametrize("status", [200, 307, 400, 403])
@pytest.mark.parametrize("body", [HTML, b"", b"[]", b"null", b'{"ok":tru', b"\xff\xfe"])
def test_a_body_that_is_no_json_object_hides_the_answer(status: int, body: bytes) -> None:
    assert isinstance(classify(status, body), Uncertain)


KEY = ConnectionKey("api.telegram.org", 443, True, True, None, None, None)
REFUSED = ConnectionRefusedError(111, "refused")
CERTIFICATE = ssl.SSLCertVerificationError(1, "expired")


@pytest.mark.parametrize(
    "error",
    [
        aiohttp.ClientConnectorError(KEY, REFUSED),
        aiohttp.ClientConnectorDNSError(KEY, socket.gaierror(-2, "unknown")),
        aiohttp.ClientConnectorSSLError(KEY, ssl.SSLError(1, "handshake")),
        aiohttp.ClientConnectorCertificateError(KEY, CERTIFICATE),
        aiohttp.ConnectionTimeoutError("connect"),
        aiohttp.InvalidURL("nowhere"),
        UnicodeError("label empty or too long"),
    ],
)
def test_what_failed_before_a_connection_stood_was_not_sent(error: Exception) -> None:
    outcome = classify_exception(error)
    assert isinstance(outcome, Retryable)
    assert (outcome.reason, outcome.tries) == ("connect", None)


@pytest.mark.parametrize(
    ("error", "reason"),
    [
        (aiohttp.SocketTimeoutError("read"), "timeout"),
        (aiohttp.ServerTimeoutError("read"), "timeout"),
        (TimeoutError(), "timeout"),
        (aiohttp.ServerDisconnectedError(), "connection lost"),
        (aiohttp.ClientOSError(104, "reset by peer"), "connection lost"),
        (aiohttp.ClientPayloadError("cut short"), "connection lost"),
        (ConnectionResetError(104, "reset by peer"), "connection lost"),
        (BrokenPipeError(32, "broken pipe"), "connection lost"),
        (aiohttp.ClientError("anything"), "connection lost"),
    ],
)
def test_what_failed_after_that_may_have_been_sent(error: Exception, reason: str) -> None:
    outcome = classify_exception(error)
    assert isinstance(outcome, Uncertain)
    assert outcome.reason == reason


words = st.sampled_from(["ok", "result", "parameters", "retry_after", "migrate_to_chat_id"])
keys = words | st.sampled_from(["description", "message_id"]) | st.text(max_size=3)
answers = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(keys, inner, max_size=5),
    max_leaves=8,
)
bodies = st.binary(max_size=40) | answers.map(lambda answer: json.dumps(answer).encode())
statuses = st.sampled_from([200, 204, 307, 400, 401, 403, 404, 409, 413, 429, 500, 502, 504])


@given(statuses, bodies, st.none() | st.text(max_size=9) | st.floats().map(str))
def test_whatever_comes_is_an_outcome_that_can_be_kept(
    status: int, body: bytes, retry_after: str | None
) -> None:
    outcome = classify(status, body, retry_after)
    if isinstance(outcome, Flooded):
        assert 0 < outcome.retry_after_s <= 86_400
        assert math.isfinite(outcome.retry_after_s)
    if isinstance(outcome, Migrated):
        assert int(outcome.chat_id)
    # Postgres keeps no NUL, and one such answer would take its group along.
    assert "\0" not in getattr(outcome, "description", "")
    assert len(getattr(outcome, "description", "")) <= 500
