"""What callers ask of the tasks, checked and in the ledger's terms."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from core.broadcast import BY_PERSON
from core.chat_id import parse_chat_id
from core.compose import Check, compose
from core.errors import InvalidInput
from core.message import OnUncertain, Request
from core.preflight import HORIZON, check, check_time
from infra.celery.runtime import send_policy
from infra.settings import Settings

KEY_CHARACTERS = 255


def message_request(
    settings: Settings,
    chat_id: int | str,
    message: str | None,
    options: Mapping[str, Any],
    default_key: str,
    due_at: datetime | None,
) -> Request:
    """A message; raises InvalidInput that names the option at fault."""
    policy = settings.on_uncertain
    shared = _request(settings, policy, message, options, default_key, due_at)
    return replace(shared, chat_id=parse_chat_id(chat_id))


def broadcast_request(
    settings: Settings,
    message: str | None,
    options: Mapping[str, Any],
    default_key: str,
    due_at: datetime | None,
    checked: Check = check,
) -> Request:
    """What a broadcast's messages have in common; its `chat_id` is empty.

    A doubled broadcast is worse than one that misses a few: uncertain sends are parked
    unless the caller says otherwise. `checked` is check_template where placeholders are meant.
    """
    park = OnUncertain.PARK
    return _request(settings, park, message, options, default_key, due_at, checked)


def _request(
    settings: Settings,
    on_uncertain: OnUncertain,
    message: str | None,
    options: Mapping[str, Any],
    default_key: str,
    due_at: datetime | None,
    checked: Check = check,
) -> Request:
    own = dict(options)
    key = _key(own.pop("idempotency_key", None), default_key)
    policy = _on_uncertain(own.pop("on_uncertain", None), on_uncertain)
    return Request(
        chat_id="",
        content=compose(message, own, checked),
        due_at=due_at,
        key=key,
        on_uncertain=policy,
        max_attempts=send_policy(settings).max_attempts,
    )


def chat_list(chat_ids: Sequence[int | str]) -> list[str]:
    """Normalised chat ids; raises InvalidInput with the place of the first bad one."""
    if isinstance(chat_ids, str) or not isinstance(chat_ids, Sequence):
        raise InvalidInput("chat_ids", "is not a list", "give a list of chat ids")
    if not chat_ids:
        raise InvalidInput("chat_ids", "is empty", "give at least one chat id")
    return [parse_chat_id(each, f"chat_ids[{place}]") for place, each in enumerate(chat_ids)]


def due_time(
    eta: datetime | str | None,
    countdown: float | None,
    field: str = "eta",
    *,
    past: bool = False,
) -> datetime | None:
    """When to send, UTC: `eta`, or `countdown` seconds from now; None for at once.

    `past` lets a time through that has passed.
    """
    now = datetime.now(UTC)
    if countdown is not None:
        return now + _seconds(countdown, "countdown")
    if eta is None:
        return None
    if isinstance(eta, str):
        eta = _moment(eta, field)
    if not isinstance(eta, datetime):
        raise InvalidInput(field, "is not a time", "give a datetime with a time zone")
    tolerance = timedelta(days=366) if past else timedelta(minutes=1)
    return check_time(eta, now, field, tolerance)


def expiry_time(expires: datetime | str | float | None, due_at: datetime | None) -> datetime | None:
    """When not to send any more, UTC: a time, or seconds from now; None for never."""
    if isinstance(expires, int | float):
        moment: datetime | None = datetime.now(UTC) + _seconds(expires, "expires")
    else:
        moment = due_time(expires, None, "expires")
    if moment is not None and moment <= (due_at or datetime.now(UTC)):
        raise InvalidInput("expires", "is not after the time to send", "give a later time")
    return moment


def _seconds(given: Any, field: str) -> timedelta:
    number = isinstance(given, int | float) and not isinstance(given, bool)
    if not number or not 0 <= given <= HORIZON.total_seconds():  # a NaN is neither
        remedy = "give 0 or more, five years at most"
        raise InvalidInput(field, "is not a number of seconds", remedy)
    return timedelta(seconds=given)


def _moment(text: str, field: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        raise InvalidInput(
            field, f"{text!r} is not a time", "write it as 2026-12-01T09:00:00+01:00"
        ) from None


def _key(given: Any, default: str) -> str:
    key = default if given is None else given
    if not isinstance(key, str) or not 1 <= len(key) <= KEY_CHARACTERS or "\0" in key:
        raise InvalidInput("idempotency_key", f"is not a text of 1 to {KEY_CHARACTERS} characters")
    if key.startswith(BY_PERSON):
        problem = f"begins with {BY_PERSON!r}, as the bot's own do"
        raise InvalidInput("idempotency_key", problem, "begin it with something else")
    return key


def _on_uncertain(given: Any, default: OnUncertain) -> OnUncertain:
    if given is None:
        return default
    try:
        return OnUncertain(given)
    except ValueError:
        choices = " or ".join(OnUncertain)
        raise InvalidInput("on_uncertain", f"{given!r} is unknown", f"give {choices}") from None
