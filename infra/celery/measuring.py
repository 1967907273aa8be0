"""A worker's figures: who counts what, and where they are shown."""

import logging
import os
import time
from functools import partial
from typing import Any

from celery import states
from celery.signals import (
    task_failure,
    task_internal_error,
    task_postrun,
    task_prerun,
    task_revoked,
    task_success,
    worker_init,
    worker_ready,
)

from infra.celery.answering import Answering, Forks
from infra.celery.celery_app import celery_app, settings
from infra.celery.runtime import Runtime
from infra.monitoring import metrics, server
from infra.monitoring.instruments import Runs, Sends

log = logging.getLogger(__name__)

ENDS = {
    states.FAILURE: "failed",
    states.RETRY: "retried",
    states.IGNORED: "ignored",
    states.REJECTED: "rejected",
}
"""What the end of a run is called; success is told apart, once its result is stored."""


class Watch:
    """Hears of the tasks that run in this child, one at a time."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs
        self._began_s: dict[str, float] = {}

    def connect(self) -> None:
        task_prerun.connect(self.begins, weak=False)
        task_success.connect(self.succeeded, weak=False)
        task_postrun.connect(self.ends, weak=False)
        task_internal_error.connect(self.broke, weak=False)

    def begins(self, task_id: str, **_: Any) -> None:
        self._began_s[task_id] = time.monotonic()

    def succeeded(self, sender: Any, **_: Any) -> None:
        self._runs.ended(sender.name, "succeeded")

    def ends(self, sender: Any, task_id: str, state: str | None, **_: Any) -> None:
        began_s = self._began_s.pop(task_id, None)
        if began_s is not None:
            self._runs.ran(sender.name, time.monotonic() - began_s)
        if state in ENDS:
            self._runs.ended(sender.name, ENDS[state])

    def broke(self, sender: Any, **_: Any) -> None:
        """Around the task's body: its result could not be stored, for one."""
        self._runs.ended(sender.name, "failed")


class Guard:
    """Hears in the parent of what a child cannot tell: it was killed, or never had the task."""

    def __init__(self, runs: Runs) -> None:
        self._runs = runs

    def connect(self) -> None:
        task_failure.connect(self.lost, weak=False, dispatch_uid="lost")
        task_revoked.connect(self.revoked, weak=False, dispatch_uid="revoked")

    def lost(self, sender: Any, **_: Any) -> None:
        self._runs.ended(sender.name, "failed")

    def revoked(self, sender: Any, **_: Any) -> None:
        """Terminated, expired, or revoked before it began."""
        self._runs.ended(sender.name, "revoked")


@worker_init.connect
def begin_parent(**_: Any) -> None:
    """Forget what an earlier run has left; a folder that cannot be written is told of, and no
    more.
    """
    folder = settings.prometheus_multiproc_dir
    if folder is None:
        return
    try:
        metrics.empty(folder)
        metrics.write_as(folder, f"{os.getpid()}-parent")
        Guard(_runs()).connect()
    except OSError as error:
        log.warning("PROMETHEUS_MULTIPROC_DIR: no figures can be shown: %s", error)


def begin_child(runtime: Runtime, place: str) -> None:
    """`place` is the child's in its worker, which its successor takes when it ends."""
    folder = settings.prometheus_multiproc_dir
    if folder is None:
        return
    task_failure.disconnect(dispatch_uid="lost")
    task_revoked.disconnect(dispatch_uid="revoked")
    try:
        metrics.write_as(folder, place)
        metrics.begin()
        runtime.observer = Sends()
        Watch(_runs()).connect()
    except OSError as error:  # the parent has told of it
        log.debug("no figures are written: %s", error)


def end_child(runtime: Runtime) -> None:
    """To be called once nothing runs in it any more."""
    if isinstance(runtime.observer, Sends):
        runtime.observer.pour()


@worker_ready.connect
def serve(sender: Any, **_: Any) -> None:
    """Only now: a thread that runs before the pool is forked would be missing in the children."""
    folder = settings.prometheus_multiproc_dir
    if not settings.metrics_port:
        return
    if folder is None:
        log.warning("METRICS_PORT is set, PROMETHEUS_MULTIPROC_DIR is not: no figures are shown")
    render = partial(metrics.rendered, folder) if folder is not None else bytes
    server.serve_as_set(settings, render, Answering(sender.hostname, Forks()).reason)


def _runs() -> Runs:
    ours = [name for name in celery_app.tasks if not name.startswith("celery.")]
    return Runs(sorted(ours))
