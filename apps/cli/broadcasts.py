"""What can be done with broadcasts that there are."""

import sys
import time
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
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
    moved = current().call(_started(broadcast_id, at))
    _tell(current(), broadcast_id, json=json)
    if json:
        return
    if when is not None:
        plain(f"it begins on {when}")
        if when.note:
            plain(when.note)
    if moved is not None:
        plain(f"moved: it was to begin at {moved:%Y-%m-%d %H:%M:%S} UTC")


def pause(settings: Settings, broadcast_id: int, *, json: bool) -> None:
    _do(_desk().pause(broadcast_id), broadcast_id, json=json)


def resume(settings: Settings, broadcast_id: int, *, json: bool) -> None:
    _do(_desk().resume(broadcast_id), broadcast_id, json=json)


def cancel(settings: Settings, broadcast_id: int, *, json: bool) -> None:
    _do(_desk().cancel(broadcast_id), broadcast_id, json=json)


def status(
    settings: Settings, broadcast_id: int | None, before: int | None, *, watch: bool, json: bool
) -> None:
    runtime = current()
    if broadcast_id is None:
        found = runtime.call(_desk().newest(before_id=before))
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
    found = runtime.call(runtime.ledger.broadcasts.get(broadcast_id))
    if json:
        return as_json({**facts(found), "again": count})
    plain(f"{count:,} wait again")
    return show(found)


async def _started(broadcast_id: int, at: datetime | None) -> datetime | None:
    """Start a draft, or move the start of one that is scheduled: from when."""
    desk = _desk()
    found = await desk.get(broadcast_id)
    if found.state is not BroadcastState.RUNNING:
        await desk.start(broadcast_id, at)
        return None
    await desk.move(broadcast_id, at)
    return found.wanted_at


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
        line = f"{found.shown(datetime.now(UTC))}: {told(found.tally)}"
        if line != before:
            sys.stderr.write(f"{line}\n")
            before = line
        if found.state in OVER:
            return
        time.sleep(LOOK_EVERY_S)
