"""What a request asks for, in whichever of the Bot API's five ways it was written."""

from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Any
from urllib.parse import parse_qsl

import orjson
from aiohttp import BodyPartReader, ClientResponse, MultipartReader, http_exceptions, web
from aiohttp.multipart import MultipartResponseWrapper

from sandbox.refusals import Refusal, bad_request

BODY_BYTES = 50 * 2**20
"""The largest request that Telegram takes."""

MULTIPART = "multipart/form-data"
MALFORMED = (ValueError, LookupError, TypeError, AssertionError, RuntimeError, EOFError)


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came along in the request. `digest` is its content's, in 40 characters."""

    name: str
    content: bytes = field(repr=False)
    content_type: str

    @property
    def size(self) -> int:
        return len(self.content)

    @property
    def digest(self) -> str:
        return blake2b(self.content, digest_size=20).hexdigest()

    def facts(self) -> dict[str, Any]:
        return {"file_name": self.name, "file_size": self.size, "mime_type": self.content_type}


class Arguments:
    """Arguments by name. Telegram takes every one as text, and reads nested values as JSON."""

    __slots__ = ("has_uploads", "values")

    def __init__(self, values: dict[str, Any], *, has_uploads: bool = False) -> None:
        self.values, self.has_uploads = values, has_uploads

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

    def uploads(self) -> list[Upload]:
        return [value for value in self.values.values() if isinstance(value, Upload)]

    def facts(self) -> dict[str, Any]:
        """The arguments as JSON values, for the receipt."""
        if not self.has_uploads:
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
        arguments = {**_pairs(query), **values} if query else values
        return Arguments(arguments, has_uploads=kind.startswith(MULTIPART))
    except web.HTTPRequestEntityTooLarge:
        raise Refusal(413, "Request Entity Too Large") from None
    except UnicodeDecodeError:
        raise bad_request("strings must be encoded in UTF-8") from None
    except (*MALFORMED, http_exceptions.HttpProcessingError):
        raise bad_request("can't parse the request's body") from None


async def read_reply(response: ClientResponse) -> Arguments:
    """What a webhook's answer asks for, with `method` among it; nothing where it is no such."""
    kind = response.headers.get("Content-Type", "")
    try:
        if kind.startswith(MULTIPART):
            parts = await _parts(MultipartReader.from_response(response))
            return Arguments(parts, has_uploads=True)
        body = await response.read()
        return Arguments(_pairs(body.decode()) if "urlencoded" in kind else _object(body))
    except (*MALFORMED, Refusal, http_exceptions.HttpProcessingError):
        return Arguments({})


async def _parts(reader: MultipartReader | MultipartResponseWrapper) -> dict[str, Any]:
    """The fields of a multipart body, each a text or a file."""
    values: dict[str, Any] = {}
    size = 0
    async for part in reader:
        if isinstance(part, BodyPartReader) and part.name:
            content = bytes(await part.read(decode=True))
            values[part.name] = _field(part, content)
            size += len(content)
            if size > BODY_BYTES:
                raise Refusal(413, "Request Entity Too Large")
    return values


def _field(part: BodyPartReader, content: bytes) -> str | Upload:
    if part.filename:
        kind = part.headers.get("Content-Type", "application/octet-stream")
        return Upload(part.filename, content, kind)
    return content.decode(part.get_charset(default="utf-8"))


async def _from_body(request: web.BaseRequest, kind: str) -> dict[str, Any]:
    if kind.startswith("application/json"):
        return _object(await request.read())
    if kind.startswith("application/x-www-form-urlencoded"):
        return _pairs((await request.read()).decode())
    if kind.startswith(MULTIPART):
        return await _parts(await request.multipart())
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
