"""POST /api/v1/messages on one process: requests a second, and how long each takes.

32 connections in a closed loop, from a process of their own; the API runs as `python -m apps.api`
does. Beside it, in the same call: a bare FastAPI application that only validates the same model
and answers, asked by the same connections; and the ledger's `schedule` alone, with 32 callers and
no HTTP at all.

Run: python -m benchmarks.bench_api
"""

import asyncio
import multiprocessing
import socket
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from uuid import uuid4

import aiohttp
import orjson
import uvicorn
import uvloop
from fastapi import FastAPI
from pydantic import SecretStr

from apps.api.main import serve
from apps.api.office import Office
from apps.api.schemas.message import MESSAGE, Made, MessageOut, NewMessage
from benchmarks.report import Column, Report
from benchmarks.stage import DATABASES, TEXT, Databases, options, percentile
from core.message import Content, OnUncertain, Request
from core.scope import Scope
from infra.db import schema
from infra.settings import Settings

CONNECTIONS = 32
FULL, QUICK = 6_000, 1_000
WARM = 200
UP_WITHIN_S = 30.0
PATH = "/api/v1/messages"
LATER = "2031-05-04T09:00:00Z"
COLUMNS = (
    Column("requests/s", at_least=300),
    Column("p50, ms", 1),
    Column("p99, ms", 1, at_most=100),
)

Ask = Callable[[int], Awaitable[None]]


async def loop(ask: Ask, count: int) -> tuple[float, float, float]:
    """So many, by 32 that each wait for their answer; requests/s, ms of half and of 99 in 100."""
    numbers, took_s = iter(range(count)), list[float]()

    async def one() -> None:
        for number in numbers:
            began_s = time.perf_counter()
            await ask(number)
            took_s.append(time.perf_counter() - began_s)

    began_s = time.perf_counter()
    await asyncio.gather(*(one() for _ in range(CONNECTIONS)))
    rate = count / (time.perf_counter() - began_s)
    return rate, percentile(took_s, 50) * 1000, percentile(took_s, 99) * 1000


async def over_http(port: int, count: int, key: str) -> tuple[float, float, float]:
    headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    connector = aiohttp.TCPConnector(limit=CONNECTIONS)
    url = f"http://127.0.0.1:{port}"
    async with aiohttp.ClientSession(url, connector=connector, headers=headers) as session:

        async def ask(number: int) -> None:
            body = {"chat_id": -1_000_000 - number, "text": TEXT, "at": LATER}
            once = {"Idempotency-Key": uuid4().hex}
            data = orjson.dumps(body)
            async with session.post(PATH, data=data, headers=once) as answer:
                assert answer.status == 201, await answer.text()
                await answer.read()

        await loop(ask, WARM)
        return await loop(ask, count)


async def alone(settings: Settings, count: int) -> tuple[float, float, float]:
    """The ledger's part of it."""
    async with Office.opened(settings) as office:

        async def ask(number: int) -> None:
            content = Content("sendMessage", {"text": TEXT})
            key, policy = uuid4().hex, OnUncertain.RESEND
            request = Request(str(-1_000_000 - number), content, None, key, policy, 6)
            await office.ledger.intake.schedule(request)

        await loop(ask, WARM)
        return await loop(ask, count)


def bare() -> FastAPI:
    app = FastAPI(openapi_url=None)
    made = Made(message=MessageOut(**MESSAGE))

    @app.post(PATH, status_code=201)
    async def make(asked: NewMessage) -> Made:
        return made

    return app


def run_bare(port: int) -> None:
    config = uvicorn.Config(
        bare(), port=port, http="httptools", loop="uvloop", log_config=None, access_log=False
    )
    uvicorn.Server(config).run()


def run_ours(settings: Settings) -> None:
    uvloop.run(serve(settings))


@asynccontextmanager
async def running(target: Callable[..., None], *args: Any, port: int) -> AsyncIterator[None]:
    process = multiprocessing.get_context("spawn").Process(target=target, args=args, daemon=True)
    process.start()
    try:
        await _until_up(port)
        yield
    finally:
        process.terminate()
        process.join(10)


async def _until_up(port: int) -> None:
    give_up_at = time.monotonic() + UP_WITHIN_S
    while True:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            if time.monotonic() > give_up_at:
                raise
            await asyncio.sleep(0.05)
        else:
            return writer.close()


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port: int = listening.getsockname()[1]
        return port


def _settings(url: str, folder: Path, port: int) -> Settings:
    return Settings(
        _env_file=None,
        bot_token=SecretStr("42:bench"),
        database_url=SecretStr(url or f"sqlite:///{folder / 'ledger.db'}"),
        redis_url=SecretStr("redis://127.0.0.1:1/0"),
        telegram_api_url="http://127.0.0.1:1",
        data_dir=folder,
        api_port=port,
    )


async def _key(settings: Settings) -> str:
    async with Office.opened(settings) as office:
        await schema.migrate(office.database)
        return (await office.keys.make("the benchmark's", Scope.WRITE, None))[1]


async def measure(report: Report, databases: Databases, names: Sequence[str], count: int) -> None:
    for name in names:
        with tempfile.TemporaryDirectory() as folder:
            port = _free_port()
            settings = _settings(databases.url(name), Path(folder), port)
            key = await _key(settings)
            async with running(run_ours, settings, port=port):
                report.ours(f"ours, {DATABASES[name]}", *await over_http(port, count, key))
            report.baseline(f"schedule alone, {DATABASES[name]}", *await alone(settings, count))
    port = _free_port()
    async with running(run_bare, port, port=port):
        report.baseline("bare FastAPI, same model", *await over_http(port, count, "none"))


def main() -> None:
    asked = options(__doc__)
    report = Report("POST /messages, 32 connections, one process", COLUMNS)
    with Databases() as databases:
        count = QUICK if asked.quick else FULL
        uvloop.run(measure(report, databases, asked.databases, count))
    report.show()


if __name__ == "__main__":
    main()
