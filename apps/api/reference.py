"""The schema of the API as a page shows it: by noun, operation by operation."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import orjson

METHODS = ("get", "post", "put", "patch", "delete")
COLOURS = {"get": "blue", "post": "green", "put": "orange", "patch": "orange", "delete": "red"}


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    place: str
    kind: str
    needed: bool
    description: str


@dataclass(frozen=True, slots=True)
class Operation:
    """`body` and `answer` are examples, as JSON; "" for none."""

    id: str
    method: str
    colour: str
    path: str
    summary: str
    description: str
    parameters: tuple[Parameter, ...]
    body: str
    answer: str
    statuses: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Reference:
    description: str
    nouns: Mapping[str, list[Operation]]


def reference_of(schema: Mapping[str, Any]) -> Reference:
    nouns: dict[str, list[Operation]] = {}
    for path, item in schema["paths"].items():
        for method in (name for name in METHODS if name in item):
            told = item[method]
            noun = (told.get("tags") or ["api"])[0]
            nouns.setdefault(noun, []).append(_operation(schema, path, method, told))
    return Reference(schema["info"]["description"].strip(), nouns)


def _operation(
    schema: Mapping[str, Any], path: str, method: str, told: Mapping[str, Any]
) -> Operation:
    responses = told["responses"]
    good: Mapping[str, Any] = next(
        (each for status, each in responses.items() if status.startswith("2")), {}
    )
    return Operation(
        id=told["operationId"],
        method=method.upper(),
        colour=COLOURS[method],
        path=path,
        summary=told.get("summary", ""),
        description=told.get("description", ""),
        parameters=tuple(_parameters(schema, told)),
        body=_example(told.get("requestBody", {})),
        answer=_example(good),
        statuses={status: each["description"] for status, each in responses.items()},
    )


def _parameters(schema: Mapping[str, Any], told: Mapping[str, Any]) -> Iterator[Parameter]:
    for each in told.get("parameters", ()):
        kind = _kind(schema, each.get("schema", {}))
        needed = each.get("required", False)
        yield Parameter(each["name"], each["in"], kind, needed, each.get("description", ""))


def _kind(schema: Mapping[str, Any], of: Mapping[str, Any]) -> str:
    """In a word or two: "integer", "string (date-time)", "one of a, b"."""
    of = _resolved(schema, of)
    if "enum" in of:
        return "one of " + ", ".join(map(str, of["enum"]))
    if "anyOf" in of:
        kinds = [_kind(schema, each) for each in of["anyOf"] if each.get("type") != "null"]
        return " or ".join(dict.fromkeys(kinds))
    if of.get("type") == "array":
        return f"{_kind(schema, of.get('items', {}))}, several"
    told = str(of.get("type", "any"))
    return f"{told} ({of['format']})" if "format" in of else told


def _example(told: Mapping[str, Any]) -> str:
    """Of a body or an answer."""
    for content in told.get("content", {}).values():
        example = content.get("example")
        if isinstance(example, str):
            return example
        return orjson.dumps(example, option=orjson.OPT_INDENT_2).decode()
    return ""


def _resolved(schema: Mapping[str, Any], of: Mapping[str, Any]) -> Mapping[str, Any]:
    if "$ref" not in of:
        return of
    found: Mapping[str, Any] = schema["components"]["schemas"][of["$ref"].rpartition("/")[2]]
    return found
