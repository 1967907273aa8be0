"""What a request asks for, in whichever of the Bot API's five ways it was written."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import orjson
from aiohttp import http_exceptions, web
from multidict import MultiMapping

from sandbox.refusals import Refusal, bad_request

MALFORMED = (ValueError, LookupError, TypeError, AssertionError, RuntimeError, EOFError)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came along in the request; its bytes are counted and dropped."""

    name: str
    size: int
    content_type: str

    def facts(self) -> dict[str, Any]:
        return {"file_name": self.name, "file_size": self.size, "mime_type": self.content_type}


class Arguments:
    """Arguments by name. Telegram takes every one as text, and reads nested values as JSON."""

    __slots__ = ("values",)

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values

    def text(self, name: str) -> str:
        value = self.values.get(name)
        if isinstance(value, str):
            return value
        if value is None or isinstance(value, Upload):
            return ""
        return orjson.dumps(value).decode()

    def number(self, name: str) -> int:
        """The whole number, and 0 where there is none, as Telegram reads it."""
        try:
            return int(self.text(name))
        except ValueError:
            return 0

    def flag(self, name: str) -> bool:
        return self.text(name).lower() in ("true", "yes", "1")

    def nested(self, name: str, what: str) -> Any:
        """The JSON value; None where it is missing or empty."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return None if isinstance(value, Upload) else value
        try:
            return orjson.loads(value) if value else None
        except orjson.JSONDecodeError:
            raise bad_request(f"can't parse {what} JSON object") from None

    def upload(self, name: str) -> Upload | None:
        value = self.values.get(name)
        return value if isinstance(value, Upload) else None

    def facts(self) -> dict[str, Any]:
        """The arguments as JSON values, for the receipt."""
        if not any(isinstance(value, Upload) for value in self.values.values()):
            return self.values
        return {
            name: value.facts() if isinstance(value, Upload) else value
            for name, value in self.values.items()
        }


async def read_arguments(request: web.BaseRequest) -> Arguments:
    """The arguments from the body, then from the query for what the body lacks."""
    kind = request.headers.get("Content-Type", "")
    if kind.startswith("application/json"):
        values = _from_json(await _body(request))
    elif kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")):
        values = await _from_form(request)
    else:
        values = {}
    if "?" in request.raw_path:
        values = {**_of_items(request.rel_url.query), **values}
    return Arguments(values)


async def _body(request: web.BaseRequest) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    except http_exceptions.HttpProcessingError:
        raise bad_request("wrong request body") from None


def _from_json(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("JSON object expected as request body")
    return values


async def _from_form(request: web.BaseRequest) -> dict[str, Any]:
    try:
        return _of_items(await request.post())
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    except (*MALFORMED, http_exceptions.HttpProcessingError):
        raise bad_request("can't parse form data") from None


def _of_items(form: MultiMapping[Any]) -> dict[str, Any]:
    items: Iterable[tuple[str, Any]] = form.items()
    return {name: _field(value) for name, value in items}


def _field(value: Any) -> Any:
    if isinstance(value, web.FileField):
        size = value.file.seek(0, 2)
        value.file.close()
        return Upload(value.filename, size, value.content_type)
    return value.decode("utf-8", "replace") if isinstance(value, bytes | bytearray) else value
