"""Lines that are logged while a request is served tell which."""

import logging
from collections.abc import Iterator
from typing import Any

import pytest

from infra.log_ids import ids_of
from tests.api.web import Web


class Seen(logging.Handler):
    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.ids: list[tuple[str, dict[str, Any]]] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.ids.append((record.name, ids_of(record)))


@pytest.fixture
def seen() -> Iterator[Seen]:
    handler = Seen()
    logging.getLogger().addHandler(handler)
    yield handler
    logging.getLogger().removeHandler(handler)


async def test_an_error_is_told_with_its_request_route_and_account_and_without_its_path(
    web: Web, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with web.logged_in() as person:
        monkeypatch.setattr(web.office, "ledger", None)
        answers = [await person.get(f"/api/v1/messages/{id_}?secret=hush") for id_ in (77, 78)]
    assert [each.status for each in answers] == [500, 500]
    numbers = {ids["request_id"] for _, ids in seen.ids}
    assert len(numbers) == 2, seen.ids
    assert {name for name, _ in seen.ids} == {"apps.api.problems", "uvicorn.error"}
    for _, ids in seen.ids:
        assert ids["account_id"] == 1
        assert (ids["method"], ids["route"]) == ("GET", "/api/v1/messages/{message_id}")


async def test_a_line_before_the_route_is_known_has_what_there_is(
    web: Web, seen: Seen, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(web.office, "keys", None)
    async with web.nobody() as asker:
        await asker.get("/api/v1/messages", headers={"Authorization": "Bearer ab_x"})
    assert seen.ids
    for _, ids in seen.ids:
        assert "account_id" not in ids
        assert ids["method"] == "GET"
