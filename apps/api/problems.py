"""Errors as RFC 9457 tells them: `application/problem+json`, with the fields that are at fault.

{
  "type": "urn:analyticbot:invalid-input",
  "title": "The input cannot be accepted",
  "status": 422,
  "detail": "text: is missing; give the text to send",
  "instance": "/api/v1/messages",
  "errors": [{"field": "text", "problem": "is missing", "remedy": "give the text to send"}]
}
"""

import json
import logging
import math
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from http import HTTPStatus
from typing import Any

import orjson
from fastapi import Request
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.responses import Response

from core.errors import (
    AnalyticBotError,
    BrokerUnavailable,
    ChangedMeanwhile,
    GovernorUnavailable,
    InvalidInput,
    KeyConflict,
    LedgerUnavailable,
    NotFound,
    PreviewBusy,
    TelegramRefused,
    TelegramUnavailable,
    TransitionRefused,
)

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
URN = "urn:analyticbot:"
AGAIN_S = 2


@dataclass(frozen=True, slots=True)
class FieldError:
    """What is wrong with one field, and what to do about it."""

    field: str
    problem: str
    remedy: str = ""


@dataclass
class Problem(Exception):
    """An answer that is none of the good ones. `code` is the last part of its type."""

    status: int
    code: str
    title: str
    detail: str = ""
    errors: Sequence[FieldError] = ()
    headers: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        return f"{self.status} {self.title}: {self.detail}"


INPUT = "The input cannot be accepted"
# The first that an error is an instance of.
OF_OURS: Sequence[tuple[type[AnalyticBotError], int, str, str]] = (
    (KeyConflict, 422, "key-conflict", "The idempotency key stands for another request"),
    (InvalidInput, 422, "invalid-input", INPUT),
    (NotFound, 404, "not-found", "There is no such thing"),
    (ChangedMeanwhile, 412, "changed-meanwhile", "It has changed since it was read"),
    (TransitionRefused, 409, "refused-by-state", "Its present state does not allow that"),
    (TelegramRefused, 422, "telegram-refused", "Telegram refuses it"),
    (TelegramUnavailable, 503, "telegram-unavailable", "Telegram does not answer"),
    (PreviewBusy, 503, "preview-busy", "No more previews for now"),
    (BrokerUnavailable, 503, "broker-unavailable", "The broker cannot be asked"),
    (GovernorUnavailable, 503, "governor-unavailable", "The rate limiter cannot be asked"),
    (LedgerUnavailable, 503, "ledger-unavailable", "The ledger cannot be asked"),
)


def problem_of(error: Exception) -> Problem:
    """How an error is told; one that nobody expected is logged, and told by a number."""
    match error:
        case Problem():
            return error
        case RequestValidationError():
            return _invalid(error)
        case HTTPException():
            title = HTTPStatus(error.status_code).phrase
            code = title.lower().replace(" ", "-")
            detail = "" if error.detail == title else str(error.detail)
            return Problem(error.status_code, code, title, detail, headers=error.headers or {})
        case AnalyticBotError():
            return _of_ours(error)
    return _unexpected(error)


def answer_to(request: Request, problem: Problem) -> Response:
    body = {
        "type": f"{URN}{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": request.url.path,
        "errors": [asdict(each) for each in problem.errors],
    }
    kept = {name: value for name, value in body.items() if value or name == "status"}
    return Response(_encoded(kept), problem.status, dict(problem.headers), MEDIA_TYPE)


def _encoded(body: Mapping[str, Any]) -> bytes:
    try:
        return orjson.dumps(body)
    except orjson.JSONEncodeError:  # half of a surrogate pair, in what is told of the input
        return json.dumps(body).encode()


KINDS = (Problem, RequestValidationError, HTTPException, AnalyticBotError, Exception)
"""What the application is to hand to a handler of ours."""


def _of_ours(error: AnalyticBotError) -> Problem:
    for kind, status, code, title in OF_OURS:
        if isinstance(error, kind):
            return Problem(status, code, title, _said(error), _fields(error), _later(error, status))
    return _unexpected(error)


def _said(error: AnalyticBotError) -> str:
    # Where the ledger is, and what its driver says, is for the log.
    return "" if isinstance(error, LedgerUnavailable) else str(error)


def _fields(error: AnalyticBotError) -> Sequence[FieldError]:
    if not isinstance(error, InvalidInput):
        return ()
    return [FieldError(error.field, error.problem, error.remedy)]


def _later(error: AnalyticBotError, status: int) -> Mapping[str, str]:
    if status != HTTPStatus.SERVICE_UNAVAILABLE:
        return {}
    log.warning("%s", error)
    wait_s = getattr(error, "retry_after_s", 0.0) or AGAIN_S
    return {"Retry-After": str(math.ceil(wait_s))}


def _invalid(error: RequestValidationError) -> Problem:
    """What pydantic says, without the input itself."""
    errors = [_told(each) for each in error.errors()]
    detail = "; ".join(_sentence(each) for each in errors)
    return Problem(422, "invalid-input", INPUT, detail, errors)


def _told(error: Mapping[str, Any]) -> FieldError:
    field, context = _place(error["loc"]), error.get("ctx", {})
    match error["type"]:
        case "missing":
            return FieldError(field, "is missing", "give it")
        case "extra_forbidden":
            return FieldError(field, "is not taken here", "leave it out, or look at its spelling")
        case "json_invalid":
            problem = f"is not JSON (at character {error['loc'][-1]}: {context.get('error', '')})"
            return FieldError("body", problem, "send one JSON object")
        case "literal_error" | "enum":
            return FieldError(field, "is none of those known", f"write {context['expected']}")
    return FieldError(field, error["msg"])


def _sentence(error: FieldError) -> str:
    remedy = f"; {error.remedy}" if error.remedy else ""
    return f"{error.field}: {error.problem}{remedy}"


def _place(location: Sequence[str | int]) -> str:
    """As the caller wrote it: without "body", "query" and the like before it."""
    parts = location[1:] if len(location) > 1 else location
    return ".".join(map(str, parts))


def _unexpected(error: Exception) -> Problem:
    number = secrets.token_hex(4)
    log.error("request failed (%s)", number, exc_info=error)
    return Problem(
        500, "internal", "Something went wrong here", f"The log tells more under {number}"
    )
