"""How a line of a log looks: text for people, JSON for programs. Neither tells a secret."""

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from logging import Formatter, LogRecord
from typing import Any

from infra.log_ids import ids_of

FORMAT = "[%(asctime)s: %(levelname)s/%(processName)s] %(message)s"
"""As Celery's own, which `up` reads as well."""

LINE_BYTES = 16_000
"""Docker cuts a line into pieces of 16 KiB, and no piece is JSON."""

MOST_CHARACTERS = (8_000, 4_000, 2_000, 1_000, 500)
LISTED = 250
SHORT_CHARACTERS = 8

NOUNS = {
    "message_id": "message",
    "broadcast_id": "broadcast",
    "series_id": "series",
    "import_id": "import",
    "update_id": "update",
    "request_id": "request",
    "method": "",
    "route": "",
    "account_id": "account",
    "task_id": "task",
}
"""How text names an id. What is not here is for JSON alone."""

# What str.splitlines takes for the end of a line, and json.dumps lets stand.
ENDS = {ord(end): f"\\u{ord(end):04x}" for end in "\x85\u2028\u2029"}

Hide = Callable[[str], str]


class Text(Formatter):
    """`[… WARNING/ForkPoolWorker-1] it waits [message 7 task 3f2a1b9c]`; a trace follows."""

    def __init__(self, hide: Hide) -> None:
        super().__init__(FORMAT)
        self._hide = hide

    def format(self, record: LogRecord) -> str:
        return self._hide(super().format(record))

    def formatMessage(self, record: LogRecord) -> str:  # noqa: N802 (logging's name)
        line = super().formatMessage(record)
        words = [_word(name, value, line) for name, value in ids_of(record).items()]
        told = " ".join(filter(None, words))
        return f"{line} [{told}]" if told else line


class Json(Formatter):
    """One object a line, never more than LINE_BYTES: what is too long loses its middle."""

    def __init__(self, hide: Hide, role: str) -> None:
        super().__init__()
        self._hide, self._role = hide, role

    def format(self, record: LogRecord) -> str:
        told = self._told(record)
        line = ""
        for most in MOST_CHARACTERS:
            cut_back = {name: _cut(value, most) for name, value in told.items()}
            line = _encoded(cut_back)
            if len(line.encode()) <= LINE_BYTES:
                break
        return line

    def _told(self, record: LogRecord) -> dict[str, Any]:
        told = {
            "time": _utc(record.created),
            "level": record.levelname,
            "logger": record.name,
            "role": self._role,
            "process": record.processName,
            "pid": record.process,
            "message": self._hide(_said(record)),
            **{name: self._shown(value) for name, value in ids_of(record).items()},
        }
        if trace := self._trace(record):
            told["exception"] = self._hide(trace)
        return told

    def _shown(self, value: Any) -> Any:
        """A task's id and name are whatever its caller chose."""
        return self._hide(value) if isinstance(value, str) else value

    def _trace(self, record: LogRecord) -> str:
        parts = [self.formatException(record.exc_info)] if record.exc_info else []
        if record.exc_text and not parts:
            parts.append(record.exc_text)
        if record.stack_info:
            parts.append(record.stack_info)
        return "\n".join(parts)


def _said(record: LogRecord) -> str:
    try:
        return record.getMessage()
    except Exception as error:  # the line is at fault, and what it has to say is not lost
        return f"{_spoken(record.msg)} {record.args!r} ({type(error).__name__}: {error})"


def _utc(created_s: float) -> str:
    moment = datetime.fromtimestamp(created_s, UTC)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _encoded(told: dict[str, Any]) -> str:
    line = json.dumps(told, ensure_ascii=False, default=_spoken).translate(ENDS)
    try:
        line.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return json.dumps(told, default=_spoken)
    return line


def _spoken(value: object) -> str:
    """What JSON has no form for."""
    try:
        return str(value)
    except Exception as error:
        return f"{type(value).__name__} ({type(error).__name__})"


def _cut(value: Any, most: int) -> Any:
    """A trace is told by its end, all else by its beginning: so a text loses its middle."""
    if isinstance(value, (list, tuple)):
        return value[: min(LISTED, most // 10)]
    if not isinstance(value, str) or len(value) <= most:
        return value
    half = most // 2
    return f"{value[:half]} … {len(value) - 2 * half} characters … {value[-half:]}"


def _word(name: str, value: Any, line: str) -> str:
    """ "" for what the line says already."""
    if name not in NOUNS:
        return ""
    if name == "task_id":
        value = str(value)[:SHORT_CHARACTERS]
        return "" if value in line else f"task {value}"
    word = f"{NOUNS[name]} {value}".strip()
    return "" if re.search(rf"{re.escape(word)}\b", line) else word
