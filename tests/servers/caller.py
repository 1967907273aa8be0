"""A program of a user's: a process that calls tasks, asked from here line by line."""

import asyncio
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.servers.nursery import ROOT
from tests.servers.process import ServerFailed
from tests.servers.spoken import Spoken

START_WITHIN_S = 30.0


class CallFailed(Exception):
    """What the call raised there; `kind` is the name of its class."""

    def __init__(self, kind: str, text: str) -> None:
        self.kind, self.text = kind, text
        super().__init__(f"{kind}: {text}")


class Caller:
    """`took_s` tells how long the last call took, in its own process. Asked by one at a time."""

    def __init__(self, name: str, folder: Path, environment: Mapping[str, str]) -> None:
        self.name, self.took_s = name, 0.0
        self._log = folder / f"{name}.log"
        told = {"PATH": os.environ["PATH"], "PYTHONPATH": str(ROOT), **environment}
        with self._log.open("ab") as log:
            self._process = Spoken("tests.servers.calls", folder, told, log)

    async def ready(self) -> None:
        await self._bounded(self._read, START_WITHIN_S)

    async def delay(self, *args: Any, **kwargs: Any) -> str:
        """`send_message_task.delay(…)`; the task's id."""
        return await self.apply(list(args), kwargs)

    async def apply(
        self,
        args: list[Any],
        kwargs: Mapping[str, Any] | None = None,
        task: str = "send_message_task",
        **options: Any,
    ) -> str:
        """`task.apply_async(args, kwargs, **options)`; the task's id."""
        given = dict(kwargs or {})
        return str(await self._ask(do="apply", task=task, args=args, kwargs=given, options=options))

    async def send_task(
        self, args: list[Any], task: str = "send_message_task", **options: Any
    ) -> str:
        """By its name, past our code."""
        call: dict[str, Any] = {"task": task, "args": args, "kwargs": {}, "options": options}
        return str(await self._ask(do="send_task", **call))

    async def get(self, task_id: str, within_s: float = 20.0) -> Any:
        """The task's result; raises CallFailed for what it raised."""
        return await self._ask(within_s + 10, do="get", task_id=task_id, timeout=within_s)

    async def state(self, task_id: str) -> dict[str, str]:
        """{state, info (its repr), text}"""
        told: dict[str, str] = await self._ask(do="state", task_id=task_id)
        return told

    def close(self) -> None:
        self._process.close()

    def tail(self) -> str:
        log = self._log.read_text(errors="replace")
        return f"--- {self.name}, its log ends:\n{log[-3000:]}"

    async def _ask(self, within_s: float = 60.0, **call: Any) -> Any:
        def ask() -> dict[str, Any]:
            self._process.say(call)
            return self._read()

        told = await self._bounded(ask, within_s)
        self.took_s = told["took_s"]
        if "error" in told:
            raise CallFailed(told["error"], told["text"])
        return told["answer"]

    def _read(self) -> dict[str, Any]:
        told: dict[str, Any] | None = self._process.heard()
        if told is None:
            raise ServerFailed(f"{self.name} has ended\n{self.tail()}")
        return told

    async def _bounded(self, work: Any, within_s: float) -> dict[str, Any]:
        try:
            told: dict[str, Any] = await asyncio.wait_for(asyncio.to_thread(work), within_s)
        except TimeoutError:
            self._process.kill()  # lets the thread go that reads from it
            raise ServerFailed(f"{self.name} does not answer\n{self.tail()}") from None
        return told
