"""`analyticbot up` as a process, for the tests of what it starts."""

import contextlib
import json
import os
import re
import signal
import time
import urllib.request
from pathlib import Path
from typing import Any, Self

import psutil
from dotenv import dotenv_values

from tests.servers.command_line import environment
from tests.servers.nursery import PYTHON, begun

READY_WITHIN_S = 60.0


class Up:
    """Runs in the folder; its ports are any free ones. What is left of it is killed at the end."""

    def __init__(self, folder: Path, **more: str) -> None:
        ports = {"VALKEY_PORT": "0", "SANDBOX_PORT": "0", "WORKER_CONCURRENCY": "2"}
        # They take seconds of CPU to start: only who talks to them wants them.
        quiet = {"BOT_ENABLED": "false", "API_ENABLED": "false", "API_PORT": "0"}
        self._environment = environment(folder, **{**ports, **quiet, **more})
        self.folder = folder
        self.told = ""
        self._seen: set[psutil.Process] = set()

    def start(self) -> None:
        """Returns once everything runs."""
        ours, theirs = os.pipe()
        self._lines = os.fdopen(ours)
        with os.fdopen(theirs, "wb") as out, Path(os.devnull).open("rb") as nothing:
            command, streams = [*PYTHON, "apps.cli", "up"], (nothing, out, out)
            self.process = begun(command, self.folder, self._environment, streams)
        self.until_told("Ready after")

    def until_told(self, *texts: str) -> None:
        """Waits for new lines with these texts in them, in any order; all lines are in `told`."""
        missing = set(texts)
        while missing:
            line = self._lines.readline()
            self.told += line
            assert line, f"`up` ended without a word of {missing}:\n{self.told}"
            missing = {text for text in missing if text not in line}

    def pid_of(self, name: str) -> int:
        """Of one of its programs, as its notes tell it."""
        running = json.loads((self.folder / "var" / "up.json").read_text())["running"]
        found = re.search(r"pid (\d+)", running[name])
        assert found is not None
        return int(found[1])

    def programs(self) -> set[psutil.Process]:
        """All its descendants; remembered for `left`."""
        self._seen |= set(psutil.Process(self.process.pid).children(recursive=True))
        return set(self._seen)

    def left(self, within_s: float = 5.0) -> set[psutil.Process]:
        """Which of those once seen still run, if any do after that time."""
        _, alive = psutil.wait_procs(self._seen, timeout=within_s)
        return set(alive)

    def end(self, how: signal.Signals) -> tuple[int, float]:
        """Its exit code, and the seconds it took."""
        began_s = time.monotonic()
        os.kill(self.process.pid, how)
        with self._lines:
            self.told += self._lines.read()
        return self.process.wait(), time.monotonic() - began_s

    @property
    def stack(self) -> dict[str, str]:
        """What other shells find."""
        found = dotenv_values(self.folder / "var" / "stack.env")
        return {name: value or "" for name, value in found.items()}

    def receipts(self, chat: int, count: int = 1, wait_s: float = 20.0) -> list[dict[str, Any]]:
        """What the sandbox accepted for the chat, once there are `count`."""
        query = f"chat={chat}&count={count}&wait_s={wait_s}"
        url = f"{self.stack['TELEGRAM_API_URL']}/admin/receipts?{query}"
        with urllib.request.urlopen(url) as answer:
            found: list[dict[str, Any]] = json.load(answer)["receipts"]
            return found

    def asked(self, what: str, **body: Any) -> Any:
        """The sandbox's admin API: POST where there is a body."""
        url = f"{self.stack['TELEGRAM_API_URL']}/admin/{what}"
        data = json.dumps(body).encode() if body else None
        with urllib.request.urlopen(urllib.request.Request(url, data)) as answer:
            return json.load(answer)

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.returncode is None:
            with contextlib.suppress(psutil.NoSuchProcess):
                self.programs()
            self.end(signal.SIGKILL)
        self.left()
