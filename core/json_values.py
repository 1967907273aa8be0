"""Values that JSON can carry, and a database and Telegram can read back."""

import math
import re
from collections.abc import Mapping
from typing import Any

from core.errors import InvalidContent

DEPTH = 12  # Telegram's deepest, a keyboard in an option, takes 5
INTEGER_BITS = 63
BAD_CHARACTER = re.compile("[\0\ud800-\udfff]")


def as_json(value: Any, field: str, depth: int = DEPTH) -> Any:
    """The same value in JSON's own types; None inside of it is left out; or InvalidContent."""
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return _text(value, field)
    if isinstance(value, int | float):
        return _number(value, field)
    if depth == 0:
        raise InvalidContent(field, "is nested too deeply")
    return _nested(value, field, depth - 1)


def _text(value: str, field: str) -> str:
    bad = BAD_CHARACTER.search(value)
    if bad:
        what = "a NUL character" if bad[0] == "\0" else "half of a surrogate pair"
        raise InvalidContent(field, f"contains {what} (character {bad.start() + 1})", "remove it")
    return str.__str__(value)


def _number(value: Any, field: str) -> int | float:
    if isinstance(value, float):
        if not math.isfinite(value):
            raise InvalidContent(field, f"is {value}, which JSON has no word for")
        return float(value)
    if value.bit_length() > INTEGER_BITS:
        raise InvalidContent(field, "is too large a number")
    return int(value)


def _nested(value: Any, field: str, depth: int) -> Any:
    if isinstance(value, Mapping):
        return {
            _key(key, field): as_json(inner, f"{field}.{key}", depth)
            for key, inner in value.items()
            if inner is not None
        }
    if isinstance(value, list | tuple):
        return [as_json(inner, f"{field}[{n}]", depth) for n, inner in enumerate(value)]
    remedy = "give .model_dump(exclude_none=True)" if hasattr(value, "model_dump") else ""
    raise InvalidContent(field, f"is of type {type(value).__name__}, which is not JSON", remedy)


def _key(key: Any, field: str) -> str:
    if not isinstance(key, str):
        raise InvalidContent(field, f"has the key {key!r}, which is not a text")
    return _text(key, field)
