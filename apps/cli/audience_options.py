"""Options by which a command is told who is meant."""

from typing import Annotated, Any

import typer

from apps.cli.option_groups import grouped
from core.audience import parse_audience

OPTIONS: dict[str, Any] = {
    "list": Annotated[
        str | None, typer.Option("--list", metavar="NAME", help="Only who is on this list.")
    ],
    "tags": Annotated[
        list[str] | None,
        typer.Option("--tag", metavar="TAG", help="Only who has this tag; repeated, all of them."),
    ],
    "any_tags": Annotated[
        list[str] | None,
        typer.Option("--any-tag", metavar="TAG", help="Only who has one of these; repeatable."),
    ],
    "without_tags": Annotated[
        list[str] | None,
        typer.Option("--without-tag", metavar="TAG", help="Nobody who has this; repeatable."),
    ],
    "languages": Annotated[
        list[str] | None,
        typer.Option("--language", metavar="CODE", help="en, say; pt is pt-br too; repeatable."),
    ],
    "joined_since": Annotated[
        str | None, typer.Option(metavar="DATE", help="Joined on this day (UTC) or later.")
    ],
    "joined_until": Annotated[
        str | None, typer.Option(metavar="DATE", help="Joined on this day (UTC) or before.")
    ],
}

with_audience = grouped("audience", OPTIONS, parse_audience)
"""The command with OPTIONS in the place of its parameter `audience`."""
