"""The demo's messages: what befalls each in the sandbox, and how it must end."""

import json
import time
import urllib.request
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from rich.live import Live
from rich.table import Table
from rich.text import Text

from apps.cli.show import STYLES, console, plain, table
from core.message import FINAL, Message, State
from infra.celery.runtime import current
from infra.celery.tasks import send_message_task

LOOK_EVERY_S = 0.1
END_WITHIN_S = 22.0


@dataclass(frozen=True, slots=True)
class Scene:
    """One message; `state` and `copies` (accepted by the sandbox) are how it must end."""

    title: str
    chat: int
    text: str
    in_s: float = 0.0
    options: Mapping[str, Any] = field(default_factory=dict)
    state: State = State.SENT
    copies: int = 1


# The chats with 400 in front bring their trouble along: see sandbox/faults.py.
SCENES = (
    Scene("now", 1001, "Hello"),
    Scene("in 2 seconds", 1002, "Hello, a little later", 2.0),
    Scene("in 5 seconds", 1003, "<b>Hello</b>, later", 5.0, {"parse_mode": "HTML"}),
    Scene("the bot is blocked", 400_000_403, "Anybody there?", state=State.FAILED, copies=0),
    Scene("flooded: wait 1 s", 400_000_429, "Let me in"),
    Scene("answer cut off: resend", 400_000_499, "At least once", copies=2),
    Scene(
        "answer cut off: park",
        400_001_499,
        "At most once",
        options={"on_uncertain": "park"},
        state=State.UNCERTAIN,
    ),
)


def play(sandbox_url: str) -> list[str]:
    """Send them all and watch; what did not end as it must, in words."""
    ids = [_schedule(scene) for scene in SCENES]
    give_up_at = time.monotonic() + END_WITHIN_S
    with Live(console=console(), refresh_per_second=10) as live:
        while True:
            found = [current().call(current().ledger.reading.get(id_)) for id_ in ids]
            live.update(_table(found))
            if all(message.state in FINAL for message in found) or time.monotonic() > give_up_at:
                break
            time.sleep(LOOK_EVERY_S)
    plain("")
    return list(_faults(found, _copies(sandbox_url)))


def _schedule(scene: Scene) -> int:
    """Its id in the ledger."""
    eta = datetime.now(UTC) + timedelta(seconds=scene.in_s) if scene.in_s else None
    key = f"demo-{scene.chat}"
    options = {**scene.options, "idempotency_key": key}
    send_message_task.apply_async((scene.chat, scene.text), options, eta=eta)
    newest = current().call(current().ledger.reading.newest(limit=1))
    return newest[0].id


def _table(found: Sequence[Message]) -> Table:
    rows = table("message", "chat", "state", "late ms", "attempts", "requests", "why")
    for scene, message in zip(SCENES, found, strict=True):
        rows.add_row(
            scene.title,
            message.chat_id,
            Text(message.state.value, style=STYLES.get(message.state, "")),
            "" if message.late_ms is None else f"{message.late_ms:.0f}",
            str(message.attempts),
            str(len(message.history)),
            message.reason,
        )
    return rows


def _copies(sandbox_url: str) -> Counter[str]:
    """How many messages the sandbox accepted for each chat."""
    with urllib.request.urlopen(f"{sandbox_url}/admin/receipts?compact=1") as answer:  # noqa: S310
        return Counter(map(str, json.load(answer)["columns"]["chat_id"]))


def _faults(found: Sequence[Message], copies: Mapping[str, int]) -> Iterable[str]:
    for scene, message in zip(SCENES, found, strict=True):
        accepted = copies[message.chat_id]
        if message.state is not scene.state:
            yield f"{scene.title}: {message.state}, should be {scene.state}"
        if accepted != scene.copies:
            yield f"{scene.title}: accepted {accepted} times, should be {scene.copies}"
        if message.late_ms is not None and message.late_ms < 0:
            yield f"{scene.title}: {-message.late_ms} ms too early"
