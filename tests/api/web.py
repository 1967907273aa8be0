"""The web on a port of its own, in the tester's loop, and whoever asks it."""

import asyncio
import socket
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

import aiohttp
import orjson
from fastapi import FastAPI
from pydantic import SecretStr

from apps.api.app import make_app
from apps.api.main import Server, server_of
from apps.api.office import Office
from core.person import Role
from core.scope import Scope
from infra.settings import Settings

TOKEN = "42:sandbox"
BOT_ID = 42


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def json(self) -> Any:
        return orjson.loads(self.text)

    @property
    def fields(self) -> set[str]:
        """Those that a problem names."""
        return {each["field"] for each in self.json.get("errors", ())}


class Asker:
    """Somebody who asks: with a key, with a session, or as nobody."""

    def __init__(self, url: str, headers: Mapping[str, str] | None = None) -> None:
        jar = aiohttp.CookieJar(unsafe=True)  # 127.0.0.1 is no name
        self.session = aiohttp.ClientSession(url, headers=headers, cookie_jar=jar)
        self.csrf = ""

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.session.close()

    async def ask(self, method: str, path: str, body: Any = None, **options: Any) -> Answer:
        """`body` goes as JSON."""
        headers = dict(options.pop("headers", {}))
        if self.csrf:
            headers.setdefault("X-CSRF-Token", self.csrf)
        if body is not None:
            options["data"] = orjson.dumps(body)
            headers.setdefault("Content-Type", "application/json")
        options.setdefault("allow_redirects", False)
        async with self.session.request(method, path, headers=headers, **options) as answer:
            text = await answer.text()
            return Answer(answer.status, answer.headers, text)

    async def get(self, path: str, **options: Any) -> Answer:
        return await self.ask("GET", path, **options)

    async def post(self, path: str, body: Any = None, **options: Any) -> Answer:
        return await self.ask("POST", path, body, **options)


class Web:
    """The server and its office; `url` is where it listens."""

    def __init__(self, office: Office, server: Server, url: str) -> None:
        self.office, self.server, self.url = office, server, url

    @asynccontextmanager
    async def nobody(self) -> AsyncIterator[Asker]:
        async with Asker(self.url) as asker:
            yield asker

    @asynccontextmanager
    async def with_key(self, scope: Scope = Scope.ADMIN) -> AsyncIterator[Asker]:
        _, secret = await self.office.keys.make(f"a key to {scope}", scope, None)
        async with Asker(self.url, {"Authorization": f"Bearer {secret}"}) as asker:
            yield asker

    @asynccontextmanager
    async def logged_in(self, role: Role = Role.OWNER, name: str = "") -> AsyncIterator[Asker]:
        """As a browser is, by a link."""
        account = await self.office.accounts.create(name or role.value, role)
        code = await self.office.login_links.make(account.id)
        async with Asker(self.url) as asker:
            answer = await asker.post(f"/login/{code}")
            assert answer.status == 303, answer.text
            page = (await asker.get("/tasks")).text  # the shortest
            asker.csrf = page.partition('data-csrf="')[2].partition('"')[0]
            yield asker


_free: list[FastAPI] = []
"""Applications that nobody uses. One is made quickly, but each of its routes costs at first use."""


@asynccontextmanager
async def serving(settings: Settings, now: datetime | None = None) -> AsyncIterator[Web]:
    """The ledger is migrated already. `now` stops the office's clock there."""
    clock = {} if now is None else {"now": lambda: now}
    listening = socket.create_server(("127.0.0.1", 0))
    async with Office.opened(settings, **clock) as office:
        app = _free.pop() if _free else make_app()
        server = server_of(office, app)
        running = asyncio.create_task(server._serve([listening]))
        while not server.started:
            await asyncio.sleep(0.005)
        yield Web(office, server, f"http://127.0.0.1:{listening.getsockname()[1]}")
        server.should_exit = True
        await running
        _free.append(app)


def settings_for(database_url: str, redis_url: str, **changes: Any) -> Settings:
    values = {
        "bot_token": SecretStr(TOKEN),
        "database_url": SecretStr(database_url),
        "redis_url": SecretStr(redis_url),
        "telegram_api_url": "http://127.0.0.1:1",
        **changes,
    }
    return Settings(_env_file=None, **values)
