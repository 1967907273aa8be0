"""`analyticbot tasks`: what the workers do, what waits, what Beat brings, and what failed."""

import asyncio
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict

from rich.table import Table
from rich.text import Text

from apps.cli.exits import CommandFailed, Exit
from apps.cli.show import as_json, as_values, console, facts, head, plain, table
from core.message import Message
from infra.celery.activity import Activity, Planned, QueueNow, Running, activity
from infra.celery.notes import Entry, Notes, notes
from infra.celery.runtime import Runtime, current
from infra.db.failures import Failure


def show(*, json: bool) -> None:
    """What can be asked is told, whatever is down. Raises CommandFailed where something is."""
    runtime = current()
    now, noted = runtime.run(_ask(runtime))
    if json:
        return as_json(_facts(now, noted))
    for title, rows in (*_of_broker(now), *_of_ledger(noted)):
        plain(f"\n{title}")
        if rows is not None:
            console().print(rows)
    if now.trouble or noted.trouble:
        raise CommandFailed("not all could be asked; see above", Exit.UNAVAILABLE)
    return None


async def _ask(runtime: Runtime) -> tuple[Activity, Notes]:
    return await asyncio.gather(activity(runtime.settings), notes(runtime.settings))


def _facts(now: Activity, noted: Notes) -> dict[str, object]:
    """As JSON: {broker: {queues, running, …}, ledger: {beat, failures, messages, trouble}}."""
    ledger = asdict(noted) | {"messages": [facts(message) for message in noted.messages]}
    told: dict[str, object] = as_values({"broker": asdict(now), "ledger": ledger})
    return told


def _of_broker(now: Activity) -> Iterator[tuple[str, Table | None]]:
    if now.trouble:
        yield f"The broker cannot be asked: {now.trouble}", None
        return
    yield "Queues", _queues(now.queues)
    yield f"Running now: {len(now.running)}", _running(now.running) if now.running else None
    later = f"Taken and not begun: {now.reserved}. Waiting for their time: {now.scheduled}"
    yield later, _planned(now.planned) if now.planned else None


def _of_ledger(noted: Notes) -> Iterator[tuple[str, Table | None]]:
    if noted.trouble:
        yield f"The ledger cannot be asked: {noted.trouble}", None
        return
    yield "Beat", _beat(noted.beat)
    failed = "Tasks that failed lately" if noted.failures else "No task has failed"
    yield failed, _failures(noted.failures) if noted.failures else None
    ended = "Messages that failed, or are uncertain" if noted.messages else "No message has failed"
    yield ended, _messages(noted.messages) if noted.messages else None


def _queues(queues: Iterable[QueueNow]) -> Table:
    rows = table("queue", "waiting", "served by")
    for queue in queues:
        workers = Text(", ".join(queue.workers)) if queue.workers else Text("nobody", style="red")
        rows.add_row(queue.name, f"{queue.waiting:,}", workers)
    return rows


def _running(running: Iterable[Running]) -> Table:
    rows = table("task", "for", "arguments", "worker")
    for each in running:
        age = "" if each.age_s is None else f"{each.age_s:.1f} s"
        rows.add_row(each.task, age, Text(each.args), Text(each.worker))
    return rows


def _planned(planned: Iterable[Planned]) -> Table:
    rows = table("task", "at (UTC)", "arguments", "worker")
    for each in planned:
        eta = f"{each.eta:%H:%M:%S}" if each.eta else ""
        rows.add_row(each.task, eta, Text(each.args), Text(each.worker))
    return rows


def _beat(entries: Iterable[Entry]) -> Table:
    rows = table("entry", "every", "last", "next")
    for entry in entries:
        last = "never" if entry.last_ago_s is None else f"{entry.last_ago_s:.0f} s ago"
        rows.add_row(entry.name, f"{entry.every_s:g} s", last, _next(entry.next_in_s))
    return rows


def _next(in_s: float | None) -> str:
    if in_s is None:
        return ""
    return f"in {in_s:.0f} s" if in_s >= 0 else f"{-in_s:.0f} s overdue"


def _failures(failures: Sequence[Failure]) -> Table:
    rows = table("at (UTC)", "task", "id", "error")
    for each in failures:
        rows.add_row(f"{each.at:%Y-%m-%d %H:%M:%S}", each.task, each.task_id, Text(each.error))
    return rows


def _messages(messages: Sequence[Message]) -> Table:
    rows = table("id", "state", "chat", "why", "text")
    for message in messages:
        why = ": ".join(filter(None, (message.reason, message.description)))
        text = Text(head(message.content))
        rows.add_row(str(message.id), message.state.value, message.chat_id, Text(why), text)
    return rows
