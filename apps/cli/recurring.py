"""What can be done with recurring messages: schedule, list, show, cancel, pause, resume."""

import sys
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from apps.cli.messages import Draft, with_file_id
from apps.cli.repeats import Repeat
from apps.cli.show import as_json, facts, plain, show_list
from apps.cli.show_series import all_facts, series_facts, show_series, show_series_list
from core.recurring_message import Missed, RecurringMessage
from infra.celery.recurring import materialise
from infra.celery.requests import message_request
from infra.celery.runtime import Runtime, current
from infra.db.series import Series

MESSAGES_SHOWN = 5


def schedule(draft: Draft, repeat: Repeat, missed: Missed, *, json: bool) -> None:
    """Into the ledger; its first messages too, if they come within the hour."""
    runtime, key = current(), uuid4().hex
    draft = with_file_id(runtime, draft, None)
    request = message_request(runtime.settings, draft.chat, draft.text, draft.options, key, None)
    made = runtime.call(runtime.ledger.series.create(request, repeat.recurrence, missed))
    if not made.created:
        text = f"--key {request.key} stands for series {made.series.id} already"
        sys.stderr.write(f"analyticbot: {text}: nothing new is made\n")
    runtime.call(materialise(runtime))
    _show(_get(runtime, made.series.id), json)
    if not json:
        for note in repeat.notes:
            plain(note)


def show_all(limit: int, *, json: bool) -> None:
    runtime = current()
    found = runtime.call(runtime.ledger.series.newest(limit))
    as_json(all_facts(found, _now())) if json else show_series_list(found, _now())


def show(series_id: int, *, json: bool) -> None:
    runtime = current()
    found = _get(runtime, series_id)
    messages = runtime.call(runtime.ledger.series.messages(series_id, MESSAGES_SHOWN))
    if json:
        told = series_facts(found, _now())
        return as_json(told | {"messages": [facts(message) for message in messages]})
    show_series(found, _now())
    return show_list(messages) if messages else None


def cancel(series_id: int, *, json: bool) -> None:
    _move(series_id, lambda series: series.cancel(series_id), json)


def pause(series_id: int, *, json: bool) -> None:
    _move(series_id, lambda series: series.pause(series_id), json)


def resume(series_id: int, *, json: bool) -> None:
    _move(series_id, lambda series: series.resume(series_id), json)


def _move(series_id: int, move: Callable[[Series], Coroutine[Any, Any, None]], json: bool) -> None:
    runtime = current()
    runtime.call(move(runtime.ledger.series))
    runtime.call(materialise(runtime))
    _show(_get(runtime, series_id), json)


def _get(runtime: Runtime, series_id: int) -> RecurringMessage:
    return runtime.call(runtime.ledger.series.get(series_id))


def _show(found: RecurringMessage, json: bool) -> None:
    as_json(series_facts(found, _now())) if json else show_series(found, _now())


def _now() -> datetime:
    return datetime.now(UTC)
