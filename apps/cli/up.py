"""`up`: everything that AnalyticBot needs, as one group of processes on this machine."""

import asyncio
import contextlib
import os
import signal
import time
from collections.abc import Coroutine
from typing import Any

from apps.cli import prepared
from apps.cli.exits import CommandFailed
from apps.cli.lock import Lock, locked
from apps.cli.serious import serious
from apps.cli.show import plain
from apps.cli.stack import Stack, plan
from apps.cli.supervisor import Child, Supervisor
from apps.cli.welcome import welcome
from core.errors import ConfigurationError
from infra.settings import load_settings

READY_WITHIN_S = 60.0
LOOK_EVERY_S = 1.0
TOLD_A_LOOK = 3
TOLD_CHARACTERS = 200


def up() -> None:
    """Run until Ctrl-C. Raises CommandFailed where it cannot begin."""
    began_s = time.monotonic()
    settings = load_settings(stack=False)
    try:
        with locked(settings.data_dir) as lock:
            asyncio.run(Up(plan(settings), lock, began_s).run())
    except OSError as error:
        raise ConfigurationError(
            f"DATA_DIR: {settings.data_dir} cannot be written ({error.strerror}); "
            "choose another folder"
        ) from None


def say(text: str) -> None:
    """A terminal that has gone away is no reason to end, and none not to end in order."""
    with contextlib.suppress(OSError):
        plain(text)


class Up:
    """One run, from the start of the first program to the end of the last."""

    def __init__(self, stack: Stack, lock: Lock, began_s: float) -> None:
        self._stack, self._lock, self._began_s = stack, lock, began_s
        self._stopped = asyncio.Event()
        self._supervisor = Supervisor(self._tell)

    async def run(self) -> None:
        self._listen()
        self._stack.withdraw()  # what a killed `up` has left
        say(f"Starting AnalyticBot in {self._stack.folder}")
        try:
            await self._unless_stopped(self._start())
            await self._unless_stopped(self._run())
        finally:
            await self._stop()

    async def _start(self) -> None:
        """In parallel as far as can be; Beat late, for its first tick is a minute away."""
        stack, start = self._stack, self._supervisor.start
        first = [start(stack.valkey())] if stack.valkey_port else []
        first += [start(stack.sandbox())] if stack.sandbox_port else []
        async with contextlib.AsyncExitStack() as closing:
            preparation = await prepared.begin(stack)
            closing.push_async_callback(preparation.end)
            # A worker waits for its ledger by itself; only a new file is made before it looks.
            worker = start(stack.worker()) if stack.has_ledger else None
            found = await preparation.result()
            worker = worker or start(stack.worker())
            await asyncio.gather(*map(self._ready, first))
            stack.publish()
            await self._ready(worker)
        last = [start(stack.beat())] + [start(stack.api())] * bool(stack.api_port)
        await asyncio.gather(*map(self._ready, last))
        if stack.settings.bot_enabled:
            # Last, and not waited for: messages leave without it.
            await start(stack.bot()).started()
        self._note()
        with contextlib.suppress(OSError):
            welcome(stack, found, self._supervisor.children, time.monotonic() - self._began_s)

    async def _ready(self, child: Child) -> None:
        if not await child.ready(READY_WITHIN_S):
            self._tell(child.program.name, "is not ready yet; see its log")

    async def _run(self) -> None:
        await asyncio.gather(self._watch(), self._tell_of_bot())

    async def _tell_of_bot(self) -> None:
        bot = self._supervisor.children.get("bot")
        if bot is None:
            return
        try:
            ready = await bot.ready(READY_WITHIN_S)
        except CommandFailed as failed:  # it is started again, and again
            self._tell("bot", str(failed))
        else:
            self._tell("bot", "listens now" if ready else "is not ready yet; see its log")

    async def _watch(self) -> None:
        """Tell what is serious in the logs, and keep them from growing without end."""
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            for name, child in self._supervisor.children.items():
                told = [text for text in map(serious, child.program.log.fresh()) if text]
                for text in told[:TOLD_A_LOOK]:
                    self._tell(name, text[:TOLD_CHARACTERS])
                if len(told) > TOLD_A_LOOK:
                    self._tell(name, f"and {len(told) - TOLD_A_LOOK} more; see its log")
                child.program.log.bound()

    def _tell(self, name: str, text: str) -> None:
        say(f"{time.strftime('%H:%M:%S')}  {name}: {text}")
        self._note()

    def _note(self) -> None:
        """For a second `up` in this folder."""
        children = self._supervisor.children.items()
        running = {name: f"pid {child.pid}{self._stack.at(name)}" for name, child in children}
        self._lock.note({"pid": os.getpid(), "running": running})

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            if number is signal.SIGHUP and signal.getsignal(number) is signal.SIG_IGN:
                continue  # nohup
            loop.add_signal_handler(number, self._stop_asked)

    def _stop_asked(self) -> None:
        if self._stopped.is_set():
            self._supervisor.hurry.set()
        self._stopped.set()

    async def _unless_stopped(self, work: Coroutine[Any, Any, None]) -> None:
        """Do it; give it up when asked to stop."""
        working = asyncio.create_task(work)
        stopped = asyncio.create_task(self._stopped.wait())
        await asyncio.wait({working, stopped}, return_when=asyncio.FIRST_COMPLETED)
        stopped.cancel()
        if not working.done():
            working.cancel()
            await asyncio.wait({working})
        if not working.cancelled():
            working.result()

    async def _stop(self) -> None:
        began_s = time.monotonic()
        if self._supervisor.children:
            say("Stopping; Ctrl-C again to end everything at once")
        self._stack.withdraw()
        await self._supervisor.stop()
        say(f"Stopped in {time.monotonic() - began_s:.1f} s")
