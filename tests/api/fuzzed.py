"""A web in a thread of its own, for those who ask it from outside of any loop."""

import asyncio
import shutil
import threading
from collections.abc import Iterator
from contextlib import AsyncExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from apps.api.routes.openapi import schema_of
from core.channel import Facts
from core.scope import Scope
from sandbox.server import Sandbox
from tests.api.web import BOT_ID, TOKEN, Web, serving, settings_for
from tests.integration.broadcast_bench import BroadcastBench
from tests.integration.conftest import soon

WITHIN_S = 20.0


@dataclass
class Running:
    """`secret` is a key to everything; `schema` what the server says of itself."""

    url: str = ""
    secret: str = ""
    schema: dict[str, Any] = field(default_factory=dict)
    ready: threading.Event = field(default_factory=threading.Event)
    over: threading.Event = field(default_factory=threading.Event)


@contextmanager
def running(ledger: Path, folder: Path, redis_url: str) -> Iterator[Running]:
    """With a Telegram that takes everything, and a little of each noun in the ledger, numbered
    from 1 on.
    """
    known = Running()
    file = Path(shutil.copy(ledger, folder / "ledger.db"))
    work = _serve(known, f"sqlite:///{file}", folder, redis_url)
    thread = threading.Thread(target=asyncio.run, args=(work,))
    thread.start()
    try:
        assert known.ready.wait(WITHIN_S), "the web did not start"
        yield known
    finally:
        known.over.set()
        thread.join()


async def _serve(known: Running, ledger_url: str, folder: Path, redis_url: str) -> None:
    async with AsyncExitStack() as stack:
        sandbox = Sandbox(rate=0, chat_rate=0, group_rate=0, token=TOKEN)
        telegram = await stack.enter_async_context(sandbox)
        more = {"telegram_api_url": telegram.url, "data_dir": folder}
        web = await stack.enter_async_context(serving(settings_for(ledger_url, redis_url, **more)))
        await _fill(web)
        _, known.secret = await web.office.keys.make("fuzz", Scope.ADMIN, None)
        known.url = web.url
        known.schema = schema_of(web.server.config.app)  # type: ignore[arg-type]
        known.ready.set()
        await asyncio.to_thread(known.over.wait)


async def _fill(web: Web) -> None:
    bench = BroadcastBench(web.office.database, BOT_ID)
    await bench.schedule("later", due_at=soon(3600))
    await bench.schedule("now")
    await bench.draft(3)
    await web.office.channels.add(Facts("-1001", "channel", "News", "our_news", 12))
