"""send_message_task and scheduled_broadcast, on the caller's side: the ledger first."""

import inspect
import logging
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from celery import uuid
from celery.result import AsyncResult

from core.errors import InvalidInput
from core.message import Message, Request
from infra.celery.dispatch import AHEAD_S, EARLY_S
from infra.celery.handing import priority_of
from infra.celery.requests import (
    broadcast_request,
    chat_list,
    due_time,
    expiry_time,
    message_request,
)
from infra.celery.results import store_pending
from infra.celery.retry import Task
from infra.celery.runtime import current

log = logging.getLogger(__name__)


class SendMessage(Task):
    """The row is written in the caller's process; the task in the broker only carries its news."""

    def apply_async(
        self,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        task_id: str | None = None,
        **options: Any,
    ) -> AsyncResult:
        """Write the message to the ledger, then publish the task if it is due soon.

        `countdown` and `eta` of any length wait in the ledger; what is not sent by `expires`
        (a time, or seconds from now) is not sent at all. Raises InvalidInput and
        LedgerUnavailable; a broker that is down is logged, for the row stands.
        """
        if options.get("retries"):  # Celery's retry of a task whose row could not be written
            return super().apply_async(args, kwargs, task_id=task_id, **options)
        task_id = task_id or uuid()
        due_at = due_time(options.pop("eta", None), options.pop("countdown", None))
        request = self._request(args, kwargs, task_id, due_at, options)
        runtime = current()
        message = runtime.call(runtime.ledger.intake.schedule(request, task_id)).message
        if message.due_at - datetime.now(UTC) > timedelta(seconds=AHEAD_S):
            store_pending(task_id, message)
            return self.AsyncResult(task_id)
        return self._publish(args, kwargs, task_id, message, options)

    def _request(
        self,
        args: Sequence[Any] | None,
        kwargs: Mapping[str, Any] | None,
        task_id: str,
        due_at: datetime | None,
        options: Mapping[str, Any],
    ) -> Request:
        given = _bound(self, args, kwargs)
        settings = current().settings
        request = message_request(
            settings, given["chat_id"], given.get("message"), given["options"], task_id, due_at
        )
        return replace(request, expires_at=expiry_time(options.get("expires"), due_at))

    def _publish(
        self,
        args: Sequence[Any] | None,
        kwargs: Mapping[str, Any] | None,
        task_id: str,
        message: Message,
        options: Mapping[str, Any],
    ) -> AsyncResult:
        eta = message.due_at - timedelta(seconds=EARLY_S)
        settings = current().settings
        at_once = eta <= datetime.now(UTC) or settings.on_rabbitmq
        first = priority_of(settings, post=True)
        try:
            return super().apply_async(
                args,
                kwargs,
                task_id=task_id,
                eta=None if at_once else eta,
                # No second try: the ledger is one, and the caller waits. Nor does Celery need
                # to know when it expires: it would take the task for revoked.
                **{"retry": False, "priority": first, **options, "expires": None},
            )
        except Exception as error:  # whatever the broker's client raises
            log.warning(
                "message %s (task %s) is in the ledger and leaves when the broker is back: %s",
                message.id,
                task_id,
                error,
                extra={"message_id": message.id, "task_id": task_id},
            )
            return self.AsyncResult(task_id)


class ScheduleBroadcast(Task):
    """Bad input is refused in the caller's process, before anything is published."""

    def apply_async(
        self,
        args: Sequence[Any] | None = None,
        kwargs: Mapping[str, Any] | None = None,
        **options: Any,
    ) -> AsyncResult:
        given = _bound(self, args, kwargs)
        chat_list(given["chat_ids"])
        broadcast_request(current().settings, given["message"], given["options"], "-", None)
        if not options.get("retries"):  # by the time of a retry its time may have come
            due_time(given.get("send_at"), None, "send_at")
        return super().apply_async(args, kwargs, **options)


def _bound(
    task: Any, args: Sequence[Any] | None, kwargs: Mapping[str, Any] | None
) -> dict[str, Any]:
    """The arguments by name; raises InvalidInput for too many or too few."""
    try:
        bound = inspect.signature(task.run).bind(*(args or ()), **(kwargs or {}))
    except TypeError as error:
        raise InvalidInput("arguments", str(error), f"see the signature of {task.name}") from None
    return {"options": {}} | bound.arguments
