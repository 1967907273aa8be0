"""Options by which a command is told who is meant."""

import inspect
from collections.abc import Callable
from functools import wraps
from typing import Annotated, Any

import typer

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
AUDIENCE = "audience"


def with_audience(command: Callable[..., Any]) -> Callable[..., Any]:
    """The command with OPTIONS in the place of its parameter `audience`, which is made of them."""
    wanted = inspect.signature(command)

    @wraps(command)
    def asked(**values: Any) -> Any:
        given = {name: values.pop(name) for name in OPTIONS}
        told = {name: value for name, value in given.items() if value is not None}
        return command(audience=parse_audience(**told), **values)

    parameters = [
        *(each for each in wanted.parameters.values() if each.default is inspect.Parameter.empty),
        *(_option(name, annotation) for name, annotation in OPTIONS.items()),
        *(each for each in wanted.parameters.values() if each.default is not each.empty),
    ]
    parameters = [each for each in parameters if each.name != AUDIENCE]
    asked.__signature__ = wanted.replace(parameters=parameters)  # type: ignore[attr-defined]
    asked.__annotations__ = {each.name: each.annotation for each in parameters}
    return asked


def _option(name: str, annotation: Any) -> inspect.Parameter:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=None, annotation=annotation)
