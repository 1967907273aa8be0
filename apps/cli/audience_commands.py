"""The commands about subscribers. Each imports what it needs when it runs, as in commands.py."""
# ruff: noqa: PLC0415

from pathlib import Path
from typing import Annotated

import typer

from apps.cli.audience_options import with_audience
from apps.cli.options import Json, examples
from core.audience import Audience
from infra.settings import load_settings

app = typer.Typer(help="Subscribers: import them, tag them, keep lists of them.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="The list's name.")]
Tag = Annotated[str, typer.Argument(metavar="TAG", help="A word or a few: no comma, no semicolon.")]
Everybody = Annotated[bool, typer.Option("--all", help="Everybody: without it a filter is needed.")]


@app.command(
    "import",
    epilog=examples(
        "audience import people.csv",
        "audience import people.csv --list spring --tag customer --rejects bad.csv",
        "audience import - --json < people.csv",
    ),
)
def import_(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A CSV file, or - for stdin.")],
    list_: Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Put them all on this list.")
    ] = None,
    tag: Annotated[
        list[str] | None, typer.Option(metavar="TAG", help="Give them all this tag; repeatable.")
    ] = None,
    rejects: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Write the rows that are not taken here.")
    ] = None,
    as_json: Json = False,
) -> None:
    """Make subscribers of the people in a CSV file. Run again, it changes nothing.

    Its first line names the columns: id is needed; first_name, last_name, username, language,
    zone, tags and joined are known; any other is a field for placeholders. Who has stopped or
    blocked the bot is not brought back.
    """
    settings = load_settings()
    from apps.cli import audience_import as desk

    desk.run(settings, desk.Order(file, list_, tag or (), rejects), json=as_json)


@app.command(epilog=examples("audience lists", "audience lists --json"))
def lists(as_json: Json = False) -> None:
    """The saved lists, and how many are on each."""
    settings = load_settings()
    from apps.cli import audience as desk

    desk.lists(settings, json=as_json)


@app.command(
    epilog=examples(
        "audience show",
        "audience show --list spring --tag customer --language uz",
        "audience show --any-tag gold --any-tag silver --joined-since 2026-01-01 --json",
    )
)
@with_audience
def show(
    audience: Audience,
    as_json: Json = False,
) -> None:
    """How many are meant, how many of them can be written to, and what they are."""
    settings = load_settings()
    from apps.cli import audience as desk

    desk.show(settings, audience, json=as_json)


@app.command(
    "tag", epilog=examples("audience tag gold --list spring", "audience tag old --all --json")
)
@with_audience
def tag_(
    name: Tag,
    audience: Audience,
    everybody: Everybody = False,
    as_json: Json = False,
) -> None:
    """Give a tag to all who are meant, also those who cannot be written to."""
    settings = load_settings()
    from apps.cli import audience as desk

    desk.tag(settings, name, audience, everybody=everybody, json=as_json)


@app.command(epilog=examples("audience untag gold --list spring", "audience untag old --all"))
@with_audience
def untag(
    name: Tag,
    audience: Audience,
    everybody: Everybody = False,
    as_json: Json = False,
) -> None:
    """Take a tag from all who are meant."""
    settings = load_settings()
    from apps.cli import audience as desk

    desk.untag(settings, name, audience, everybody=everybody, json=as_json)


@app.command(epilog=examples("audience rename spring 'spring 2026'"))
def rename(
    name: Name,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its new name.")],
    as_json: Json = False,
) -> None:
    """Give a list another name."""
    settings = load_settings()
    from apps.cli import audience as desk

    desk.rename(settings, name, new, json=as_json)


@app.command(epilog=examples("audience delete spring"))
def delete(name: Name, as_json: Json = False) -> None:
    """Delete a list. Those who were on it stay subscribers."""
    settings = load_settings()
    from apps.cli import audience as desk

    desk.delete(settings, name, json=as_json)


@app.command(
    epilog=examples(
        "audience export people.csv", "audience export - --list spring --reached > spring.csv"
    )
)
@with_audience
def export(
    file: Annotated[str, typer.Argument(metavar="FILE", help="A file, or - for stdout.")],
    audience: Audience,
    reached: Annotated[bool, typer.Option("--reached", help="Only who can be written to.")] = False,
) -> None:
    """Write those who are meant to a CSV file, which `audience import` reads."""
    settings = load_settings()
    from apps.cli import audience_export as desk

    desk.run(settings, file, audience, reached=reached)
