"""What the admin asks for: parameters by name, with the types that they must have."""

from typing import Any

import orjson
from aiohttp import web

MOST = 2**63
"""Beyond it a number is not answered as JSON."""


class Mistake(Exception):
    """What the admin asked for makes no sense."""


class Query:
    """The parameters of one request, with the types that they must have."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def get(self, name: str, kind: type, default: Any = None) -> Any:
        value = self._values.get(name)
        if value is None or value == "":
            return default
        try:
            return _converted(value, kind)
        except (TypeError, ValueError, KeyError, OverflowError):
            raise Mistake(f"{name} must be of type {kind.__name__}") from None

    def has(self, name: str) -> bool:
        return self._values.get(name) is not None

    def given(self, fields: dict[str, type]) -> dict[str, Any]:
        found = {name: self.get(name, kind) for name, kind in fields.items()}
        return {name: value for name, value in found.items() if value is not None}


def _converted(value: Any, kind: type) -> Any:
    if kind is bool and isinstance(value, str):
        return {"true": True, "1": True, "false": False, "0": False}[value.lower()]
    if kind in (list, dict) and isinstance(value, kind):
        return value
    if (kind is not str and isinstance(value, list | dict)) or kind in (list, dict):
        raise TypeError
    converted = kind(value)
    if kind is int and abs(converted) >= MOST:
        raise ValueError
    return converted


async def read_query(request: web.BaseRequest) -> Query:
    if request.method != "POST":
        return Query(dict(request.rel_url.query))
    body = await request.read()
    try:
        values = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError:
        raise Mistake("the body is not JSON") from None
    if not isinstance(values, dict):
        raise Mistake("the body must be a JSON object")
    return Query(values)
