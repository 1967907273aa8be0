"""Settings for a system with something wrong in it, and what a check finds there."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from core.health import Health, Part
from infra.celery.checkup import Checkup
from infra.celery.health import check
from infra.celery.runtime import Runtime
from infra.settings import Settings

TOKEN = "42:token-of-ours"
PASSWORD = "hush-hush"


def settings(folder: Path, **values: Any) -> Settings:
    """Everything in this folder; what is not given is where nothing listens."""
    by_default: dict[str, Any] = {
        "bot_token": TOKEN,
        "data_dir": folder,
        "redis_url": "redis://127.0.0.1:1/0",
        "telegram_api_url": "http://127.0.0.1:1",
    }
    return Settings(_env_file=None, **(by_default | values))


async def look(given: Settings) -> dict[str, Part]:
    """The parts, by their names, and no more: nothing is kept."""
    checkup = Checkup(given, time.monotonic)
    try:
        return {part.name: part for part in await checkup.parts()}
    finally:
        await checkup.close()


async def checked(given: Settings) -> Health:
    """A check as any process makes it: kept, and told."""
    runtime = Runtime(given)
    try:
        return await check(runtime)
    finally:
        runtime.close()


@contextmanager
def silent_server() -> Iterator[str]:
    """Takes connections, and never says a word on them."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(8)
        yield f"http://127.0.0.1:{server.getsockname()[1]}"


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[bool]:
    """Whether there is one at the folder: only root may mount."""
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(folder)]
    mounted = os.geteuid() == 0 and not subprocess.run(mount, check=False).returncode
    try:
        yield mounted
    finally:
        if mounted:
            subprocess.run(["umount", "--lazy", str(folder)], check=True)
