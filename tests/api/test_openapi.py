"""The schema is complete, and the server keeps to it whatever it is asked."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from apps.api.app import make_app
from apps.api.reference import METHODS
from apps.api.routes.openapi import schema_of
from core.scope import Scope
from tests.api.fuzzed import Running, running
from tests.api.web import Web
from tests.servers.valkey import ValkeyServer

NO_REDIS = "redis://127.0.0.1:1/0"
ENDLESS = "/api/v1/events"
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]
FEW = {GenerationMode.POSITIVE: 2, GenerationMode.NEGATIVE: 2}
MANY = {GenerationMode.POSITIVE: 12, GenerationMode.NEGATIVE: 9}
KNOWN = {"message_id": 1, "broadcast_id": 1, "name": "@our_news", "key_id": 99}
"""What there is, but the key with which it is asked. Of others the number is made up."""

OPEN = {"/health/live", "/health/ready"}


@pytest.fixture(scope="module")
def schema() -> Any:
    return schema_of(make_app())


def operations(schema: Mapping[str, Any]) -> Iterator[tuple[str, str, Any]]:
    for path, item in schema["paths"].items():
        yield from ((path, method, item[method]) for method in METHODS if method in item)


async def test_it_is_told_to_whoever_may_read(web: Web, schema: Any) -> None:
    async with web.nobody() as nobody, web.with_key(Scope.READ) as reader:
        assert (await nobody.get("/api/v1/openapi.json")).status == 401
        answer = await reader.get("/api/v1/openapi.json")
    assert (answer.status, answer.json["openapi"][:3]) == (200, "3.1")
    assert answer.json["paths"].keys() == schema["paths"].keys()


async def test_people_read_it_as_a_page(web: Web, schema: Any) -> None:
    async with web.logged_in() as person, web.nobody() as nobody:
        page = await person.get("/api/v1/docs")
        away = await nobody.get("/api/v1/docs")
    assert page.status == 200
    for _, _, told in operations(schema):
        assert f'id="{told["operationId"]}"' in page.text
    assert "<script>" not in page.text
    assert " style=" not in page.text
    assert (away.status, away.headers["Location"]) == (303, "/login?next=/api/v1/docs")


async def test_every_operation_is_told_in_full(schema: Any) -> None:
    missing = []
    for path, method, told in operations(schema):
        name = f"{method} {path}"
        good = {status: each for status, each in told["responses"].items() if status[0] == "2"}
        if not told.get("summary") or not told.get("tags"):
            missing.append(f"{name}: summary or tags")
        if not good:
            missing.append(f"{name}: a good answer")
        if path not in OPEN and not {"401", "403", "422", "503"} <= told["responses"].keys():
            missing.append(f"{name}: problems")
        if path not in OPEN and "security" not in told:
            missing.append(f"{name}: security")
        missing += [f"{name}: {each}" for each in _unlike_problems(told)]
        bodies = [told.get("requestBody", {}), *good.values()]
        for content in (each for body in bodies for each in body.get("content", {}).values()):
            if not content.keys() & {"example", "examples"}:
                missing.append(f"{name}: an example")
    assert not missing, "\n".join(missing)


def _unlike_problems(told: Mapping[str, Any]) -> Iterator[str]:
    for status, each in told["responses"].items():
        kinds = each.get("content", {}).keys()
        if status[0] in "45" and told["tags"] != ["health"] and kinds != PROBLEM:
            yield f"{status} is {set(kinds)}"


PROBLEM = {"application/problem+json"}


async def test_operations_have_names_of_their_own(schema: Any) -> None:
    names = [told["operationId"] for _, _, told in operations(schema)]
    assert len(names) == len(set(names))
    assert {"channels_listed", "channels_take", "events_events", "tasks_queues"} <= set(names)


@pytest.fixture
def fuzzed(tmp_path: Path, empty_ledger: Path, valkey_server: ValkeyServer) -> Iterator[Running]:
    with running(empty_ledger, tmp_path, valkey_server.url()) as known:
        yield known


def test_the_server_keeps_to_it_whatever_it_is_asked(fuzzed: Running) -> None:
    attack(fuzzed, FEW)


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_nor_does_it_break_it_when_asked_for_more(fuzzed: Running) -> None:
    attack(fuzzed, MANY)


def attack(fuzzed: Running, examples: Mapping[GenerationMode, int]) -> None:
    config = SchemathesisConfig.from_dict({"seed": 1})
    schema = schemathesis.openapi.from_dict(fuzzed.schema, config=config)
    wrong: list[str] = []
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {fuzzed.secret}"
        every = schema.exclude(path=ENDLESS).get_all_operations()
        found = [each.ok() for each in every if isinstance(each, Ok)]
        assert len(found) > 50
        # What deletes comes last: it would leave little to be asked for.
        for operation in sorted(found, key=lambda each: each.method == "delete"):
            for mode, count in examples.items():
                wrong += attacked(operation, mode, count, fuzzed.url, session)
    assert not wrong, "\n\n".join(wrong)


def attacked(
    operation: Any, mode: GenerationMode, count: int, url: str, session: requests.Session
) -> list[str]:
    """What was wrong with an operation's answers."""
    own = {each.name for each in operation.path_parameters}
    known = {name: value for name, value in KNOWN.items() if name in own}
    if mode.is_negative and not can_be_wrong(operation):
        return []
    wrong: list[str] = []

    @seed(1)
    @settings(
        max_examples=count,
        phases=[Phase.generate],
        deadline=None,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(operation.as_strategy(generation_mode=mode, path_parameters=known or None))
    def ask(case: Any) -> None:
        try:
            case.call_and_validate(base_url=url, session=session, checks=CHECKS)
        except FailureGroup as failures:
            wrong.append(f"{operation.method.upper()} {operation.path}\n{failures}")

    ask()
    return wrong[:1]


def can_be_wrong(operation: Any) -> bool:
    return bool(operation.query or operation.body or operation.headers)
