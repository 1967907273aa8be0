"""What a worker takes while it sends a long broadcast, beside a short one.

One worker with four children sends as fast as it goes to a server that answers at once and keeps
nothing. Each broadcast has a ledger and a worker of its own: ten thousand recipients, then ten
times as many, and so on. Memory is that of the worker with its children (PSS), looked at every
two seconds: as it stands ready, when a tenth has been sent, at the end, and at most. The baseline
is the shortest. A million take some six minutes on each database.

Run: python -m benchmarks.bench_broadcast_memory --database sqlite --rows 1000000
"""

import asyncio
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.instant import TOLD
from benchmarks.machine import family, pss_mb
from benchmarks.report import Column, Report
from benchmarks.stage import (
    CHILDREN,
    DATABASES,
    OURS_FROM,
    Databases,
    options,
    start_broadcast,
    warm,
)
from core.broadcast import Broadcast, BroadcastState
from tests.servers.process import ServerFailed
from tests.servers.program import Program
from tests.servers.stack import UNLIMITED, Stack

FEW, MANY, QUICK = 10_000, 100_000, 20_000
TIMES = 10
LOOK_EVERY_S = 2.0
TELL_EVERY_S = 20.0
ANSWERS_WITHIN_S = 20.0
STUCK_S = 60.0
COLUMNS = (
    Column("a second"),
    Column("ready MB", 1),
    Column("a tenth sent MB", 1),
    Column("all sent MB", 1),
    Column("peak MB", 1),
    Column("MB more than few", 1, at_most=32),
)


@dataclass
class Watch:
    """A worker's memory in MB, and when each figure was taken: so many recipients had ended."""

    pid: int
    samples: list[tuple[int, float]] = field(default_factory=list)

    def look(self, ended: int) -> None:
        self.samples.append((ended, pss_mb(family(self.pid))))

    @property
    def figures(self) -> tuple[float, float, float, float]:
        """Ready, a tenth sent, all sent, at most."""
        everybody, last = self.samples[-1]
        tenth = next(mb for ended, mb in self.samples if ended >= everybody / TIMES)
        return self.samples[0][1], tenth, last, max(mb for _, mb in self.samples)


async def measure(url: str, recipients: int) -> tuple[float, ...]:
    """Recipients a second, and the watch's figures."""
    async with (
        instant() as api,
        Stack(
            concurrency=CHILDREN,
            database_url=url,
            rates=UNLIMITED,
            settings={"TELEGRAM_API_URL": api},
        ) as stack,
    ):
        await warm(stack)
        watch = Watch(stack.running_workers[0].pid)
        watch.look(0)
        chats = range(OURS_FROM, OURS_FROM + recipients)
        began_s = time.monotonic()
        broadcast_id = await start_broadcast(stack, "memory", chats)
        await completed(stack, broadcast_id, watch)
        took_s = time.monotonic() - began_s
    return (recipients / took_s, *watch.figures)


async def completed(stack: Stack, broadcast_id: int, watch: Watch) -> None:
    """Wait for its end; raises ServerFailed where nobody else gets it for a long while."""
    moved_s, told_s, before = time.monotonic(), time.monotonic(), 0
    while True:
        found = await stack.book.ledger.broadcasts.get(broadcast_id)
        now_s, sent = time.monotonic(), found.tally.sent
        watch.look(sent)
        if found.state is BroadcastState.COMPLETED:
            assert sent == found.tally.total
            return
        if sent > before:
            moved_s, before = now_s, sent
        if now_s - moved_s > STUCK_S:
            raise ServerFailed(f"nothing sent for {STUCK_S:.0f} s: {found.tally}")
        if now_s - told_s > TELL_EVERY_S:
            told_s = now_s
            _tell(found, watch)
        await asyncio.sleep(LOOK_EVERY_S)


def _tell(found: Broadcast, watch: Watch) -> None:
    sent, total = found.tally.sent, found.tally.total
    sys.stderr.write(f"{sent:,} of {total:,} sent, {watch.samples[-1][1]:.1f} MB\n")


@asynccontextmanager
async def instant() -> AsyncIterator[str]:
    """The URL of a server that answers at once, while it runs."""
    with tempfile.TemporaryDirectory(prefix="instant-") as folder:
        server = Program("instant", ("benchmarks.instant",), Path(folder), {})
        server.start()
        try:
            await server.logged(f"{TOLD} ", ANSWERS_WITHIN_S)
            yield f"http://127.0.0.1:{int(server.log().removeprefix(TOLD))}"
        finally:
            server.kill()


def sizes(most: int) -> Iterator[int]:
    """Ten times as many each, the last as many as are asked for."""
    size = FEW
    while size < most:
        yield size
        size *= TIMES
    yield most


def main() -> None:
    asked = options(__doc__, MANY)
    report = Report("Memory of a worker with four children during a broadcast", COLUMNS)
    with Databases() as databases:
        for name in asked.databases:
            few = None
            for size in sizes(QUICK if asked.quick else asked.rows):
                figures = asyncio.run(measure(databases.url(name), size))
                told = f"{DATABASES[name]}, {size:,} recipients"
                if few is None:
                    few = figures[-1]
                    report.baseline(told, *figures, None)
                else:
                    report.ours(told, *figures, figures[-1] - few)
    report.show()


if __name__ == "__main__":
    main()
