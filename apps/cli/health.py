"""`analyticbot health`: every part, its state, why, and what to do."""

from typing import Any

from rich.text import Text

from apps.cli.exits import Exit
from apps.cli.findings import STYLES
from apps.cli.show import as_json, console, plain, table
from core.health import HealthState
from infra.celery import check_celery_health


def show(*, strict: bool, json: bool) -> Exit:
    """Look, and tell; the exit code is for scripts."""
    health = check_celery_health()
    as_json(health) if json else _print(health)
    return exit_code(HealthState(health["state"]), strict)


def exit_code(state: HealthState, strict: bool) -> Exit:
    """Degraded is no failure unless one is strict: messages leave on time."""
    fails = state is HealthState.UNHEALTHY or (strict and state is HealthState.DEGRADED)
    return Exit.FAILED if fails else Exit.OK


def _print(health: dict[str, Any]) -> None:
    rows = table("part", "state", "reason", "what to do")
    for name, part in health["parts"].items():
        rows.add_row(name, _state(part["state"]), Text(part["reason"]), Text(part["remedy"]))
    console().print(rows)
    plain(f"\n{health['state']}, looked at in {health['took_ms']} ms")


def _state(state: str) -> Text:
    return Text(state, style=STYLES[HealthState(state)])
