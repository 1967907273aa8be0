"""Tasks that fail for good are noted in the ledger."""

import logging
from typing import Any

from celery.exceptions import Ignore, Reject, Retry
from celery.signals import task_failure, task_internal_error, worker_init, worker_process_init

from infra.celery import runtime as runtimes
from infra.celery.celery_app import celery_app, settings
from infra.celery.schedule import NOTE_FAILURE
from infra.db.failures import Failures
from infra.redaction import one_line

log = logging.getLogger(__name__)

NO_FAILURES = (Ignore, Reject, Retry)


@worker_init.connect
def watch_children(**_: Any) -> None:
    """The parent hears of tasks whose child was killed. It must not open the ledger: it forks."""
    task_failure.connect(hand_on)


@worker_process_init.connect
def watch_tasks(**_: Any) -> None:
    task_failure.disconnect(hand_on)
    task_failure.connect(note)
    task_internal_error.connect(note)


def note(sender: Any, task_id: str, exception: BaseException, **_: Any) -> None:
    """A failure in this process. What a task declares in `throws` is its message's end."""
    if not isinstance(exception, (*NO_FAILURES, *(sender.throws or ()))):
        runtimes.current().leave(_add(sender.name, task_id, _told(exception)))


def hand_on(sender: Any, task_id: str, exception: BaseException, **_: Any) -> None:
    """To a child: any of them will do."""
    try:
        args = (sender.name, task_id, _told(exception))
        celery_app.send_task(NOTE_FAILURE, args, retry=False)
    except Exception as trouble:  # whatever the broker's client raises
        _not_noted(sender.name, task_id, trouble)


def _told(error: BaseException) -> str:
    return one_line(f"{type(error).__name__}: {error}", settings)


@celery_app.task(name=NOTE_FAILURE)
def note_failure(task: str, task_id: str, error: str) -> None:
    """Of a task whose own process was killed."""
    runtimes.current().call(_add(task, task_id, error))


async def _add(task: str, task_id: str, error: str) -> None:
    try:
        ledger = runtimes.current().ledger
        await Failures(ledger.database, ledger.bot_id).add(task, task_id, error)
    except Exception as trouble:  # the task's own error is in the log already
        _not_noted(task, task_id, trouble)


def _not_noted(task: str, task_id: str, trouble: Exception) -> None:
    told = one_line(trouble, settings)
    about = {"task": task, "task_id": task_id}
    log.warning("the failure of %s [%s] is not in the ledger: %s", task, task_id, told, extra=about)
