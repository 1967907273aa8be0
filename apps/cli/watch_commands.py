"""The commands about the system itself. Each imports what it needs when it runs."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from apps.cli import findings
from apps.cli.exits import Exit
from apps.cli.options import Json, examples
from core.errors import ConfigurationError
from core.health import HealthState, Part
from infra.settings import load_settings

app = typer.Typer()


@app.command(epilog=examples("health", "health --strict || alert", "health --json"))
def health(
    strict: Annotated[
        bool, typer.Option("--strict", help="Exit with 1 for degraded, too.")
    ] = False,
    as_json: Json = False,
) -> int:
    """How every part fares, why, and what to do. Exits with 1 where something is unhealthy."""
    load_settings()
    from apps.cli import health as page

    return page.show(strict=strict, json=as_json)


@app.command(epilog=examples("doctor", "doctor --json"))
def doctor(as_json: Json = False) -> int:
    """Look at all that can be wrong here: each line ok, or what to do. Exits with 1 for "mend"."""
    try:
        settings = load_settings()
    except ConfigurationError as error:
        part = Part("settings", HealthState.UNHEALTHY, str(error), "mend them, then ask again")
        findings.show([part], json=as_json)
        return Exit.BAD_INPUT
    from apps.cli import doctor as page

    return page.examine(settings, json=as_json)


@app.command(epilog=examples("tasks", "tasks --json"))
def tasks(as_json: Json = False) -> None:
    """Queues, what runs now, what comes next, and what failed lately."""
    load_settings()
    from apps.cli import tasks as page

    page.show(json=as_json)
