"""How long the overview and the calendar take over a million messages, on one process.

A broadcast that has ended today, and posts of this month, half of them on one day. Each page is
asked for over HTTP, one request after the other. Run: python -m benchmarks pages
"""

import argparse
import asyncio
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from datetime import UTC, datetime, timedelta

from benchmarks.bench_plans import urls, written_out
from benchmarks.report import Column, Report
from core.person import Role
from infra.celery.figures import SETTLED, Sampler
from infra.db import schema
from infra.db.accounts import Accounts
from infra.db.engine import Database
from infra.db.login_links import LoginLinks
from infra.db.maintenance import Maintenance
from infra.db.metrics import Metrics
from tests.api.web import BOT_ID, TOKEN, Asker

MESSAGES = 1_000_000
POSTS = 0.1
REQUESTS = 200
ENDED_WITHIN_H = 16
EVENING = 20
SPAN = timedelta(days=42)
READY_S = 20.0
COLUMNS = (
    "bot_id, content, cost, wanted_at, turn_at, due_at, created_at, attempts, max_attempts, "
    "hidden, on_uncertain, broadcast_id, lane, chat_id, key, state, sent_at, ended_at"
)
CONTENT = '{"method": "sendMessage", "params": {"text": "What happened today, and what did not."}}'
STARTS = (
    "INSERT INTO broadcasts (id, bot_id, key, fingerprint, content, name, state, total, wanted_at, "
    "created_at, started_at, ended_at, built_at) VALUES (1, {bot}, 'b', 'f', '{content}', "
    "'To all', 'completed', {count}, {began}, {began}, {began}, {now}, {began})"
)


class Filling:
    """Rows written by the server itself; moments are seconds from now."""

    def __init__(self, database: Database) -> None:
        self._database, self._is_sqlite = database, database.dialect == "sqlite"

    async def fill(self, count: int) -> None:
        posts, recipients = round(count * POSTS), round(count * (1 - POSTS))
        began_s = -ENDED_WITHIN_H * 3600
        span_s = -began_s - 10
        began, now = self._at(str(began_s)), self._at("0")
        values = {"bot": BOT_ID, "content": CONTENT, "count": recipients}
        await self._run(STARTS.format(**values, began=began, now=now))
        ended = f"{began_s} + n * {span_s / recipients!r}"
        await self._rows(recipients, "sent", f"{began_s}", ended, 1, "NULL")
        month = "(n % 27) * 86400.0 - 1123200 + n * 0.7"
        past, half = posts // 4, posts // 2
        await self._rows(past, "sent", f"-3600.0 * 24 - n * {1e6 / past!r}", None, 0, "'past' || n")
        await self._rows(
            posts - past - half, "scheduled", f"{month} + 1200000", None, 0, "'m' || n"
        )
        await self._rows(half, "scheduled", f"{26 * 3600} + n * 0.4", None, 0, "'day' || n")

    async def _rows(
        self, count: int, state: str, wanted: str, ended: str | None, broadcast_id: int, key: str
    ) -> None:
        at, over = self._at(wanted), self._at(ended or wanted) if state == "sent" else "NULL"
        values = (
            f"{BOT_ID}, '{CONTENT}', 1, {at}, {at}, {at}, {at}, 1, 6, 0, 'park', "
            f"{broadcast_id}, 0, '' || (n + 1000), {key}, '{state}', {over}, {over}"
        )
        numbers = f"SELECT {values} FROM generate_series(1, {count}) AS n"
        if self._is_sqlite:
            upwards = f"SELECT 1 UNION ALL SELECT n + 1 FROM s WHERE n < {count}"
            numbers = f"WITH s(n) AS ({upwards}) SELECT {values} FROM s"
        await self._run(f"INSERT INTO messages ({COLUMNS}) {numbers}")

    def _at(self, seconds: str) -> str:
        if self._is_sqlite:
            return f"CAST(utc_now() + ({seconds}) * 1000000 AS INTEGER)"
        return f"now() + ({seconds}) * interval '1 second'"

    async def _run(self, sql: str) -> None:
        async with self._database.writing() as connection:
            await connection.exec_driver_sql(sql)


async def prepared(url: str, count: int) -> str:
    """A ledger as it is in the evening of such a day; the code that logs its owner in."""
    database = Database(url)
    await schema.migrate(database)
    await Filling(database).fill(count)
    await Maintenance(database, BOT_ID).analyse()
    await _count(database)
    accounts = Accounts(database, BOT_ID)
    owner = await accounts.create("owner", Role.OWNER)
    await accounts.choose_zone(owner.id, _zone_of_evening(datetime.now(UTC)))
    code = await LoginLinks(database, BOT_ID).make(owner.id, 3600)
    if database.dialect == "postgresql":
        async with database.outside() as connection:
            await connection.exec_driver_sql("VACUUM messages")
    await written_out(database)
    await database.close()
    return code


async def _count(database: Database) -> None:
    """As workers have done it by then, every five minutes."""
    sampler = Sampler(database, BOT_ID, 30, lambda _: None)
    until = datetime.now(UTC) - SETTLED
    since = until - timedelta(hours=ENDED_WITHIN_H + 1)
    while await Metrics(database, BOT_ID).sampled_until(since) < until:
        await sampler.count(until)


def _zone_of_evening(now: datetime) -> str:
    """Where it is evening, so that the broadcast has ended today there."""
    ahead = (EVENING - now.hour + 9) % 24 - 9
    return f"Etc/GMT{-ahead:+d}"


@contextmanager
def serving(url: str) -> Iterator[str]:
    """A process of the web over this ledger; where it listens."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        port = listening.getsockname()[1]
    with tempfile.TemporaryDirectory() as folder:
        settings = {
            "BOT_TOKEN": TOKEN,
            "DATABASE_URL": url,
            "REDIS_URL": "redis://127.0.0.1:1/0",
            "TELEGRAM_API_URL": "http://127.0.0.1:1",
            "DATA_DIR": folder,
            "API_PORT": str(port),
        }
        with subprocess.Popen([sys.executable, "-m", "apps.api"], env=os.environ | settings) as web:
            try:
                yield f"http://127.0.0.1:{port}"
            finally:
                web.terminate()


@asynccontextmanager
async def logged_in(url: str, code: str) -> AsyncIterator[Asker]:
    async with Asker(url) as asker:
        ready_by_s = time.monotonic() + READY_S
        while True:
            try:
                answer = await asker.post(f"/login/{code}")
                break
            except OSError:
                if time.monotonic() > ready_by_s:
                    raise
                await asyncio.sleep(0.05)
        assert answer.status == 303, answer.text
        yield asker


async def times_ms(asker: Asker, path: str, requests: int) -> list[float]:
    took: list[float] = []
    for _ in range(requests):
        began_s = time.perf_counter()
        answer = await asker.get(path)
        took.append((time.perf_counter() - began_s) * 1000)
        assert answer.status == 200, answer.text
    return took


async def measure(url: str, code: str, requests: int) -> dict[str, tuple[float, float]]:
    """By page, the median and the 99th percentile in ms."""
    first = datetime.now(UTC).date() - SPAN / 2
    found = {}
    async with logged_in(url, code) as asker:
        for name, path in {
            "login": "/login",
            "overview": "/",
            "calendar": f"/api/v1/calendar?since={first}&until={first + SPAN}",
        }.items():
            await asker.get(path)
            took = await times_ms(asker, path, requests)
            found[name] = (statistics.median(took), statistics.quantiles(took, n=100)[98])
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="20,000 messages")
    parser.add_argument("--messages", type=int, default=MESSAGES)
    asked = parser.parse_args()
    count, requests = (20_000, 30) if asked.quick else (asked.messages, REQUESTS)
    columns = [Column("overview, ms", 1, 50), Column("p99", 1), Column("calendar, ms", 1, 100)]
    report = Report(f"Pages over {count:,} messages", [*columns, Column("p99 ", 1)])
    with urls() as found:
        for name, make_url in found.items():
            _one(report, name, make_url, count, requests)
    report.show()


def _one(
    report: Report, name: str, make_url: Callable[[int], str], count: int, requests: int
) -> None:
    url = make_url(count)
    code = asyncio.run(prepared(url, count))
    with serving(url) as web:
        took = asyncio.run(measure(web, code, requests))
    report.baseline(f"{name}, login page", *took["login"], *took["login"])
    report.ours(f"{name}, {count:,} messages", *took["overview"], *took["calendar"])


if __name__ == "__main__":
    main()
