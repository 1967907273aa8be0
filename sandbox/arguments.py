"""What a request asks for, in whichever of the Bot API's five ways it was written."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import http_exceptions, web

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
    query = request.raw_path.partition("?")[2]
    try:
        values = await _from_body(request, kind)
        return Arguments({**_pairs(query), **values} if query else values)
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except (*MALFORMED, http_exceptions.HttpProcessingError):
        raise bad_request("can't parse the request's body") from None


async def _from_body(request: web.BaseRequest, kind: str) -> dict[str, Any]:
    if kind.startswith("application/json"):
        return _object(await request.read())
    if kind.startswith("application/x-www-form-urlencoded"):
        return _pairs((await request.read()).decode())
    if kind.startswith("multipart/form-data"):
        return {name: _field(value) for name, value in (await request.post()).items()}
    return {}


def _object(body: bytes) -> dict[str, Any]:
    if not body:
        return {}
    try:
        values = orjson.loads(body)
    except orjson.JSONDecodeError:
        raise bad_request("can't parse JSON object") from None
    if not isinstance(values, dict):
        raise bad_request("JSON object expected as request body")
    return values


def _pairs(text: str) -> dict[str, Any]:
    return dict(parse_qsl(text, keep_blank_values=True, errors="strict"))


def _field(value: Any) -> Any:
    """A field of a multipart body: a text, or a file of which only the facts are kept."""
    if isinstance(value, web.FileField):
        size = value.file.seek(0, 2)
        value.file.close()
        return Upload(value.filename, size, value.content_type)
    return value.decode() if isinstance(value, bytes | bytearray) else value
