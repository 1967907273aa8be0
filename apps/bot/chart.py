"""What a chart shows: numbers and words, ready to be drawn."""

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class ChartKind(StrEnum):
    MEMBERS = "members"
    POSTS = "posts"
    CURVES = "curves"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Line:
    xs: tuple[float, ...]
    ys: tuple[float, ...]
    label: str = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """`ticks` are places on the x axis with what stands there. Of HOURS, `cells` are rows of
    the week from Monday, None where there was no post; `rows` their names. `level` is a value
    that is marked across, with its words.
    """

    kind: ChartKind
    title: str
    subtitle: str
    lines: tuple[Line, ...] = ()
    ticks: tuple[tuple[float, str], ...] = ()
    cells: tuple[tuple[float | None, ...], ...] = ()
    rows: tuple[str, ...] = ()
    level: tuple[float, str] | None = None

    def facts(self) -> dict[str, Any]:
        """As JSON."""
        return asdict(self)


def read_chart(facts: dict[str, Any]) -> Chart:
    """What `facts` has written."""
    return Chart(
        kind=ChartKind(facts["kind"]),
        title=facts["title"],
        subtitle=facts["subtitle"],
        lines=tuple(map(_line, facts["lines"])),
        ticks=tuple((x, label) for x, label in facts["ticks"]),
        cells=tuple(tuple(row) for row in facts["cells"]),
        rows=tuple(facts["rows"]),
        level=(facts["level"][0], facts["level"][1]) if facts["level"] else None,
    )


def _line(facts: dict[str, Any]) -> Line:
    return Line(tuple(facts["xs"]), tuple(facts["ys"]), facts["label"])
