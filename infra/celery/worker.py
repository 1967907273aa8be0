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
    worker_ready,
)

from infra.celery import runtime as runtimes
from infra.celery.celery_app import settings
from infra.celery.rescue import keep_ticking
from infra.monitoring import metrics, server

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
    settings.token  # noqa: B018 (a worker without a token stops here, in one line)
    for name in HEAVY:
        importlib.import_module(name)
    gc.collect()
    gc.freeze()


@worker_init.connect
def forget_metrics(**_: Any) -> None:
    """What an earlier run has left; a folder that cannot be written is told of, and no more."""
    folder = settings.prometheus_multiproc_dir
    if folder is None:
        return
    try:
        metrics.empty(folder)
    except OSError as error:
        log.warning("PROMETHEUS_MULTIPROC_DIR: no figures can be shown: %s", error)


@worker_ready.connect
def serve_metrics(**_: Any) -> None:
    """Only now: a thread that runs before the pool is forked would be missing in the children."""
    port, folder = settings.metrics_port, settings.prometheus_multiproc_dir
    if not port:
        return
    if folder is None:
        log.warning("METRICS_PORT is set, PROMETHEUS_MULTIPROC_DIR is not: no figures are shown")
        return
    try:
        server.serve(port, folder)
    except (OSError, ValueError) as error:  # the latter: the folder is not there
        log.warning("METRICS_PORT: no figures are shown at port %d: %s", port, error)


@worker_process_init.connect
def start_child(**_: Any) -> None:
    """Each child has an event loop, a ledger and a timer of its own. Must not wait for anything:
    a child that is not up within 4 s is killed.
    """
    die_with_parent(os.getppid())
    if settings.prometheus_multiproc_dir is not None:
        metrics.write_as(settings.prometheus_multiproc_dir, _place)
    runtime = runtimes.current()
    runtime.start(keep_ticking(runtime))


@worker_process_shutdown.connect
def stop_child(**_: Any) -> None:
    runtimes.current().close()


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
