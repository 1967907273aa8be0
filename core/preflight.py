"""What Telegram would refuse, told before it is scheduled, in the words of the caller's options."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from core.bot_methods import METHODS
from core.chat_id import parse_chat_id
from core.errors import InvalidContent, InvalidInput
from core.json_values import as_json
from core.message import Content
from core.preflight_album import check_album
from core.preflight_text import CAPTION, QUOTE, TEXT, check_text, parsed_text
from core.preflight_values import nearest

__all__ = ["OPTION_OF", "check", "check_time", "parse_chat_id"]

OPTION_OF: Mapping[str, str] = {  # an argument's name, where its option is called otherwise
    "text": "message",
    "caption": "message",
    "caption_entities": "entities",
    "from_chat_id": "copy_from_chat_id",
    "message_id": "copy_message_id",
    "message_ids": "copy_message_ids",
}

TOLERANCE = timedelta(minutes=1)
HORIZON = timedelta(days=5 * 366)


def check(content: Content, names: Mapping[str, str] | None = None) -> None:
    """Refuses, with InvalidContent, what Telegram would.

    `names` says what the caller calls a place in the arguments, such as "media[0].caption".
    """
    try:
        _check_params(content)
        _check_texts(content)
    except InvalidContent as refused:
        field = _called(refused.field, names or {})
        raise InvalidContent(field, refused.problem, refused.remedy) from None


def _check_params(content: Content) -> None:
    method = METHODS.get(content.method)
    if method is None:
        raise InvalidContent("method", f"{content.method!r} does not send a message")
    for name in method.required:
        if name not in content.params:
            raise InvalidContent(name, "is missing")
    for name, value in content.params.items():
        if name not in method.params:
            problem = f"is no argument of {content.method}"
            raise InvalidContent(name, problem, nearest(name, method.params))
        as_json(value, name)
        method.params[name](value, name)


def _check_texts(content: Content) -> None:
    params = content.params
    check_text(params.get("reply_parameters", {}), QUOTE, "reply_parameters.")
    if "text" in params:
        check_text(params, TEXT)
        _check_not_blank(params)
    elif "media" in params:
        check_album(params["media"], "media")
    else:
        check_text(params, CAPTION)


def _check_not_blank(params: Mapping[str, Any]) -> None:
    if not params["text"]:
        raise InvalidContent("text", "is empty")
    if parsed_text(params["text"], params.get("parse_mode"), "text").is_blank:
        raise InvalidContent("text", "has nothing in it that can be seen")


def _called(field: str, names: Mapping[str, str]) -> str:
    """The field in the caller's words: what stands before a "." or "[" may be renamed."""
    for place, name in names.items():
        if field == place or field.startswith((f"{place}.", f"{place}[")):
            return name + field[len(place) :]
    root = re.split(r"[.\[]", field, maxsplit=1)[0]
    return OPTION_OF.get(root, root) + field[len(root) :]


def check_time(
    value: datetime, now: datetime, field: str, tolerance: timedelta = TOLERANCE
) -> datetime:
    """The same time in UTC; or InvalidInput. `now` is aware."""
    if not isinstance(value, datetime):
        raise InvalidInput(field, f"must be a datetime, not {type(value).__name__}")
    if value.utcoffset() is None:
        raise InvalidInput(field, "has no time zone", "write 2030-01-31T09:00:00+02:00, say")
    if value < now - tolerance:
        raise InvalidInput(field, f"is in the past ({value.isoformat()})")
    if value > now + HORIZON:
        problem = f"is more than five years ahead ({value.isoformat()})"
        raise InvalidInput(field, problem, "check the year and the unit")
    return value.astimezone(UTC)
