"""What the commands print: for people, and with --json for programs."""

import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from core.message import ACTIVE, Content, Message, State

# Wide enough that nothing is cut off where there is no terminal whose width would count.
WIDTH_IN_A_PIPE = 200
HEAD = 60

STYLES = {
    State.SENT: "green",
    State.FAILED: "red",
    State.UNCERTAIN: "yellow",
    State.CANCELLED: "dim",
    State.EXPIRED: "dim",
}


class Out(Console):
    """Leaves it to its user what a reader that has gone away means."""

    def on_broken_pipe(self) -> None:
        raise BrokenPipeError


def console() -> Console:
    width = None if sys.stdout.isatty() else WIDTH_IN_A_PIPE
    return Out(file=sys.stdout, width=width, highlight=False)


def plain(text: str) -> None:
    """One line, as it is: no markup, no wrapping."""
    console().print(text, markup=False, soft_wrap=True)


def as_json(value: Any) -> None:
    sys.stdout.write(json.dumps(value, indent=2, ensure_ascii=False) + "\n")


def table(*columns: str) -> Table:
    made = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    for column in columns:
        made.add_column(column, overflow="fold")
    return made


def facts(message: Message) -> dict[str, Any]:
    """A message as JSON; times are ISO 8601 in UTC."""
    told = asdict(message)
    content = told.pop("content")
    values: dict[str, Any] = as_values({**told, **content, "late_ms": message.late_ms})
    return values


def show_list(messages: Sequence[Message]) -> None:
    rows = table("id", "state", "chat", "wanted (UTC)", "late ms", "attempts", "text")
    for message in messages:
        rows.add_row(
            str(message.id),
            _state(message.state),
            message.chat_id,
            _time(message.wanted_at),
            _late(message),
            str(message.attempts),
            Text(head(message.content)),
        )
    console().print(rows)
    if not messages:
        plain("no messages")


def show_one(message: Message) -> None:
    lines = table("", "")
    lines.show_header = False
    for name, value in _lines(message).items():
        if value:
            lines.add_row(name, value)
    console().print(lines)
    if message.history:
        console().print(_attempts(message))


def _lines(message: Message) -> dict[str, str | Text]:
    why = ": ".join(filter(None, (message.reason, message.description)))
    why = why if why != message.state else ""
    waits = message.state in ACTIVE
    return {
        "message": str(message.id),
        "state": _state(message.state) + Text(f" ({why})" if why else ""),
        "chat": message.chat_id,
        "content": Text(f"{message.content.method}: {head(message.content)}"),
        "wanted": f"{_time(message.wanted_at)} UTC",
        "next try": f"{_time(message.due_at)} UTC" if waits else "",
        "sent as": ", ".join(map(str, message.message_ids)),
        "late": f"{_late(message)} ms" if message.late_ms is not None else "",
        "attempts": f"{message.attempts} of {message.max_attempts}",
        "key": Text(message.key),
    }


def _attempts(message: Message) -> Table:
    rows = table("attempt", "began (UTC)", "took ms", "outcome", "reason")
    for each in message.history:
        took_ms = (each.ended_at - each.started_at).total_seconds() * 1000
        why = ": ".join(filter(None, (each.reason, each.description)))
        began = f"{each.started_at:%H:%M:%S.%f}"[:-3]
        rows.add_row(str(each.number), began, f"{took_ms:.0f}", each.outcome, Text(why))
    return rows


def _state(state: State) -> Text:
    return Text(state.value, style=STYLES.get(state, ""))


def _time(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M:%S}"


def _late(message: Message) -> str:
    return "" if message.late_ms is None else f"{message.late_ms:.0f}"


def head(content: Content) -> str:
    """The beginning of what can be read in it, on one line."""
    text = " ".join(content.text.split())
    return text if len(text) <= HEAD else f"{text[: HEAD - 1]}\N{HORIZONTAL ELLIPSIS}"


def as_values(value: Any) -> Any:
    """What JSON can hold."""
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {name: as_values(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [as_values(each) for each in value]
    return value
