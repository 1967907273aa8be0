"""Keys: shown once, kept as a hash, revoked at once."""

import asyncio
import logging
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from core.scope import Scope
from infra.db.api_keys import USED_EVERY_S
from infra.db.moments import from_now
from infra.db.sessions import SEEN_EVERY_S
from infra.db.web_tables import api_keys, sessions
from tests.api.web import Asker, Web

PASSWORD = "four words and more"


def bearer(secret: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {secret}"}


async def made(asker: Asker, name: str = "the shop", scope: str = "write") -> dict[str, Any]:
    answer = await asker.post("/api/v1/keys", {"name": name, "scope": scope})
    assert answer.status == 201, answer.text
    body: dict[str, Any] = answer.json
    return body


async def test_a_keys_secret_is_told_once(web: Web) -> None:
    async with web.logged_in() as owner, web.nobody() as program:
        key = await made(owner)
        assert key["secret"].startswith("ab_")
        assert key["secret"].startswith(key["prefix"])
        listed = await owner.get("/api/v1/keys")
        assert key["secret"] not in listed.text
        [known] = listed.json["items"]
        assert known == {name: key[name] for name in known}
        me = (await program.get("/api/v1/me", headers=bearer(key["secret"]))).json
        assert (me["name"], me["scope"], me["role"]) == (f"key:{key['id']}", "write", None)


async def test_a_revoked_key_is_unknown_at_the_next_request(web: Web) -> None:
    async with web.logged_in() as owner, web.nobody() as program:
        key = await made(owner)
        assert (await owner.ask("DELETE", f"/api/v1/keys/{key['id']}")).status == 204
        asked = await program.get("/api/v1/me", headers=bearer(key["secret"]))
        assert asked.status == 401
        assert (await owner.ask("DELETE", f"/api/v1/keys/{key['id']}")).status == 204
        [known] = (await owner.get("/api/v1/keys")).json["items"]
        assert known["revoked_at"] is not None


async def test_a_request_asked_twice_makes_one_key_and_its_secret_is_not_kept(web: Web) -> None:
    async with web.logged_in() as owner:
        once = {"Idempotency-Key": "one and the same"}
        body = {"name": "shop", "scope": "read"}
        first = await owner.post("/api/v1/keys", body, headers=once)
        again = await owner.post("/api/v1/keys", body, headers=once)
        assert (first.status, again.status) == (201, 409)
        assert first.json["secret"] not in again.text
        assert len((await owner.get("/api/v1/keys")).json["items"]) == 1


async def test_when_it_was_used_is_written_once_a_minute(web: Web) -> None:
    async def used() -> datetime | None:
        async with web.office.database.reading() as connection:
            at: datetime | None = await connection.scalar(select(api_keys.c.last_used_at))
            return at

    key, secret = await web.office.keys.make("x", Scope.READ, None)
    assert key.last_used_at is None
    async with web.nobody() as program:
        await program.get("/api/v1/me", headers=bearer(secret))
        while (first := await used()) is None:  # beside: nobody waits for it
            await asyncio.sleep(0.01)
        assert datetime.now(UTC) - first < timedelta(seconds=30)
        await program.get("/api/v1/me", headers=bearer(secret))
        assert await used() == first
        async with web.office.database.writing() as connection:
            old = {"last_used_at": from_now(-USED_EVERY_S - 1)}
            await connection.execute(update(api_keys).values(**old))
        await program.get("/api/v1/me", headers=bearer(secret))
        async with asyncio.timeout(5):
            while (await used() or first) < first:
                await asyncio.sleep(0.01)


async def test_a_ledger_that_takes_no_writes_keeps_nobody_from_reading(web: Web) -> None:
    _, secret = await web.office.keys.make("x", Scope.READ, None)
    async with web.logged_in() as owner, web.nobody() as program:
        async with web.office.database.writing() as connection:
            await connection.execute(update(sessions).values(seen_at=from_now(-SEEN_EVERY_S - 1)))
        with closing(sqlite3.connect(web.office.database.url.database or "")) as other:
            other.execute("BEGIN IMMEDIATE")
            async with asyncio.timeout(5):
                told = await asyncio.gather(
                    owner.get("/"),
                    program.get("/api/v1/me", headers=bearer(secret)),
                    program.get("/api/v1/messages", headers=bearer(secret)),
                )
        assert [each.status for each in told] == [200, 200, 200]


@pytest.mark.parametrize(
    ("body", "field"),
    [
        ({"name": "", "scope": "read"}, "name"),
        ({"name": "x" * 65, "scope": "read"}, "name"),
        ({"name": "x\r\nSet-Cookie: a=1", "scope": "read"}, "name"),
        ({"name": "x\x00", "scope": "read"}, "name"),
        ({"name": "x", "scope": "everything"}, "scope"),
        ({"name": "x"}, "scope"),
        ({"scope": "read"}, "name"),
        ({"name": "x", "scope": "read", "id": 7}, "id"),
    ],
)
async def test_what_cannot_be_a_key_is_refused(
    api: Asker, body: dict[str, object], field: str
) -> None:
    answer = await api.post("/api/v1/keys", body)
    assert (answer.status, answer.fields) == (422, {field})


async def test_a_name_is_kept_as_it_was_written(web: Web) -> None:
    name = "'; DROP TABLE api_keys; -- <script>alert(1)</script>"
    async with web.logged_in() as owner:
        assert (await made(owner, name))["name"] == name
        page = await owner.get("/settings/keys")
        assert "<script>alert(1)" not in page.text
        assert "&lt;script&gt;alert(1)" in page.text


@pytest.mark.parametrize("number", ["0", "-1", "99", str(2**63), str(2**80)])
async def test_a_key_that_is_not_there_is_not_found(api: Asker, number: str) -> None:
    assert (await api.ask("DELETE", f"/api/v1/keys/{number}")).status == 404


async def test_no_secret_is_in_the_ledger_or_in_a_log(
    web: Web, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with web.logged_in() as owner, web.nobody() as other:
        key = await made(owner)
        link = (await owner.post("/api/v1/people", {"name": "grace"})).json["id"]
        url = (await owner.post(f"/api/v1/people/{link}/link")).json["url"]
        assert (await owner.ask("PATCH", "/api/v1/me", {"password": PASSWORD})).status == 200
        await other.post("/login", data={"name": "owner", "password": PASSWORD})
        await other.post("/login", data={"name": PASSWORD, "password": "owner"})
        await other.get("/api/v1/me", headers=bearer(key["secret"]))
        token = next(iter(owner.session.cookie_jar)).value
        secrets = [key["secret"], url.rpartition("/")[2], token, owner.csrf, PASSWORD]
    folder = Path(str(web.office.database.url.database)).parent
    ledger = b"".join(file.read_bytes() for file in folder.glob("ledger.db*"))
    assert b"the shop" in ledger
    for secret in secrets:
        assert len(secret) > 10
        assert secret.encode() not in ledger
        assert secret not in caplog.text
