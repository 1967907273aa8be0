"""Options that several commands share, handed to each of them as one value."""

import inspect
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

Command = Callable[..., Any]


def grouped(
    parameter: str, options: Mapping[str, Any], made: Callable[..., Any]
) -> Callable[[Command], Command]:
    """A decorator that puts `options` (annotations by name) in the place of the command's
    parameter of this name, which is what `made` makes of those that were given.
    """

    def decorate(command: Command) -> Command:
        wanted = inspect.signature(command)

        @wraps(command)
        def asked(**values: Any) -> Any:
            given = {name: values.pop(name) for name in options}
            told = {name: value for name, value in given.items() if value is not None}
            return command(**{parameter: made(**told)}, **values)

        empty = inspect.Parameter.empty
        own = [each for each in wanted.parameters.values() if each.name != parameter]
        parameters = [
            *(each for each in own if each.default is empty),
            *(_option(name, annotation) for name, annotation in options.items()),
            *(each for each in own if each.default is not empty),
        ]
        asked.__signature__ = wanted.replace(parameters=parameters)  # type: ignore[attr-defined]
        asked.__annotations__ = {each.name: each.annotation for each in parameters}
        return asked

    return decorate


def _option(name: str, annotation: Any) -> inspect.Parameter:
    kind = inspect.Parameter.POSITIONAL_OR_KEYWORD
    return inspect.Parameter(name, kind, default=None, annotation=annotation)
