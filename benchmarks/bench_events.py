"""200 open streams of events on one process of the web: how soon they are told, at what cost.

Posts are written one by one by this process; a time is from the return of the write, when it is
committed, to the arrival at a stream. The web looks at the ledger once a second, so a post waits
half a second for that on average, whoever listens. The baseline is the same web with one stream.

Run: python -m benchmarks.bench_events
"""

import asyncio
import re
import statistics
import tempfile
import time
from collections.abc import Awaitable, Iterable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from benchmarks.machine import cpu_s, pss_mb
from benchmarks.report import Column, Report
from benchmarks.stage import DATABASES, Databases, options
from core.scope import Scope
from infra.db import schema
from infra.db.api_keys import ApiKeys
from infra.db.engine import Database
from tests.integration.conftest import Bench
from tests.servers.process import free_port
from tests.servers.program import Program
from tests.servers.valkey import ValkeyServer

STREAMS, A_KEY_HAS = 200, 20
POSTS, QUICK_POSTS = 40, 8
EVERY_S = 0.37
"""No part of a second: so the posts fall anywhere between two looks."""

LAST_WITHIN_S = 5.0
BOT = 42
MEDIAN_MS, WORST_MS = 700.0, 2_000.0
KB_PER_MB = 1024
COLUMNS = (
    Column("median ms", 0, at_most=MEDIAN_MS),
    Column("worst ms", 0, at_most=WORST_MS),
    Column("not told", 0, at_most=0),
    Column("CPU % of a core", 1),
    Column("idle CPU %", 1),
    Column("kB a stream", 0),
)
ID = re.compile(rb'data: \{"id":(\d+),')


@dataclass
class Reader:
    """One stream, read without a client's own cost."""

    reader: asyncio.StreamReader
    writer: asyncio.StreamWriter
    arrived_s: dict[int, float] = field(default_factory=dict)

    @classmethod
    async def opened(cls, port: int, key: str) -> "Reader":
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = f"GET /api/v1/events HTTP/1.1\r\nHost: web\r\nAuthorization: Bearer {key}\r\n\r\n"
        writer.write(head.encode())
        await reader.readuntil(b"\nid: ")
        return cls(reader, writer)

    async def read(self) -> None:
        while line := await self.reader.readline():
            if (found := ID.match(line)) is not None:
                self.arrived_s.setdefault(int(found[1]), time.monotonic())


@dataclass(frozen=True)
class Scene:
    bench: Bench
    port: int
    process: psutil.Process
    keys: list[str]


@dataclass(frozen=True, slots=True)
class Seen:
    """Of `streams`; `memory_mb` is the web's with all of them open."""

    median_ms: float
    worst_ms: float
    missing: int
    busy: float
    idle: float
    memory_mb: float


async def listen(scene: Scene, streams: int, posts: int) -> Seen:
    """Open so many streams and write the posts."""
    keys = (scene.keys[n // A_KEY_HAS] for n in range(streams))
    readers = [await Reader.opened(scene.port, key) for key in keys]
    reading = [asyncio.create_task(each.read()) for each in readers]
    idle = await used(scene.process, asyncio.sleep(posts * EVERY_S))
    written: dict[int, float] = {}
    busy = await used(scene.process, write(scene.bench, posts, streams, written))
    waits_ms = list(waits(readers, written))
    memory_mb = pss_mb([scene.process])
    for task, each in zip(reading, readers, strict=True):
        task.cancel()
        each.writer.close()
    await asyncio.gather(*reading, return_exceptions=True)
    missing = streams * posts - len(waits_ms)
    return Seen(statistics.median(waits_ms), max(waits_ms), missing, busy, idle, memory_mb)


async def write(bench: Bench, posts: int, streams: int, written: dict[int, float]) -> None:
    for number in range(posts):
        message_id = await bench.schedule(f"{streams} {number}", str(number + 1))
        written[message_id] = time.monotonic()
        await asyncio.sleep(EVERY_S)
    await asyncio.sleep(LAST_WITHIN_S / 2)


async def used(process: psutil.Process, work: Awaitable[None]) -> float:
    """Per cent of a core that the web used while the work was done."""
    before_s, began_s = cpu_s([process]), time.monotonic()
    await work
    return 100 * (cpu_s([process]) - before_s) / (time.monotonic() - began_s)


def waits(readers: Iterable[Reader], written: dict[int, float]) -> Iterable[float]:
    for each in readers:
        for message_id, at_s in written.items():
            if message_id in each.arrived_s:
                yield 1_000 * (each.arrived_s[message_id] - at_s)


async def measure(url: str, folder: Path, posts: int, report: Report, name: str) -> None:
    url = url or f"sqlite:///{folder / 'ledger.db'}"
    database = Database(url)
    await schema.migrate(database)
    keys = ApiKeys(database, BOT)
    wanted = range(-(-STREAMS // A_KEY_HAS))
    secrets = [(await keys.make(f"bench {n}", Scope.READ, None))[1] for n in wanted]
    with ExitStack() as stack:
        valkey, port = stack.enter_context(ValkeyServer()), free_port()
        told = {"BOT_TOKEN": f"{BOT}:bench", "DATABASE_URL": url, "REDIS_URL": valkey.url()}
        web = Program("api", ["apps.api"], folder, told | {"API_PORT": str(port)})
        web.start()
        stack.callback(web.kill)
        await web.logged("the api is ready", LAST_WITHIN_S * 6)
        scene = Scene(Bench(database, BOT), port, psutil.Process(web.pid), secrets)
        one = await listen(scene, 1, posts)
        many = await listen(scene, STREAMS, posts)
    await database.close()
    kb = KB_PER_MB * (many.memory_mb - one.memory_mb) / (STREAMS - 1)
    report.ours(f"{name}, {STREAMS} streams", *figures(many), kb)
    report.baseline(f"{name}, 1 stream", *figures(one), None)


def figures(seen: Seen) -> tuple[float, ...]:
    return seen.median_ms, seen.worst_ms, seen.missing, seen.busy, seen.idle


def main() -> None:
    asked = options(__doc__)
    posts = QUICK_POSTS if asked.quick else POSTS
    report = Report(f"{posts} posts told to {STREAMS} streams of one process", COLUMNS)
    with Databases() as databases:
        for name in asked.databases:
            with tempfile.TemporaryDirectory() as folder:
                work = measure(databases.url(name), Path(folder), posts, report, DATABASES[name])
                asyncio.run(work)
    report.show()


if __name__ == "__main__":
    main()
