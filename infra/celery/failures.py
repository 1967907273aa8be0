"""Tasks that fail for good are noted in the ledger."""

import logging
import os
from typing import Any

from celery.exceptions import Ignore, Reject, Retry
from celery.signals import task_failure, task_internal_error, worker_init

from infra.celery import runtime as runtimes
from infra.celery.celery_app import celery_app, settings
from infra.celery.schedule import NOTE_FAILURE
from infra.db.failures import Failures
from infra.redaction import one_line

log = logging.getLogger(__name__)

NO_FAILURES = (Ignore, Reject, Retry)

_parent = 0


@worker_init.connect
def remember_parent(**_: Any) -> None:
    """The parent forks children: it must not open the ledger, nor have threads."""
    global _parent
    _parent = os.getpid()


@task_failure.connect
@task_internal_error.connect
def note(sender: Any, task_id: str, exception: BaseException, **_: Any) -> None:
    """What a task declares in `throws` is a message's end, and told there."""
    throws = getattr(sender, "throws", None) or ()
    if isinstance(exception, (*NO_FAILURES, *throws)):
        return
    error = one_line(f"{type(exception).__name__}: {exception}", settings)
    if os.getpid() == _parent:  # the child that ran it was killed
        _hand_to_a_child(sender.name, task_id, error)
    else:
        runtimes.current().leave(_add(sender.name, task_id, error))


@celery_app.task(name=NOTE_FAILURE)
def note_failure(task: str, task_id: str, error: str) -> None:
    """Of a task whose own process was killed."""
    runtimes.current().call(_add(task, task_id, error))


def _hand_to_a_child(task: str, task_id: str, error: str) -> None:
    try:
        celery_app.send_task(NOTE_FAILURE, (task, task_id, error), retry=False)
    except Exception as trouble:  # whatever the broker's client raises
        _not_noted(task, task_id, trouble)


async def _add(task: str, task_id: str, error: str) -> None:
    try:
        ledger = runtimes.current().ledger
        await Failures(ledger.database, ledger.bot_id).add(task, task_id, error)
    except Exception as trouble:  # the task's own error is in the log already
        _not_noted(task, task_id, trouble)


def _not_noted(task: str, task_id: str, trouble: Exception) -> None:
    told = one_line(trouble, settings)
    log.warning("the failure of %s [%s] is not in the ledger: %s", task, task_id, told)
