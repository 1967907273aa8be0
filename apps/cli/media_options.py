"""Options by which a command is told of a file."""

from dataclasses import dataclass, field
from typing import Annotated, Any

import typer

from apps.cli.option_groups import grouped


def _file(what: str) -> Any:
    words = f"{what}: a file of this machine, a URL or a file_id."
    return Annotated[str | None, typer.Option(metavar="FILE", help=words)]


OPTIONS: dict[str, Any] = {
    "photo": _file("A photo"),
    "video": _file("A video"),
    "animation": _file("A GIF, or a video without sound"),
    "document": _file("Any file"),
    "upload_to": Annotated[
        str | None,
        typer.Option(
            metavar="CHAT", help="Where a file is uploaded, once; by default the bot's owner."
        ),
    ],
}


@dataclass(frozen=True, slots=True)
class Media:
    """`files` by kind, as they were given."""

    files: dict[str, str] = field(default_factory=dict)
    upload_to: str | None = None


def _media(upload_to: str | None = None, **files: str) -> Media:
    return Media(files, upload_to)


with_media = grouped("media", OPTIONS, _media)
"""The command with OPTIONS in the place of its parameter `media`."""
