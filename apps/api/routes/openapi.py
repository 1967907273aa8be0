"""What the API can do, told to programs and to people."""

import re
from collections.abc import Iterator
from typing import Any

from fastapi import APIRouter, FastAPI, Request
from fastapi.routing import APIRoute
from starlette.responses import JSONResponse, Response

from apps.api.access import Reader
from apps.api.examples import complete
from apps.api.pages.render import TheView
from apps.api.reference import METHODS, reference_of
from apps.api.schemas import problem

SENTENCE_END = re.compile(r"\.\s|\n\n")

OF_BODIES = (400, 413)
"""What a route that takes a body can answer besides."""

router = APIRouter(include_in_schema=False)


@router.get("/openapi.json")
async def openapi(request: Request, caller: Reader) -> Response:
    """The schema of this API, as OpenAPI 3.1."""
    return JSONResponse(schema_of(request.app))


@router.get("/docs")
async def docs(view: TheView) -> Response:
    """The same as a page."""
    return view.page("docs.html", reference=reference_of(schema_of(view.request.app)))


def schema_of(app: FastAPI) -> dict[str, Any]:
    """Made once; the problems that routes refer to are in it, and examples of everything."""
    if app.openapi_schema is None:
        schema = app.openapi()
        schema.setdefault("components", {}).setdefault("schemas", {}).update(problem.components())
        for operation in _operations(schema):
            _tell(operation)
            if "requestBody" in operation:
                _add(operation, problem.problems(*OF_BODIES))
        complete(schema)
    assert app.openapi_schema is not None
    return app.openapi_schema


def operation_id(route: APIRoute) -> str:
    """ "channels_remove": short, and the same as long as the function keeps its name."""
    tag = str(route.tags[0]) if route.tags else "api"
    return f"{tag}_{route.name.strip('_')}"


def _operations(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    for item in schema["paths"].values():
        yield from (item[method] for method in METHODS if method in item)


def _add(operation: dict[str, Any], responses: problem.Responses) -> None:
    for status, told in responses.items():
        operation["responses"].setdefault(str(status), told)


def _tell(operation: dict[str, Any]) -> None:
    """The docstring's first sentence is the summary, the rest of it the description."""
    told = operation.pop("description", "").strip()
    if not told:
        return
    first, *rest = SENTENCE_END.split(told, maxsplit=1)
    operation["summary"] = " ".join(first.split()).removesuffix(".")
    if rest:
        operation["description"] = rest[0].strip()
