"""Which chat: a number, or the @name of a public one."""

import re

from core.errors import InvalidInput
from core.telegram_limits import CHAT_ID_BITS, USERNAME_CHARACTERS

NUMBER = re.compile(r"-?[0-9]+", re.ASCII)
NAME = re.compile(r"@[a-z][a-z0-9_]*", re.ASCII | re.IGNORECASE)
BARE_NAME = re.compile(r"[a-z][a-z0-9_]{3,31}", re.ASCII | re.IGNORECASE)
LINK = re.compile(r"(?:https?://)?(?:www\.)?(?:t|telegram)\.me/(.*)", re.IGNORECASE | re.DOTALL)
PRIVATE_POST = re.compile(r"c/([0-9]{1,13})(?:/.*)?", re.ASCII | re.DOTALL)

FORMS = "write a number such as -1001234567890, or @name"
DIGITS = 20  # more cannot be an id, and would be slow to read as a number
TOO_LARGE = 10**DIGITS


def parse_chat_id(value: int | str, field: str = "chat_id") -> str:
    """The one spelling of this chat: "123", "-100123" or "@name"; or InvalidInput."""
    if isinstance(value, bool) or not isinstance(value, int | str):
        raise InvalidInput(field, f"must be a number or a @name, not {type(value).__name__}", FORMS)
    if isinstance(value, int):
        return _number(value, field)
    text = value.strip()
    if NUMBER.fullmatch(text):
        return _number(int(text) if len(text) <= DIGITS else TOO_LARGE, field)
    if NAME.fullmatch(text) and len(text) - 1 in USERNAME_CHARACTERS:
        return text.lower()
    raise InvalidInput(field, _problem(text), _remedy(text))


def bot_api_id(chat_id: str) -> int | str:
    """A chat in its one spelling, as the Bot API takes it."""
    return chat_id if chat_id.startswith("@") else int(chat_id)


def _number(number: int, field: str) -> str:
    if number == 0:
        raise InvalidInput(field, "is 0, which is no chat", FORMS)
    if number.bit_length() > CHAT_ID_BITS:
        raise InvalidInput(field, f"is out of range: ids have {CHAT_ID_BITS} bits", FORMS)
    return str(int(number))


def _problem(text: str) -> str:
    if not text:
        return "is empty"
    if LINK.match(text):
        return "is a link, not a chat id"
    return f"{text[:40]!r} is neither a number nor a @name"


def _remedy(text: str) -> str:
    link = LINK.match(text)
    if link is None:
        return f"write @{text}" if BARE_NAME.fullmatch(text) else FORMS
    private = PRIVATE_POST.fullmatch(link[1])
    if private:
        return f"write -100{private[1]}"
    name = re.match(r"[^/?#]*", link[1])
    named = name is not None and BARE_NAME.fullmatch(name[0])
    return f"write @{named[0]}" if named else "an invite link names no chat; write its number"
