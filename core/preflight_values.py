"""Checks of single values: each takes a value and the name that its caller gave it."""

import difflib
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from itertools import pairwise
from typing import Any

from core.chat_id import parse_chat_id
from core.entity_links import checked_link
from core.errors import InvalidContent, InvalidInput
from core.telegram_limits import MESSAGE_ID_MAX

Check = Callable[[Any, str], None]
Fields = Mapping[str, Check]

FILE_ID = re.compile(r"[A-Za-z0-9_\-]{10,}", re.ASCII)
INT32_MAX = 2**31 - 1

TYPES = {
    bool: "true or false",
    int: "a whole number",
    str: "a text",
    dict: "a dict",
    list: "a list",
}


def typed(kind: type) -> Check:
    """A value of this very type: True is not a number, and 1 is not True."""

    def check(value: Any, field: str) -> None:
        if type(value) is not kind:
            raise InvalidContent(field, f"must be {TYPES[kind]}, not {shown(value)}")

    return check


def shown(value: Any) -> str:
    """The value as an error shows it: short."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}..."


flag, text, listing = typed(bool), typed(str), typed(list)


def whole(low: int, high: int = INT32_MAX) -> Check:
    def check(value: Any, field: str) -> None:
        typed(int)(value, field)
        if not low <= value <= high:
            raise InvalidContent(field, f"is {value}; it must be from {low} to {high}")

    return check


natural, positive = whole(0), whole(1)
message_id = whole(1, MESSAGE_ID_MAX)


def rising(check_item: Check, sizes: range) -> Check:
    """A list in which each number is greater than the one before."""

    def check(value: Any, field: str) -> None:
        items(check_item, sizes)(value, field)
        for number, (before, after) in enumerate(pairwise(value), start=1):
            if after <= before:
                problem = f"is {after}, after {before}"
                raise InvalidContent(f"{field}[{number}]", problem, "sort them, each once")

    return check


def sized(sizes: range, unit: str = "characters") -> Check:
    """A text of so many characters, or bytes of UTF-8."""

    def check(value: Any, field: str) -> None:
        text(value, field)
        size = len(value.encode()) if unit == "bytes" else len(value)
        if size not in sizes:
            limit = f"Telegram takes {sizes.start} to {sizes.stop - 1}"
            raise InvalidContent(field, f"has {size} {unit}; {limit}")

    return check


def filled(value: Any, field: str) -> None:
    text(value, field)
    if not value.strip():
        raise InvalidContent(field, "is empty")


def one_of(*choices: str) -> Check:
    def check(value: Any, field: str) -> None:
        if value not in choices:
            raise InvalidContent(field, f"is {shown(value)}", f"use {alternatives(choices)}")

    return check


def link(*schemes: str) -> Check:
    """A URL; without a scheme Telegram reads it as http."""

    def check(value: Any, field: str) -> None:
        filled(value, field)
        url = checked_link(value)
        if not url or re.search(r"\s", value):
            raise InvalidContent(field, f"{shown(value)} is not a URL that Telegram takes")
        scheme = url.partition(":")[0]
        if scheme not in schemes:
            problem = f"{shown(value)} is a {scheme} link"
            raise InvalidContent(field, problem, f"use {alternatives(schemes)}")

    return check


def file(value: Any, field: str) -> None:
    """What Telegram already has, or can fetch: uploads cannot wait in a queue."""
    filled(value, field)
    if FILE_ID.fullmatch(value):
        return
    if not value.lower().startswith(("http://", "https://")):
        problem = f"{shown(value)} is neither an http(s) URL nor a file_id"
        raise InvalidContent(field, problem, "send the file to the bot once and use its file_id")
    link("http", "https")(value, field)


def chat(value: Any, field: str) -> None:
    try:
        parse_chat_id(value, field)
    except InvalidInput as bad:
        raise InvalidContent(*bad.args) from None


def items(check_item: Check, sizes: range | None = None) -> Check:
    def check(value: Any, field: str) -> None:
        listing(value, field)
        if sizes is not None and len(value) not in sizes:
            limit = f"Telegram takes {sizes.start} to {sizes.stop - 1}"
            raise InvalidContent(field, f"has {counted(len(value), 'item')}; {limit}")
        for number, item in enumerate(value):
            check_item(item, f"{field}[{number}]")

    return check


def record(fields: Fields, required: Iterable[str] = ()) -> Check:
    """A dict of these fields and no others."""

    def check(value: Any, field: str) -> None:
        typed(dict)(value, field)
        for name in required:
            if name not in value:
                raise InvalidContent(field, f"lacks {name}")
        for name, inner in value.items():
            if name not in fields:
                raise InvalidContent(f"{field}.{name}", "is unknown", nearest(name, fields))
            fields[name](inner, f"{field}.{name}")

    return check


def nearest(name: str, known: Iterable[str]) -> str:
    """The remedy for a name that may be misspelt."""
    close = difflib.get_close_matches(name[:64], list(known), n=1)
    return f"did you mean {close[0]}?" if close else ""


def counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'s' * (count != 1)}"


def alternatives(choices: Collection[str]) -> str:
    *others, last = choices
    return f"{', '.join(others)} or {last}" if others else last
