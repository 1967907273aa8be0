"""A client for both of the server's APIs, as thin as can be: for tests and scripts."""

from dataclasses import dataclass
from types import TracebackType
from typing import Any

import aiohttp
import orjson

TOKEN = "1:sandbox"  # noqa: S105 - any well-formed token will do


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back; `body` is {} where it is not JSON."""

    status: int
    headers: dict[str, str]
    text: str

    @property
    def body(self) -> dict[str, Any]:
        try:
            body = orjson.loads(self.text)
        except orjson.JSONDecodeError:
            return {}
        return body if isinstance(body, dict) else {}

    @property
    def result(self) -> Any:
        return self.body["result"]

    @property
    def description(self) -> str:
        return str(self.body.get("description", ""))


class Client:
    """Speaks to the sandbox at `url` with one bot's token."""

    def __init__(self, url: str, token: str = TOKEN) -> None:
        self.url, self.token = url.rstrip("/"), token

    async def __aenter__(self) -> "Client":
        self._session = aiohttp.ClientSession()
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        await self._session.close()

    async def call(self, method: str, **arguments: Any) -> Reply:
        """A method of the Bot API, its arguments as JSON."""
        return await self.request("POST", f"/bot{self.token}/{method}", json=arguments)

    async def send(self, chat_id: int | str, text: str = "text", **arguments: Any) -> Reply:
        return await self.call("sendMessage", chat_id=chat_id, text=text, **arguments)

    async def get(self, what: str, **query: Any) -> dict[str, Any]:
        """GET /admin/<what>; raises for an answer that is no success."""
        return _successful(await self.request("GET", f"/admin/{what}", params=query))

    async def post(self, what: str, **body: Any) -> dict[str, Any]:
        return _successful(await self.request("POST", f"/admin/{what}", json=body))

    async def delete(self, what: str, **query: Any) -> dict[str, Any]:
        return _successful(await self.request("DELETE", f"/admin/{what}", params=query))

    async def request(self, verb: str, path: str, **options: Any) -> Reply:
        async with self._session.request(verb, self.url + path, **options) as response:
            text = await response.text(errors="replace")
            return Reply(response.status, dict(response.headers), text)


def _successful(reply: Reply) -> dict[str, Any]:
    if reply.status != 200:
        raise ValueError(f"{reply.status}: {reply.text}")
    return reply.body
