"""The commands about channels. Each imports what it needs when it runs, as in commands.py."""
# ruff: noqa: PLC0415

from typing import Annotated

import typer

from apps.cli.arguments import ChatCommand
from apps.cli.options import Chat, Json, examples
from infra.settings import load_settings

channels = typer.Typer(help="Channels whose members and views are recorded.")
app = typer.Typer()
app.add_typer(channels, name="channels")


@channels.command(cls=ChatCommand, epilog=examples("channels add @name", "channels add -100123"))
def add(chat: Chat, as_json: Json = False) -> None:
    """Record a channel's members and views."""
    load_settings()
    from apps.cli import channels as desk

    desk.add(chat, json=as_json)


@channels.command("list", epilog=examples("channels list", "channels list --json"))
def list_(as_json: Json = False) -> None:
    """The channels that are recorded."""
    load_settings()
    from apps.cli import channels as desk

    desk.show_all(json=as_json)


@channels.command(cls=ChatCommand, epilog=examples("channels remove @name"))
def remove(chat: Chat, as_json: Json = False) -> None:
    """Record a channel no more. What was recorded stays."""
    load_settings()
    from apps.cli import channels as desk

    desk.remove(chat, json=as_json)


@app.command(
    cls=ChatCommand,
    epilog=examples("stats @name", "stats -1001234567890 --days 7 --json", "stats @name --now"),
)
def stats(
    chat: Chat,
    days: Annotated[float, typer.Option(min=0.01, max=3650, help="Over how many days.")] = 30,
    now: Annotated[bool, typer.Option("--now", help="Look at the channel first.")] = False,
    tz: Annotated[
        str | None,
        typer.Option(metavar="ZONE", help="Zone of the best hours; by default this machine's."),
    ] = None,
    as_json: Json = False,
) -> None:
    """A channel's members, its posts' views, and how they grew."""
    load_settings()
    from apps.cli import stats as page

    page.show(page.Asked(chat, days, now, tz), json=as_json)
