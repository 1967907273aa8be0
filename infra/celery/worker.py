"""What happens in a worker when it starts, forks and ends."""

import ctypes
import gc
import importlib
import logging
import os
import signal
import sys
from typing import Any

from billiard import current_process
from celery.signals import (
    worker_init,
    worker_process_init,
    worker_process_shutdown,
)

from core.errors import ConfigurationError
from infra.celery import measuring
from infra.celery import runtime as runtimes
from infra.celery.celery_app import settings
from infra.celery.rescue import keep_ticking

log = logging.getLogger(__name__)

HEAVY = (
    "sqlalchemy.ext.asyncio",
    "asyncpg",
    "aiosqlite",
    "aiohttp",
    "httptools",
    "redis.asyncio",
    "uvloop",
)
PR_SET_PDEATHSIG = 1


@worker_init.connect
def share_memory(**_: Any) -> None:
    """Import once what every child needs, and keep the collector from touching those pages."""
    _need_token()
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


def _need_token() -> None:
    """End the worker in one line where there is none: Celery would log any error, and go on."""
    try:
        settings.token  # noqa: B018 (to ask is to know)
    except ConfigurationError as error:
        raise SystemExit(f"analyticbot: {error}") from None


@worker_process_init.connect
def start_child(**_: Any) -> None:
    """Each child has an event loop, a ledger and a timer of its own. Must not wait for anything:
    a child that is not up within 4 s is killed.
    """
    die_with_parent(os.getppid())
    runtime = runtimes.current()
    measuring.begin_child(runtime, _place())
    runtime.start(keep_ticking(runtime))


@worker_process_shutdown.connect
def stop_child(**_: Any) -> None:
    runtime = runtimes.current()
    runtime.close()
    measuring.end_child(runtime)


def _place() -> str:
    """The child's place in its worker, which its successor takes when it ends."""
    return f"{os.getppid()}-{current_process().index}"


def die_with_parent(parent: int) -> None:
    """A worker that is killed must not leave children that go on without it."""
    if sys.platform != "linux":
        return
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it died before the kernel was told
        os.kill(os.getpid(), signal.SIGKILL)
