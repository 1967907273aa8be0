"""What an answer looks like that is none of the good ones, as RFC 9457 has it."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from apps.api.problems import MEDIA_TYPE

Responses = dict[int | str, dict[str, Any]]

MEANINGS: Mapping[int, str] = {
    400: "The request cannot be read.",
    401: "Nobody, or a key that is unknown or revoked.",
    403: "The key or the account may not do that; or another site's page asked for it.",
    404: "There is no such thing.",
    409: "The present state does not allow that.",
    410: "It was there, and is over.",
    412: "It has changed since it was read: `If-Match` names another version.",
    413: "The body is too long.",
    415: "The body is of a kind that is not taken.",
    422: "Input that cannot be accepted; `errors` names the fields.",
    429: "Too many for now; `Retry-After` says when to ask again.",
    503: "Something that this needs cannot be asked now; `Retry-After` says when to try again.",
}
ALWAYS = (401, 403, 422, 503)
"""What every route of the API can answer."""


class FieldProblem(BaseModel):
    """What is wrong with one field, and what to do about it."""

    field: str
    problem: str
    remedy: str = ""


class Problem(BaseModel):
    """A problem. `detail` is for people; programs go by `type` and `errors`."""

    model_config = ConfigDict(
        json_schema_extra={
            "examples": [
                {
                    "type": "urn:analyticbot:invalid-input",
                    "title": "The input cannot be accepted",
                    "status": 422,
                    "detail": "text: is missing; give the text to send",
                    "instance": "/api/v1/messages",
                    "errors": [
                        {
                            "field": "text",
                            "problem": "is missing",
                            "remedy": "give the text to send",
                        }
                    ],
                }
            ]
        }
    )

    type: str = Field(description="`urn:analyticbot:` and a short name that does not change.")
    title: str
    status: int
    detail: str = ""
    instance: str = Field("", description="The path that was asked.")
    errors: list[FieldProblem] = []


def problems(*statuses: int) -> Responses:
    """For `responses=` of a route: `problems(404, 409)`. Those of ALWAYS need not be named."""
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    content = {MEDIA_TYPE: {"schema": schema}}
    return {
        status: {"description": MEANINGS[status], "content": content}
        for status in sorted({*ALWAYS, *statuses})
    }


def components() -> dict[str, Any]:
    """The schemas that `problems` refers to, by their names."""
    schema = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
    inner: dict[str, Any] = schema.pop("$defs")
    return {**inner, Problem.__name__: schema}
