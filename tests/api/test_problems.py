"""An error names the field, and says what to do about it."""

from typing import Any

import pytest

from tests.api.web import Asker

KEYS = "/api/v1/keys"


@pytest.mark.parametrize(
    ("body", "field", "problem", "remedy"),
    [
        ({"scope": "read"}, "name", "is missing", "give it"),
        ({"name": "x", "scope": "god"}, "scope", "is none of those known", "'read'"),
        ({"name": "x", "scope": "read", "nam": 1}, "nam", "is not taken here", "spelling"),
    ],
)
async def test_what_is_wrong_with_a_field_comes_with_its_remedy(
    api: Asker, body: Any, field: str, problem: str, remedy: str
) -> None:
    answer = await api.ask("POST", KEYS, body)

    (told,) = answer.json["errors"]
    assert (answer.status, told["field"], told["problem"]) == (422, field, problem)
    assert remedy in told["remedy"]
    assert told["remedy"] in answer.json["detail"]


async def test_a_body_that_is_no_json_is_told_as_such(api: Asker) -> None:
    headers = {"Content-Type": "application/json"}
    answer = await api.ask("POST", KEYS, headers=headers, data=b"{bad")

    assert (answer.status, answer.fields) == (422, {"body"})
    assert "is not JSON" in answer.json["detail"]
