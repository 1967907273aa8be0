"""One table for each benchmark: our figures, the baseline's, the targets, and which were missed."""

from collections.abc import Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table

from benchmarks.machine import described

TARGET = "target"
WIDTH_WITHOUT_TERMINAL = 120


@dataclass(frozen=True, slots=True)
class Column:
    """A figure, its digits after the point, and what ours is held against, if anything."""

    name: str
    digits: int = 0
    at_most: float | None = None
    at_least: float | None = None

    def shown(self, figure: float | None) -> str:
        return "" if figure is None else f"{figure:,.{self.digits}f}"

    @property
    def target(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""

    def missed_by(self, figure: float | None) -> bool:
        if figure is None:
            return False
        too_much = self.at_most is not None and figure > self.at_most
        return too_much or (self.at_least is not None and figure < self.at_least)


class Report:
    """Make it before the run: the load average that it shows is of that moment."""

    def __init__(self, title: str, columns: Sequence[Column]) -> None:
        self._columns, self._missed = columns, list[str]()
        self._console = _console()
        self._console.print(f"\n[bold]{title}[/]\n{described()}", highlight=False)
        self._table = Table()
        self._table.add_column(no_wrap=True)
        for column in columns:
            self._table.add_column(column.name, justify="right")

    def ours(self, name: str, *figures: float | None) -> None:
        """A row that is held against the targets."""
        self._add(name, figures)
        for column, figure in zip(self._columns, figures, strict=True):
            if column.missed_by(figure):
                self._missed.append(
                    f"{name}: {column.name} {column.shown(figure)}, target {column.target}"
                )

    def baseline(self, name: str, *figures: float | None) -> None:
        """What it is compared with: no target is its."""
        self._add(f"baseline: {name}", figures)

    def note(self, text: str) -> None:
        self._console.print(text, highlight=False)

    def show(self) -> None:
        self._table.add_section()
        self._table.add_row(TARGET, *(column.target for column in self._columns))
        self._console.print(self._table)
        for missed in self._missed:
            self._console.print(f"[bold red]MISSED[/]  {missed}", highlight=False)
        if not self._missed:
            self._console.print("All targets met.", highlight=False)

    def _add(self, name: str, figures: Sequence[float | None]) -> None:
        cells = (c.shown(f) for c, f in zip(self._columns, figures, strict=True))
        self._table.add_row(name, *cells)


def _console() -> Console:
    console = Console()
    # A file or a pipe has no width: eighty columns would break the table's cells.
    return console if console.is_terminal else Console(width=WIDTH_WITHOUT_TERMINAL)
