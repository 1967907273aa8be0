"""What can be done with broadcasts that there are."""

import sys
import time
from collections.abc import Coroutine, Sequence
from typing import Any

from apps.cli.broadcast_show import facts, show, show_list, told
from apps.cli.show import as_json, plain
from apps.cli.times import When
from core.broadcast import Broadcast, BroadcastState
from core.message import State
from infra.celery.runtime import Runtime, current
from infra.db.broadcasts import Broadcasts
from infra.settings import Settings

LOOK_EVERY_S = 1.0
OVER = (BroadcastState.COMPLETED, BroadcastState.CANCELLED)
MISSING = (State.FAILED, State.EXPIRED, State.UNCERTAIN)


def start(settings: Settings, broadcast_id: int, when: When | None, *, json: bool) -> None:
    at = when.moment if when is not None else None
    _do(_desk().start(broadcast_id, at), broadcast_id, json=json)
    if when is not None and not json:
        plain(f"it begins on {when}")
        if when.note:
            plain(when.note)


def pause(settings: Settings, broadcast_id: int, *, json: bool) -> None:
    _do(_desk().pause(broadcast_id), broadcast_id, json=json)


def resume(settings: Settings, broadcast_id: int, *, json: bool) -> None:
    _do(_desk().resume(broadcast_id), broadcast_id, json=json)


def cancel(settings: Settings, broadcast_id: int, *, json: bool) -> None:
    _do(_desk().cancel(broadcast_id), broadcast_id, json=json)


def status(settings: Settings, broadcast_id: int | None, *, watch: bool, json: bool) -> None:
    runtime = current()
    if broadcast_id is None:
        found = runtime.call(_desk().newest())
        return as_json([facts(each) for each in found]) if json else show_list(found)
    if watch:
        _watch(runtime, broadcast_id)
    return _tell(runtime, broadcast_id, json=json)


def retry(
    settings: Settings,
    broadcast_id: int,
    reasons: Sequence[str],
    *,
    missing: bool,
    json: bool,
) -> None:
    runtime = current()
    states = MISSING if missing else (State.FAILED,)
    count = runtime.call(_retried(runtime, broadcast_id, states, reasons))
    if not json:
        plain(f"{count:,} wait again")
    _tell(runtime, broadcast_id, json=json)


async def _retried(
    runtime: Runtime, broadcast_id: int, states: Sequence[State], reasons: Sequence[str]
) -> int:
    slices = runtime.ledger.broadcast_retry.slices(broadcast_id, states, reasons)
    return sum([count async for count in slices])


def _desk() -> Broadcasts:
    return current().ledger.broadcasts


def _do(deed: Coroutine[Any, Any, None], broadcast_id: int, *, json: bool) -> None:
    runtime = current()
    runtime.call(deed)
    _tell(runtime, broadcast_id, json=json)


def _tell(runtime: Runtime, broadcast_id: int, *, json: bool) -> None:
    found = runtime.call(runtime.ledger.broadcasts.get(broadcast_id))
    as_json(facts(found)) if json else show(found)


def _watch(runtime: Runtime, broadcast_id: int) -> None:
    """A line on stderr whenever something has changed, until it is over."""
    before = ""
    while True:
        found: Broadcast = runtime.call(runtime.ledger.broadcasts.get(broadcast_id))
        line = f"{found.state}: {told(found.tally)}"
        if line != before:
            sys.stderr.write(f"{line}\n")
            before = line
        if found.state in OVER:
            return
        time.sleep(LOOK_EVERY_S)
