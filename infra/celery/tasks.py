"""The tasks that programs call by name, and the one that delivers for all of them."""

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from celery.exceptions import Ignore

from core.message import FINAL, POSTS, Message, Request, State
from infra.celery.analytics import process_channel
from infra.celery.broadcasting import complete
from infra.celery.celery_app import celery_app, settings
from infra.celery.decorators import critical_message_task, enhanced_retry_task
from infra.celery.dispatch import dispatch, tell
from infra.celery.health import check_celery_health
from infra.celery.housekeeping import remove_old
from infra.celery.importing import take_in
from infra.celery.requests import broadcast_request, chat_list, due_time, message_request
from infra.celery.results import error_of, result_of, store_pending
from infra.celery.runtime import Runtime, current
from infra.celery.sending import ScheduleBroadcast, SendMessage
from infra.log_ids import also_about

log = logging.getLogger(__name__)

# A message due later than this is left to dispatch: its child is of more use to others.
SOON_S = 0.5
AT_ONCE = "infra.celery.at_once:AtOnce"


@critical_message_task(base=SendMessage, bind=True, Request=AT_ONCE)
def send_message_task(
    self: Any, chat_id: int | str, message: str | None = None, **options: Any
) -> dict[str, Any]:
    """Send one message, now or at its `eta`, and return how it ended.

    `options` are Telegram's own (parse_mode, reply_markup, photo, media …), besides
    `idempotency_key` (the task's id by default) and `on_uncertain` ("resend" or "park").
    Returns {id, state, chat_id, message_id, message_ids, attempts, sent_at, late_ms}.
    Raises InvalidInput for bad input, and MessageNotDelivered's kinds for a message that
    ended unsent.
    """
    runtime, task_id = current(), self.request.id
    # The caller's process has written the row, unless the task was sent by its name.
    due_at, expires_at = _utc(self.request.eta), _utc(self.request.expires)
    request = message_request(runtime.settings, chat_id, message, options, task_id, due_at)
    request = replace(request, expires_at=expires_at)
    found = runtime.call(_deliver_now(runtime, request))
    also_about(message_id=found.id)
    if found.state not in FINAL:
        found = _leave_to_others(runtime, task_id, found)
    if found.state is not State.SENT:
        raise error_of(found)
    return result_of(found)


@enhanced_retry_task(base=ScheduleBroadcast, bind=True, ignore_result=False)
def scheduled_broadcast(
    self: Any,
    message: str | None,
    chat_ids: Sequence[int | str],
    send_at: datetime | str | None = None,
    **options: Any,
) -> dict[str, Any]:
    """Schedule one message for each chat, each chat once; never waits for the sends.

    `send_at` is a time with a zone (datetime or ISO 8601); `options` are send_message_task's.
    Called again with the same `idempotency_key` (the task's id by default) it goes on, unless it
    was cancelled; raises TransitionRefused where messages of it have been removed as old.
    Returns {broadcast_id, total, created}: chats, and rows that this call made.
    """
    runtime = current()
    # Its time may have passed in the queue; the caller's was checked before it was published.
    due_at = due_time(send_at, None, "send_at", past=True)
    request = broadcast_request(runtime.settings, message, options, self.request.id, due_at)
    return runtime.call(_schedule_broadcast(runtime, request, chat_list(chat_ids)))


@enhanced_retry_task(ignore_result=False)
def process_analytics(channel_id: int | str, before: int | None = None) -> dict[str, Any]:
    """Read a channel's facts and its posts' views into samples.

    `channel_id` is "-100…" or "@name"; one that is not known yet is added. One page of posts,
    about 20, is read: the newest, or those older than the message `before`. Where older ones are
    due they are left to a task of their own. Returns what infra.celery.analytics tells.
    """
    runtime = current()
    return runtime.call(process_channel(runtime, channel_id, before))


@enhanced_retry_task(ignore_result=False)
def health_check_task() -> dict[str, Any]:
    """Look at every part of the system, and keep what was found.

    Succeeds whatever it finds: its result says how everything fares, as `check_celery_health`.
    """
    return check_celery_health()


@enhanced_retry_task(ignore_result=False)
def cleanup_old_data(days: int = settings.keep_days) -> dict[str, Any]:
    """Remove what ended more than `days` ago; never what is still to be sent.

    Returns rows removed, by table, and `continued_by`: the id of the task that goes on with the
    rest, or None where there is none.
    """
    runtime = current()
    removed: dict[str, Any] = runtime.call(remove_old(runtime, days))
    if not removed.pop("more"):
        return removed | {"continued_by": None}
    rest = cleanup_old_data.apply_async(
        kwargs={"days": days}, expires=settings.beat_cleanup_old_data
    )
    return removed | {"continued_by": rest.id}


@celery_app.task
def import_subscribers() -> None:
    """Begin with files of people that were uploaded; the workers' timers do so as well."""
    runtime = current()
    runtime.call(take_in(runtime))


@celery_app.task
def deliver(tokens: Sequence[tuple[int, int]]) -> None:
    """Deliver a batch of claims, (id, token) each. It has no retry: the ledger retries.

    A batch that comes twice finds its tokens spent.
    """
    runtime, ids = current(), [id_ for id_, _ in tokens]
    log.info("delivers messages %s", ids, extra={"message_ids": ids})
    runtime.call(_deliver(runtime, [(id_, token) for id_, token in tokens]))


def _utc(moment: str | datetime | None) -> datetime | None:
    """A moment as Celery's message has it."""
    if isinstance(moment, str):
        moment = datetime.fromisoformat(moment)
    return moment.astimezone(UTC) if moment else None


AVAILABLE_TASKS: dict[str, Any] = {
    task.name: task
    for task in (
        send_message_task,
        scheduled_broadcast,
        process_analytics,
        health_check_task,
        cleanup_old_data,
    )
}
"""What programs may call, by the name that Celery knows it by."""


async def _deliver(runtime: Runtime, tokens: Sequence[tuple[int, int]]) -> None:
    claims, timeline = await runtime.ledger.find(tokens)
    if timeline is not None:
        await runtime.delivery.run(claims, timeline)
    await dispatch(runtime, patiently=True)
    if any(claim.broadcast_id == POSTS for claim in claims):  # only a post's end is waited for
        await tell(runtime)
    if any(claim.broadcast_id != POSTS for claim in claims):
        await complete(runtime)


async def _deliver_now(runtime: Runtime, request: Request) -> Message:
    """Write or find the message, and send it unless it is in other hands."""
    ledger = runtime.ledger
    found = await ledger.intake.find(request)
    message = found or (await ledger.intake.schedule(request)).message
    if message.state in FINAL:
        return message
    claim = await ledger.claims.claim_one(message.id, SOON_S)
    if claim is not None:
        await runtime.delivery.run([claim], await ledger.timeline())
        message = await ledger.reading.get(message.id)
    elif runtime.settings.on_rabbitmq:  # the task has come before its time, which may be near
        await dispatch(runtime)
    return message


def _leave_to_others(runtime: Runtime, task_id: str, message: Message) -> Message:
    """Whoever ends the message stores the result; until then the state is RETRY."""
    runtime.call(runtime.ledger.intake.wait(message.id, task_id))
    store_pending(task_id, message)
    # It may have ended between: its result would then have been overwritten just now.
    ended = runtime.call(runtime.ledger.reading.get(message.id))
    if ended.state not in FINAL:
        raise Ignore
    return ended


async def _schedule_broadcast(
    runtime: Runtime, request: Request, chat_ids: Sequence[str]
) -> dict[str, Any]:
    bears = runtime.settings.broadcast_errors_in_a_row
    made = await runtime.ledger.intake.schedule_broadcast(request, chat_ids, bears)
    await dispatch(runtime)
    return {"broadcast_id": made.broadcast_id, "total": made.total, "created": made.created}
