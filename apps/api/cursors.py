"""Cursors of lists: where a page ended, as a text that means nothing to whoever carries it."""

import base64
import binascii
from collections.abc import Sequence

import orjson

from core.errors import InvalidInput

LONGEST = 1_000
INT_BITS = 63


def encode(place: Sequence[int | str]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(place))).rstrip(b"=").decode()


def decode(text: str) -> tuple[int | str, ...]:
    """Raises InvalidInput for whatever `encode` did not make. What it means is for the list to say:
    a cursor of another list can be decoded, too.
    """
    try:
        if len(text) > LONGEST:
            raise ValueError(text[:LONGEST])
        raw = base64.b64decode(text + "=" * (-len(text) % 4), altchars=b"-_", validate=True)
        values = orjson.loads(raw)
    except (ValueError, binascii.Error):
        raise _bad() from None
    if not isinstance(values, list) or not all(map(_is_part, values)):
        raise _bad()
    return tuple(values)


def number(text: str) -> int:
    """Where a list that goes by one number goes on; raises InvalidInput."""
    match decode(text):
        case (int(place),):
            return place
    raise another_list()


def another_list() -> InvalidInput:
    return InvalidInput("cursor", "is of another list", "take `next` of the page before, as it is")


def _is_part(value: object) -> bool:
    if isinstance(value, str):
        return "\0" not in value
    return type(value) is int and value.bit_length() <= INT_BITS


def _bad() -> InvalidInput:
    return InvalidInput("cursor", "is none of ours", "take `next` of the page before, as it is")
