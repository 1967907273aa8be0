"""The commands about recurring messages; `schedule --repeat` makes them."""
# ruff: noqa: PLC0415 (as in apps/cli/commands.py: what a command needs is imported when it runs)

from typing import Annotated

import typer

from apps.cli.options import Json, examples
from infra.settings import load_settings

app = typer.Typer(help="Recurring messages: those that `schedule --repeat` makes.")

Id = Annotated[
    int, typer.Argument(metavar="ID", min=1, max=2**63 - 1, help="The series' id in the ledger.")
]


@app.command("list", epilog=examples("series list", "series list --json"))
def list_(
    limit: Annotated[int, typer.Option(min=1, max=10_000)] = 50, as_json: Json = False
) -> None:
    """The newest recurring messages."""
    load_settings()
    from apps.cli import recurring

    recurring.show_all(limit, json=as_json)


@app.command(epilog=examples("series show 3", "series show 3 --json"))
def show(series_id: Id, as_json: Json = False) -> None:
    """One recurring message: its next dates, and its messages so far."""
    load_settings()
    from apps.cli import recurring

    recurring.show(series_id, json=as_json)


@app.command(epilog=examples("series cancel 3"))
def cancel(series_id: Id, as_json: Json = False) -> None:
    """Send no more of it; messages of it that wait in the queue are cancelled too."""
    load_settings()
    from apps.cli import recurring

    recurring.cancel(series_id, json=as_json)


@app.command(epilog=examples("series pause 3"))
def pause(series_id: Id, as_json: Json = False) -> None:
    """Send none of it until it is resumed."""
    load_settings()
    from apps.cli import recurring

    recurring.pause(series_id, json=as_json)


@app.command(epilog=examples("series resume 3"))
def resume(series_id: Id, as_json: Json = False) -> None:
    """Go on with the next date to come; what the pause left out stays left out."""
    load_settings()
    from apps.cli import recurring

    recurring.resume(series_id, json=as_json)
