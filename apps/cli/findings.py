"""What was found of each part, printed: for people, and with --json for programs."""

from collections.abc import Sequence

from rich.text import Text

from apps.cli.show import as_json, console, plain, table
from core.health import HealthState, Part, facts, worst

STYLES = {
    HealthState.HEALTHY: "green",
    HealthState.DEGRADED: "yellow",
    HealthState.UNHEALTHY: "bold red",
}
MARKS = {
    HealthState.HEALTHY: "ok",
    HealthState.DEGRADED: "look",
    HealthState.UNHEALTHY: "mend",
}


def show(parts: Sequence[Part], *, json: bool) -> HealthState:
    """Print them; how bad the worst of them is."""
    state = worst(part.state for part in parts)
    if json:
        as_json({"state": state, "parts": {part.name: facts(part) for part in parts}})
    else:
        _print(parts)
    return state


def _print(parts: Sequence[Part]) -> None:
    rows = table("", "part", "found", "what to do")
    for part in parts:
        mark = Text(MARKS[part.state], style=STYLES[part.state])
        rows.add_row(mark, part.name, Text(part.reason), Text(part.remedy))
    console().print(rows)
    ill = sum(part.state is not HealthState.HEALTHY for part in parts)
    plain(f"\n{ill} of {len(parts)} want something" if ill else f"\nall {len(parts)} are well")
