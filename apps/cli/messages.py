"""What can be done with messages: send, schedule, list, show, cancel, retry, settle."""

import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import uuid4

from apps.cli.exits import CommandFailed, Exit
from apps.cli.show import as_json, facts, plain, show_list, show_one
from apps.cli.times import When
from core.errors import ConfigurationError
from core.message import FINAL, Message, Request, State
from infra.celery import celery_app
from infra.celery.requests import message_request
from infra.celery.results import error_of
from infra.celery.runtime import Runtime, current
from infra.celery.tasks import send_message_task
from infra.celery.uploading import file_id_of
from infra.db.desk import Desk
from infra.redaction import one_line
from infra.telegram.media_file import media_file

LOOK_AGAIN_S = 0.05
PING_WITHIN_S = 1.0
START = "start `make run`"


@dataclass(frozen=True, slots=True)
class Draft:
    """A message as it was asked for on the command line; `options` are send_message_task's, in
    which a file of this machine may stand: it is uploaded to the chat `upload_to`, or an owner's.
    """

    chat: str
    text: str | None
    options: Mapping[str, Any]
    upload_to: str | None = None


def send(draft: Draft, *, wait_s: float | None, json: bool) -> None:
    """Send it now; with `wait_s` None, don't wait for its end."""
    runtime = current()
    draft = with_file_id(runtime, draft, None)
    request = _checked(runtime, draft, None)
    if why := _broker_is_away():
        raise CommandFailed(
            f"{why}; {START}, or mend REDIS_URL. Nothing was written", Exit.UNAVAILABLE
        )
    _enqueue(request, draft)
    message = until_ended(runtime, request, wait_s or 0.0)
    if json:
        as_json(facts(message))
    if message.state in FINAL and message.state is not State.SENT:
        raise _undelivered(message)
    if message.state not in FINAL and wait_s is not None:
        raise CommandFailed(_why_not_ended(message, wait_s), Exit.WAITING)
    if not json:
        plain(_how_sent(message))


def schedule(draft: Draft, when: When, *, json: bool) -> None:
    """Into the ledger, for later. Needs no broker: workers look into the ledger by themselves."""
    runtime = current()
    draft = with_file_id(runtime, draft, when.moment)
    request = _checked(runtime, draft, when.moment)
    if why := _broker_is_away():
        runtime.call(runtime.ledger.intake.schedule(request))
        _warn(f"{why}; the message is in the ledger and leaves at its time if a stack runs then")
    else:
        _enqueue(request, draft)
    message = _find(runtime, request)
    if json:
        return as_json(facts(message))
    leaves = When(message.wanted_at, when.zone)
    plain(f"message {message.id} to {message.chat_id} leaves on {leaves}")
    return plain(when.note) if when.note else None


def with_file_id(runtime: Runtime, draft: Draft, due_at: datetime | None) -> Draft:
    """The draft, with the id of a file of this machine in the file's place."""
    if (file := media_file(draft.options)) is None:
        return draft
    options = file.stood_in(draft.options)
    # What is wrong with the message is said before anything is uploaded.
    checked = message_request(
        runtime.settings, draft.chat, draft.text, options, uuid4().hex, due_at
    )
    file_id = runtime.call(file_id_of(runtime, file, checked.content, draft.upload_to))
    return replace(draft, options={**draft.options, file.kind: file_id})


def show_all(states: list[State], limit: int, *, json: bool) -> None:
    runtime = current()
    found = runtime.call(runtime.ledger.reading.newest(states=states, limit=limit))
    as_json([facts(message) for message in found]) if json else show_list(found)


def show(message_id: int, *, json: bool) -> None:
    message = _get(current(), message_id)
    as_json(facts(message)) if json else show_one(message)


def cancel(message_id: int, *, json: bool) -> None:
    _move(message_id, lambda desk: desk.cancel(message_id), json=json)


def retry(message_id: int, *, json: bool) -> None:
    _move(message_id, lambda desk: desk.retry(message_id), json=json)


def settle(message_id: int, *, sent: bool, json: bool) -> None:
    """End what is uncertain: a person has looked into the chat."""

    def settled(desk: Desk) -> Coroutine[Any, Any, None]:
        return desk.settle_sent(message_id) if sent else desk.settle_resend(message_id)

    _move(message_id, settled, json=json)


def _move(
    message_id: int, move: Callable[[Desk], Coroutine[Any, Any, None]], *, json: bool
) -> None:
    runtime = current()
    runtime.call(move(runtime.ledger.desk))
    _print(_get(runtime, message_id), json)


def _checked(runtime: Runtime, draft: Draft, due_at: datetime | None) -> Request:
    """The request, refused here for all that is known to be wrong with it. Writes nothing."""
    key = uuid4().hex
    request = message_request(runtime.settings, draft.chat, draft.text, draft.options, key, due_at)
    if (found := runtime.call(runtime.ledger.intake.find(request))) is not None:
        _warn(f"--key {request.key} stands for message {found.id} already: nothing new is made")
    return request


def _enqueue(request: Request, draft: Draft) -> None:
    """Write the row and publish its task, in this process."""
    send_message_task.apply_async(
        (draft.chat, draft.text),
        {**draft.options, "idempotency_key": request.key},
        eta=request.due_at,
    )


def _broker_is_away() -> str:
    """Why nothing can be published; "" where it can."""
    try:
        connection = celery_app.connection_for_write()
    except ValueError:  # its text may hold a part of the password
        raise ConfigurationError("REDIS_URL: is not a URL; write redis://host:6379/0") from None
    try:
        connection.connect()
    except Exception as error:  # whatever the broker's client raises
        return f"the broker at {connection.as_uri()} does not answer ({error})"
    finally:
        connection.release()
    return ""


def until_ended(runtime: Runtime, request: Request, within_s: float) -> Message:
    give_up_at = time.monotonic() + within_s
    while (found := _find(runtime, request)).state not in FINAL:
        if time.monotonic() >= give_up_at:
            break
        time.sleep(LOOK_AGAIN_S)
    return _get(runtime, found.id)


def _find(runtime: Runtime, request: Request) -> Message:
    found = runtime.call(runtime.ledger.intake.find(request))
    assert found is not None, "a row that was written cannot be gone"
    return found


def _get(runtime: Runtime, message_id: int) -> Message:
    return runtime.call(runtime.ledger.reading.get(message_id))


def _how_sent(message: Message) -> str:
    if message.state is not State.SENT:
        return f"message {message.id} to {message.chat_id} is on its way"
    ids = ", ".join(map(str, message.message_ids))
    tries = f"{message.attempts} attempt{'s' * (message.attempts != 1)}"
    return (
        f"message {message.id} to {message.chat_id}: sent as {ids}, "
        f"{message.late_ms:.0f} ms after its time, {tries}"
    )


def _undelivered(message: Message) -> Exception:
    error = error_of(message)
    if message.state is not State.UNCERTAIN:
        return error
    return CommandFailed(
        f"{error}; look into the chat, then `analyticbot settle {message.id}` --sent or --resend"
    )


def _why_not_ended(message: Message, waited_s: float) -> str:
    text = (
        f"message {message.id} is in the ledger ({message.state}), not sent within {waited_s:g} s"
    )
    if message.history:
        last = message.history[-1]
        text += f": {last.reason or last.outcome}; next tried at {message.due_at:%H:%M:%S} UTC"
    else:
        text += _why_nobody_tried()
    return f"{text}; see `analyticbot show {message.id}`"


def _why_nobody_tried() -> str:
    try:
        answers = celery_app.control.ping(timeout=PING_WITHIN_S)
    except Exception as error:  # whatever the broker's client raises
        return f": the broker does not take our question ({one_line(error, current().settings)})"
    return "" if answers else f": no worker answers; {START}, or a worker"


def _print(message: Message, json: bool) -> None:
    as_json(facts(message)) if json else show_one(message)


def _warn(text: str) -> None:
    sys.stderr.write(f"analyticbot: {text}\n")
