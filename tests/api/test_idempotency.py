"""`Idempotency-Key`: of however many requests under one, one is worked on."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import aiohttp
import pytest
from fastapi import APIRouter, Response, UploadFile
from sqlalchemy import Float, literal, select, update

from apps.api import idempotency
from apps.api.access import Writer
from apps.api.idempotency import BODY_BYTES, OncePerKey
from apps.api.problems import Problem
from core.scope import Scope
from infra.db.idempotent import Asked, Mine
from infra.db.moments import plus
from infra.db.web_tables import idempotent_answers
from tests.api.asks import LATER, MESSAGES, made, new
from tests.api.web import Answer, Asker, Web

WORK = "/api/work"


class Workshop:
    """Routes whose work can be counted, held up and made to fail."""

    def __init__(self) -> None:
        self.done: list[Any] = []
        self.begun, self.go_on = asyncio.Event(), asyncio.Event()
        self.go_on.set()
        self.status, self.size = 201, 10
        self.router = APIRouter(prefix=WORK, route_class=OncePerKey)
        self.router.post("")(self.work)
        self.router.post("/file")(self.take)

    async def work(self, caller: Writer, body: dict[str, Any]) -> Response:
        self.done.append(body)
        self.begun.set()
        await self.go_on.wait()
        if self.status == 418:
            raise RuntimeError("nobody expected this")
        if self.status >= 400:
            raise Problem(self.status, "trouble", "Trouble")
        headers = {"Location": "/x", "ETag": '"1"', "Set-Cookie": "a=b"}
        return Response(b"." * self.size, self.status, headers, "text/plain")

    async def take(self, caller: Writer, file: UploadFile, name: str) -> str:
        self.done.append(await file.read())
        return name


@contextmanager
def opened(web: Web) -> Iterator[Workshop]:
    shop = Workshop()
    app: Any = web.server.config.app
    known = list(app.router.routes)
    app.include_router(shop.router)
    yield shop
    app.router.routes[:] = known  # the application serves other tests


@pytest.fixture
def shop(web: Web) -> Iterator[Workshop]:
    with opened(web) as shop:
        yield shop


@pytest.fixture
async def writer(web: Web) -> AsyncIterator[Asker]:
    async with web.with_key(Scope.WRITE) as asker:
        yield asker


async def work(asker: Asker, key: str = "k", path: str = WORK, **body: Any) -> Answer:
    return await asker.post(path, body, headers={"Idempotency-Key": key})


async def test_asked_twice_is_done_once_and_answered_alike(shop: Workshop, writer: Asker) -> None:
    first, again = await work(writer, n=1), await work(writer, n=1)
    assert len(shop.done) == 1
    assert (again.status, again.text) == (first.status, first.text) == (201, "." * 10)
    assert again.headers["Idempotency-Replayed"] == "true"
    for name in ("Location", "ETag", "Content-Type"):
        assert again.headers[name] == first.headers[name]
    assert "Set-Cookie" not in again.headers
    assert "Idempotency-Replayed" not in first.headers


async def test_another_request_under_the_key_is_refused(shop: Workshop, writer: Asker) -> None:
    await work(writer, n=1)
    for path, n in ((WORK, 2), (f"{WORK}?a=b", 1)):
        answer = await work(writer, "k", path, n=n)
        assert (answer.status, answer.json["type"]) == (422, "urn:analyticbot:key-conflict")
    assert len(shop.done) == 1


async def test_a_key_is_its_callers_own(shop: Workshop, web: Web, writer: Asker) -> None:
    async with web.with_key(Scope.WRITE) as other, web.logged_in() as person:
        for asker in (writer, other, person):
            assert "Idempotency-Replayed" not in (await work(asker)).headers
    assert len(shop.done) == 3


async def test_while_one_works_on_it_others_are_told_to_wait(shop: Workshop, writer: Asker) -> None:
    shop.go_on.clear()
    first = asyncio.create_task(work(writer))
    await shop.begun.wait()
    others = await asyncio.gather(*(work(writer) for _ in range(10)))
    assert {answer.status for answer in others} == {409}
    assert others[0].headers["Retry-After"] == "1"
    shop.go_on.set()
    assert (await first).status == 201
    assert len(shop.done) == 1


async def test_of_twenty_at_once_one_is_done(web_on_either: Web) -> None:
    with opened(web_on_either) as shop:
        async with web_on_either.with_key(Scope.WRITE) as api:
            answers = await asyncio.gather(*(work(api) for _ in range(20)))
            assert {answer.status for answer in answers} <= {201, 409}
            assert (await work(api)).headers["Idempotency-Replayed"] == "true"
        assert len(shop.done) == 1


async def test_what_was_not_done_leaves_the_key_free(shop: Workshop, writer: Asker) -> None:
    for status in (500, 503, 400, 422, 429):
        shop.status = status
        assert (await work(writer)).status == status
    shop.status = 201
    assert (await work(writer)).status == 201
    assert len(shop.done) == 6


async def test_what_nobody_expected_leaves_the_key_free(shop: Workshop, writer: Asker) -> None:
    shop.status = 418
    closing = {"Idempotency-Key": "k", "Connection": "close"}
    assert (await writer.post(WORK, {}, headers=closing)).status == 500
    shop.status = 201
    assert (await work(writer)).status == 201


async def test_what_its_state_forbade_is_answered_alike(shop: Workshop, writer: Asker) -> None:
    shop.status = 409
    first, again = await work(writer), await work(writer)
    assert (first.text, again.status) == (again.text, 409)
    assert again.headers["Content-Type"] == "application/problem+json"
    assert len(shop.done) == 1


async def test_of_a_long_answer_only_the_fact_is_kept(shop: Workshop, writer: Asker) -> None:
    shop.size = BODY_BYTES + 1
    await work(writer)
    again = await work(writer)
    assert (again.status, again.json["type"]) == (409, "urn:analyticbot:answer-not-kept")
    assert again.headers["Location"] == "/x"
    assert len(shop.done) == 1


async def test_access_is_checked_before_anything_is_told_again(
    shop: Workshop, web: Web, writer: Asker
) -> None:
    await work(writer)
    async with web.with_key(Scope.READ) as reader:
        assert (await work(reader)).status == 403
    async with web.nobody() as nobody:
        assert (await work(nobody)).status == 401
    for key in await web.office.keys.listed():
        await web.office.keys.revoke(key.id)
    assert (await work(writer)).status == 401
    assert await kept(web) == ["k"]


async def test_a_role_that_is_gone_gets_no_old_answers(web: Web, shop: Workshop) -> None:
    async with web.logged_in() as person:
        await work(person)
        person.csrf = "another"
        assert (await work(person)).status == 403


async def test_a_form_is_the_same_whatever_its_boundary(shop: Workshop, writer: Asker) -> None:
    async def send(content: bytes, boundary: str) -> Answer:
        form = aiohttp.MultipartWriter("form-data", boundary)
        part = form.append(content, {"Content-Type": "application/octet-stream"})
        part.set_content_disposition("form-data", name="file", filename="a.bin")
        headers = {
            "Idempotency-Key": "f",
            "Content-Type": f"multipart/form-data; boundary={boundary}",
        }
        return await writer.ask("POST", f"{WORK}/file?name=n", data=form, headers=headers)

    content = b"\x00\xff" * 600_000  # more than is kept in memory
    assert (await send(content[:900_000], "one")).status == 200
    assert (await send(content[:900_000], "two")).headers["Idempotency-Replayed"] == "true"
    assert (await send(content[:800_000], "one")).status == 422
    assert shop.done == [content[:900_000]]


async def test_what_cannot_be_a_key_is_refused(api: Asker) -> None:
    for key in ("", "\u00e9", "x" * 256):
        for path in (MESSAGES, f"{MESSAGES}/1/cancel"):
            answer = await api.post(path, new(), headers={"Idempotency-Key": key})
            assert (answer.status, answer.fields) == (422, {"Idempotency-Key"}), answer.text


async def test_an_action_is_repeated_without_harm(api: Asker) -> None:
    where = f"{MESSAGES}/{(await made(api, at=LATER))['id']}/cancel"
    first, again = await work(api, path=where), await work(api, path=where)
    assert (first.status, again.status) == (200, 200)
    assert again.json == first.json


async def test_the_dead_give_way_after_a_minute(web_on_either: Web) -> None:
    answers = web_on_either.office.answers
    asked = Asked("key:1", "k", "f")
    mine = await answers.begin(asked)
    assert isinstance(mine, Mine)
    assert not isinstance(await answers.begin(asked), Mine)
    await grow_older(web_on_either, 59)
    assert not isinstance(await answers.begin(asked), Mine)
    await grow_older(web_on_either, 2)
    assert not isinstance(await answers.begin(Asked("key:1", "k", "other")), Mine)
    another = await answers.begin(asked)
    assert isinstance(another, Mine)
    # The first was not dead, and comes too late.
    await answers.keep(mine, 200, {}, b"late")
    assert await answers.renew(mine) is None
    await answers.forget(mine)
    await answers.keep(another, 200, {}, b"good")
    found = await answers.begin(asked)
    assert not isinstance(found, Mine)
    assert found.body == b"good"


async def test_who_works_for_long_says_so(
    shop: Workshop, web: Web, writer: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(idempotency, "RENEWED_EVERY_S", 0.01)
    shop.go_on.clear()
    first = asyncio.create_task(work(writer))
    await shop.begun.wait()
    begun_at = await made_at(web)
    while await made_at(web) == begun_at:
        await asyncio.sleep(0.01)
    shop.go_on.set()
    assert (await first).status == 201
    assert (await work(writer)).headers["Idempotency-Replayed"] == "true"
    assert len(shop.done) == 1


async def test_answers_are_kept_for_a_day(web_on_either: Web) -> None:
    answers = web_on_either.office.answers
    asked = Asked("key:1", "k", "f")
    mine = await answers.begin(asked)
    assert isinstance(mine, Mine)
    await answers.keep(mine, 200, {}, b"")
    await grow_older(web_on_either, 86_399)
    assert await answers.clean() == 0
    await grow_older(web_on_either, 2)
    other = await answers.begin(Asked("key:1", "k", "another"))
    assert isinstance(other, Mine)
    await grow_older(web_on_either, 86_401)
    assert await answers.clean() == 1


async def kept(web: Web) -> list[str]:
    async with web.office.database.reading() as connection:
        return list(await connection.scalars(select(idempotent_answers.c.key)))


async def made_at(web: Web) -> datetime | None:
    async with web.office.database.reading() as connection:
        return await connection.scalar(select(idempotent_answers.c.created_at))


async def grow_older(web: Web, seconds: float) -> None:
    """By so many, those that there are."""
    async with web.office.database.writing() as connection:
        older = {"created_at": plus(idempotent_answers.c.created_at, literal(-seconds, Float))}
        await connection.execute(update(idempotent_answers).values(older))
