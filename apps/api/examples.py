"""Examples of what routes take and answer, put together from those of their parts."""

from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]

OF_KINDS: Mapping[str, Any] = {
    "integer": 1,
    "number": 1.0,
    "boolean": False,
    "null": None,
    "object": {},
}
OF_FORMATS = {"date-time": "2026-03-01T09:00:00+00:00", "date": "2026-03-01", "binary": "…"}


def complete(schema: dict[str, Any]) -> None:
    """Give each answer and each body an example that has none."""
    for item in schema["paths"].values():
        for told in item.values():
            bodies = [told.get("requestBody", {}), *told["responses"].values()]
            for content in (each for body in bodies for each in body.get("content", {}).values()):
                if "example" not in content and "examples" not in content:
                    content["example"] = example_of(schema, content.get("schema", {}))


def example_of(schema: Schema, of: Schema) -> Any:
    """Its own, else one that its parts make up."""
    if "$ref" in of:
        return example_of(schema, schema["components"]["schemas"][of["$ref"].rpartition("/")[2]])
    for name in ("example", "const", "default"):
        if name in of:
            return of[name]
    for name in ("examples", "enum"):
        if of.get(name):
            return of[name][0]
    for name in ("anyOf", "oneOf", "allOf"):
        if name in of:
            return example_of(schema, of[name][0])
    return _made(schema, of)


def _made(schema: Schema, of: Schema) -> Any:
    if "properties" in of:
        return {name: example_of(schema, each) for name, each in of["properties"].items()}
    if of.get("type") == "array":
        return [example_of(schema, of["items"])] if of.get("items") else []
    if of.get("type") == "string":
        return OF_FORMATS.get(of.get("format", ""), "text")
    return OF_KINDS.get(str(of.get("type")), {})
