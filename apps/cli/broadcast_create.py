"""`broadcast create`: a draft, checked, with a row for each recipient."""

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any
from uuid import uuid4

from rich.progress import Progress

from apps.cli import broadcast_chats
from apps.cli.broadcast_file import file_of, with_file_id
from apps.cli.broadcast_show import facts, show, show_plan
from apps.cli.show import as_json
from core.audience import Audience
from core.broadcast import Broadcast, BroadcastState, Draft
from core.broadcast_plan import Plan
from core.chat_id import parse_chat_id
from core.errors import InvalidInput, NotFound
from core.sending_hours import SendingHours
from infra import broadcast_order as asking
from infra.celery.chat_rights import look_at_chats
from infra.celery.runtime import Runtime, current
from infra.db.audiences import Audiences
from infra.db.broadcast_build import Slice
from infra.settings import Settings

STDIN = "-"
CALLED = {
    "chat_ids": "--chats",
    "hours": "--hours",
    "name": "--name",
    "errors_in_a_row": "--errors",
}


@dataclass(frozen=True, slots=True)
class Order:
    """What was asked for; `options` are send_message_task's, `chats` a file, not an audience.
    `upload_to` is the chat that media are sent to first.
    """

    text: str | None
    options: Mapping[str, Any]
    audience: Audience
    chats: str | None
    name: str
    hours: SendingHours | None
    paid: bool
    errors_in_a_row: int | None
    upload_to: str | None = None


def create(settings: Settings, order: Order, *, json: bool) -> None:
    chats = _chats(order)
    runtime, file = current(), file_of(order.options)
    if file is not None:
        order = replace(order, options=file.stood_in(order.options))
    draft = _draft(settings, order)
    if chats is None:
        runtime.call(_check(runtime, draft))
    if file is not None:
        draft = with_file_id(runtime, draft, file, order.upload_to)
    made = runtime.call(_create(runtime, draft, chats))
    looked = runtime.call(look_at_chats(runtime, chats or ()))
    broadcast_chats.warn(looked)
    rate, paid_rate = settings.telegram_rate, settings.telegram_paid_rate
    plan = Plan(made.tally.total, made.content.cost, rate, made.paid, paid_rate)
    if json:
        told = broadcast_chats.facts(looked)
        return as_json({**facts(made), "plan": plan.as_json(), **told})
    show(made)
    return show_plan(plan, made)


def _draft(settings: Settings, order: Order) -> Draft:
    asked = asking.Order(
        order.text,
        order.options,
        order.audience if order.chats is None else None,
        order.name,
        order.hours,
        order.paid,
        order.errors_in_a_row,
    )
    return asking.draft_of(settings, asked, uuid4().hex, CALLED)


async def _check(runtime: Runtime, draft: Draft) -> None:
    """Whether each of the audience can get it. Raises InvalidContent, NotFound."""
    audiences = Audiences(runtime.ledger.database, runtime.settings.bot_id)
    await asking.check_audience(audiences, draft)


async def _create(runtime: Runtime, draft: Draft, chats: Sequence[str] | None) -> Broadcast:
    ledger = runtime.ledger
    made = await ledger.broadcasts.create(draft)
    if not made.created:
        _check_same(await ledger.broadcasts.get(made.broadcast_id), draft)
    build = ledger.broadcast_build
    if chats is None:
        assert draft.audience is not None
        audiences = Audiences(ledger.database, runtime.settings.bot_id)
        total = await audiences.count(draft.audience)
        slices = build.audience(made.broadcast_id)
    else:
        total, slices = len(chats), build.chats(made.broadcast_id, chats)
    await _shown(slices, total)
    found = await ledger.broadcasts.get(made.broadcast_id)
    if found.state is BroadcastState.CANCELLED and found.why:
        raise NotFound(f"broadcast {found.id} was cancelled: {found.why}")
    return found


def _check_same(found: Broadcast, draft: Draft) -> None:
    """The key's broadcast goes on; raises KeyConflict where it is not what was asked for now."""
    asking.check_same(found, draft, "--key", CALLED)
    sys.stderr.write(f"analyticbot: broadcast {found.id}, which --key stands for, goes on\n")


async def _shown(slices: Any, total: int) -> None:
    """With a bar where somebody watches."""
    from_stderr = sys.stderr.isatty()
    with Progress(disable=not from_stderr) as bar:
        task = bar.add_task("recipients", total=total)
        each: Slice
        async for each in slices:
            bar.advance(task, each.looked)


def _chats(order: Order) -> list[str] | None:
    """Raises InvalidInput that names the line."""
    if order.chats is None:
        return None
    if not order.audience.is_everybody:
        raise InvalidInput("--chats", "goes without --list, --tag and the like", "choose one")
    lines = enumerate(map(str.strip, _read(order.chats).splitlines()), start=1)
    told = [(number, line) for number, line in lines if line and not line.startswith("#")]
    if not told:
        raise InvalidInput("--chats", f"{order.chats} names no chat", "write one on each line")
    return [parse_chat_id(line, f"--chats: line {number}") for number, line in told]


def _read(file: str) -> str:
    try:
        return sys.stdin.read() if file == STDIN else Path(file).read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is no text"
        raise InvalidInput("--chats", f"{file} cannot be read: {why}") from None
