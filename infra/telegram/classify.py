"""What Telegram's answer means, decided once, at the border."""

import re
from collections.abc import Mapping
from typing import Any

import aiohttp
import orjson

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
from infra.telegram.connections import NotConnected

# The connection did not stand: ours, and those of the bot's aiogram.
NOT_SENT = (NotConnected, aiohttp.ClientConnectorError, aiohttp.ConnectionTimeoutError)
TOKEN = re.compile(r"/bot\d+:[A-Za-z0-9_-]+")
# How much of what Telegram said is kept, in characters.
KEPT = 500
DAY_S = 86_400.0
# What to wait where a 429 does not say: it comes from something in front of Telegram.
UNSAID_RETRY_AFTER_S = 5.0

GONE = {  # 403, and the 400s that mean the same
    "bot was blocked by the user": "blocked",
    "user is deactivated": "deactivated",
    "bot was kicked": "kicked",
    "bot is not a member": "not a member",
    "bot can't initiate conversation": "not started",
    "bot can't send messages to bots": "is a bot",
    "chat not found": "chat not found",
    "user not found": "chat not found",
    "peer_id_invalid": "chat not found",
    "chat was deleted": "chat not found",
}
NO_RIGHTS = (
    "not enough rights",
    "have no rights",
    "need administrator rights",
    "chat_write_forbidden",
    "chat_admin_required",
    "chat_restricted",
    "_forbidden",
    "topic_closed",
)
FETCH_FAILED = (
    "failed to get http url content",
    "wrong type of the web page content",
    "webpage_curl_failed",
    "webpage_media_empty",
)
FETCH_TRIES = 2


def classify(status: int, body: bytes, retry_after: str | None = None) -> Outcome:
    """The outcome that this HTTP answer stands for; `retry_after` is its header."""
    answer = _json(body)
    if status == 429:
        return _flooded(answer, retry_after)
    if status >= 500 or answer is None:
        return Uncertain(f"http {status}", _kept(body.decode(errors="replace")))
    if answer.get("ok") is True:
        return _sent(answer.get("result"), body)
    return _refused(status, answer)


def classify_exception(error: Exception) -> Outcome:
    """The outcome of a request that has no answer.

    Only what failed before a connection stood is known not to have been sent. The order
    counts: these are subclasses of what is uncertain.
    """
    # An answer's error carries the URL, and that the token.
    text = error.message if isinstance(error, aiohttp.ClientResponseError) else str(error)
    told = _kept(f"{type(error).__name__}: {text}")
    if isinstance(error, NOT_SENT):
        return Retryable("connect", told)
    if isinstance(error, aiohttp.InvalidURL | UnicodeError):  # the latter: no host's name
        return Retryable("connect", "TELEGRAM_API_URL is not an address")
    if isinstance(error, TimeoutError):
        return Uncertain("timeout", told)
    return Uncertain("connection lost", told)


def _json(body: bytes) -> Mapping[str, Any] | None:
    try:
        answer = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return answer if isinstance(answer, dict) else None


def _flooded(answer: Mapping[str, Any] | None, header: str | None) -> Flooded:
    parameters = (answer or {}).get("parameters")
    said = parameters.get("retry_after") if isinstance(parameters, dict) else header
    try:
        seconds = float(said or 0)
    except (TypeError, ValueError):
        seconds = 0.0
    # Neither a NaN nor a negative number is above 0.
    wait_s = min(seconds, DAY_S) if seconds > 0 else UNSAID_RETRY_AFTER_S
    return Flooded(wait_s, _kept((answer or {}).get("description", "")))


def _sent(result: Any, body: bytes) -> Outcome:
    items = result if isinstance(result, list) else [result]
    ids = tuple(
        item["message_id"]
        for item in items
        if isinstance(item, dict) and isinstance(item.get("message_id"), int)
    )
    if ids:
        return Sent(ids)
    return Uncertain("no message id", _kept(body.decode(errors="replace")))


def _refused(status: int, answer: Mapping[str, Any]) -> Outcome:
    description = _kept(answer.get("description", f"HTTP {status}"))
    parameters = answer.get("parameters")
    moved_to = parameters.get("migrate_to_chat_id") if isinstance(parameters, dict) else None
    if isinstance(moved_to, int):
        return Migrated(str(moved_to))
    if status in (401, 404):  # 404: a token that is not one
        return Unauthorized(description)
    return _rejected(status, description)


def _rejected(status: int, description: str) -> Outcome:
    text = description.lower()
    for words, reason in GONE.items():
        if words in text:
            return Rejected(reason, description, chat_gone=True)
    if any(words in text for words in NO_RIGHTS):
        return Rejected("no rights", description, chat_held=True)
    if any(words in text for words in FETCH_FAILED):
        return Retryable("fetch failed", description, tries=FETCH_TRIES)
    if status == 403:
        return Rejected("forbidden", description, chat_gone=True)
    return Rejected("content", description)


def _kept(text: object) -> str:
    """What the ledger keeps: no token, no NUL (Postgres takes none), no whole page of HTML."""
    return TOKEN.sub("/bot…", str(text).replace("\0", ""))[:KEPT]
