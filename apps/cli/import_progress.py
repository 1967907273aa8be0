"""How far an import is: a bar where somebody watches, else a line now and then, on stderr."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as Bar

from infra.importing import Progress

LINE_EVERY_S = 5.0


class ImportProgress:
    """`total_bytes` is None for what has no end that is known."""

    def __init__(self, total_bytes: int | None) -> None:
        self._total = total_bytes
        self._bar: Bar | None = None
        self._told_at_s: float | None = None

    def __enter__(self) -> Self:
        if sys.stderr.isatty():
            columns = (BarColumn(), DownloadColumn(), TextColumn("{task.description}"))
            self._bar = Bar(*columns, TimeRemainingColumn(), console=Console(file=sys.stderr))
            self._task = self._bar.add_task("", total=self._total)
            self._bar.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if self._bar is not None:
            self._bar.stop()

    def __call__(self, done: Progress) -> None:
        if self._bar is not None:
            words = f"{done.rows:,} rows" + (f", {done.bad:,} bad" if done.bad else "")
            self._bar.update(self._task, completed=done.bytes_read, description=words)
            return
        now_s = time.monotonic()
        if self._told_at_s is None or now_s - self._told_at_s >= LINE_EVERY_S:
            self._told_at_s = now_s
            sys.stderr.write(self._line(done))
            sys.stderr.flush()

    def _line(self, done: Progress) -> str:
        part = f" ({100 * done.bytes_read / self._total:.0f} %)" if self._total else ""
        bad = f", {done.bad:,} bad" if done.bad else ""
        return f"imported {done.rows:,} rows{part}{bad}\n"
