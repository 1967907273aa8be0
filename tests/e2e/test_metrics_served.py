"""A worker's /metrics: what its children have sampled, and those that come after them."""

import asyncio
import re
import signal
import time
import urllib.request
from datetime import UTC, datetime, timedelta

import psutil
from sqlalchemy import update

from infra.db.tables import messages
from tests.servers.process import ServerFailed, free_port
from tests.servers.stack import Stack

SHOWN_WITHIN_S = 30.0
POLL_S = 0.1
WAITS = 'analyticbot_messages{{state="waiting"}} {}.0'
ENDED = 'analyticbot_messages_ended_total{reason="blocked",state="failed"} 1.0'
IDLE = 'analyticbot_queue_depth{queue="messages"} 0.0'
KINDS = ("gauge_mostrecent", "counter")
PERIODIC = {"BEAT_UPDATE_PROMETHEUS_METRICS": "0.5"}


async def test_figures_sampled_by_children_are_served_by_their_parent() -> None:
    port = free_port()
    stack = Stack(workers=0, settings={**PERIODIC, "METRICS_PORT": str(port)})
    stack.settings["PROMETHEUS_MULTIPROC_DIR"] = str(stack.folder / "metrics")
    async with stack:
        await one_that_ended(stack)
        await stack.book.schedule("tomorrow", in_s=86_400)
        worker = stack.spawn_worker()
        stack.spawn_beat()
        told = await shown(port, WAITS.format(1), ENDED, IDLE)
        assert re.search(r"^# HELP analyticbot_oldest_due_seconds \w", told, re.MULTILINE)
        # Others take their places, forked beside the thread that serves.
        for child in psutil.Process(worker.pid).children():
            child.send_signal(signal.SIGKILL)
        await stack.book.schedule("the day after", in_s=2 * 86_400)
        await shown(port, WAITS.format(2), ENDED, IDLE)
        left = {file.name for file in (stack.folder / "metrics").iterdir()}
        places = {f"{kind}_{worker.pid}-{place}.db" for kind in KINDS for place in (0, 1)}
        assert left <= places, "who took their places left their files behind"


async def one_that_ended(stack: Stack) -> None:
    """Two minutes ago: what ended just now is counted a minute later."""
    ended = await stack.book.schedule("ended", in_s=3600)
    ended_at = datetime.now(UTC) - timedelta(minutes=2)
    values = {"state": "failed", "reason": "blocked", "ended_at": ended_at}
    async with stack.book.ledger.database.writing() as connection:
        await connection.execute(update(messages).where(messages.c.id == ended.id).values(values))


async def shown(port: int, *lines: str) -> str:
    """All that is served, once it has these lines."""
    give_up_at, told = time.monotonic() + SHOWN_WITHIN_S, ""
    while time.monotonic() < give_up_at:
        told = await asyncio.to_thread(scrape, port)
        if set(lines) <= set(told.splitlines()):
            return told
        await asyncio.sleep(POLL_S)
    raise ServerFailed(f"not {lines} within {SHOWN_WITHIN_S:.0f} s:\n{told}")


def scrape(port: int) -> str:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics", timeout=5) as answer:
            return str(answer.read().decode())
    except OSError:  # it does not listen yet
        return ""
