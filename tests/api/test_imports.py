"""Imports over the API: a file comes in, a worker takes it in, and whatever happens meanwhile."""

import asyncio
import csv
import io
import os
import signal
import stat
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, update

from core.scope import Scope
from infra import importing as reading
from infra.celery import importing, rescue
from infra.celery.runtime import Runtime
from infra.db.audience_tables import list_members
from infra.db.bot_tables import subscribers
from infra.db.imports import ATTEMPTS
from infra.db.web_tables import imports
from infra.import_files import LEFT_OVER_S, REJECTS_S
from tests.api.web import Answer, Asker, Web

ALL = "/api/v1/imports"
PEOPLE = b"id,first_name,city\n1,Ada,London\n2,Grace,Arlington\n"
BORDER = "border"
FORM = {"Content-Type": f"multipart/form-data; boundary={BORDER}"}


def part(name: str, value: bytes, file_name: bytes | None = None) -> bytes:
    named = b"" if file_name is None else b'; filename="' + file_name + b'"'
    head = f'--{BORDER}\r\nContent-Disposition: form-data; name="{name}"'.encode()
    return head + named + b"\r\n\r\n" + value + b"\r\n"


async def upload(
    api: Asker, data: bytes = PEOPLE, file_name: bytes = b"people.csv", **fields: str
) -> Answer:
    parts = [part("file", data, file_name), *(part(n, v.encode()) for n, v in fields.items())]
    body = b"".join(parts) + f"--{BORDER}--\r\n".encode()
    return await api.ask("POST", ALL, data=body, headers=FORM)


def folder(web: Web) -> Path:
    return web.office.settings.data_dir / "imports"


def left(web: Web) -> list[str]:
    return sorted(path.name for path in folder(web).iterdir())


async def counted(web: Web, column: Any) -> int:
    async with web.office.database.reading() as connection:
        return await connection.scalar(select(func.count(column))) or 0


async def lapse(web: Web) -> None:
    """So long nobody was heard of."""
    async with web.office.database.writing() as connection:
        early = select(func.min(imports.c.created_at)).scalar_subquery()
        await connection.execute(update(imports).values(lease_until=early))


@pytest.fixture
async def worker(web: Web) -> AsyncIterator[Runtime]:
    runtime = Runtime(web.office.settings)
    yield runtime
    await asyncio.to_thread(runtime.close)


async def work(runtime: Runtime) -> None:
    """As the task and the timer do it, to its end."""
    await asyncio.to_thread(runtime.call, importing.take_in_all(runtime))


async def test_a_file_becomes_subscribers(web: Web, api: Asker, worker: Runtime) -> None:
    made = await upload(api, list="spring  sale", tags="VIP, customer")
    assert made.status == 202, made.text
    here = made.headers["Location"]
    assert (made.json["state"], made.json["file_name"]) == ("waiting", "people.csv")
    assert (made.json["list"], made.json["tags"]) == ("spring sale", ["vip", "customer"])
    [stored] = left(web)
    assert stored not in made.text
    assert stat.S_IMODE((folder(web) / stored).stat().st_mode) == 0o600
    await work(worker)
    done = (await api.get(here)).json
    assert (done["state"], done["part"], done["rows"], done["new"]) == ("done", 1.0, 2, 2)
    assert done["ended_at"] is not None
    assert left(web) == []
    assert await counted(web, list_members.c.user_id) == 2
    told = (await api.get("/api/v1/subscribers/1")).json
    assert (told["tags"], told["fields"]) == (["customer", "vip"], {"city": "London"})
    again = await upload(api)
    await work(worker)
    assert (await api.get(f"{ALL}/{again.json['id']}")).json["unchanged"] == 2
    assert [each["id"] for each in (await api.get(ALL)).json["items"]] == [
        again.json["id"],
        done["id"],
    ]
    assert (await api.ask("DELETE", here)).status == 409


async def test_rows_that_are_not_taken_are_told_and_kept(
    web: Web, api: Asker, worker: Runtime
) -> None:
    rows = [f"x{number},=1+{number}" for number in range(150)]
    data = "\n".join(["id,first_name", "1,<script>alert(1)</script>", "1,Again", *rows])
    made = await upload(api, data.encode())
    here = made.headers["Location"]
    assert (await api.get(f"{here}/rejects.csv")).status == 404
    await work(worker)
    done = (await api.get(here)).json
    assert (done["new"], done["repeated"], done["bad"]) == (1, 1, 150)
    assert len(done["rejects"]) == 100
    assert done["rejects"][0]["line"] == 4
    assert "x0" in done["rejects"][0]["problem"]
    answer = await api.get(f"{here}/rejects.csv")
    assert answer.headers["Content-Type"].startswith("text/csv")
    found = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert len(found) == 151
    assert {row["first_name"][:3] for row in found} == {"Aga", "'=1"}
    assert (await api.get("/api/v1/subscribers/1")).json["first_name"].startswith("<script>")


async def test_a_file_without_a_good_header_is_refused_at_once(web: Web, api: Asker) -> None:
    for data, told in (
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"first_name\nAda\n", "no column id"),
        (b"id,id\n1,2\n", "'id' twice"),
        (b"id,city,City\n1,2,3\n", "'city' twice"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "header"),
        (b'id,"first\n1,Ada\n', "header"),
    ):
        answer = await upload(api, data)
        assert (answer.status, answer.fields) == (422, {"file"}), answer.text
        assert told in answer.text
    assert not folder(web).exists()


async def test_what_is_no_form_with_a_file_is_refused(web: Web, api: Asker) -> None:
    assert (await api.post(ALL, {"file": "id\n1\n"})).fields == {"file"}
    plain = await api.ask("POST", ALL, data=PEOPLE, headers={"Content-Type": "text/csv"})
    assert plain.fields == {"file"}
    broken = await api.ask("POST", ALL, data=b"--no\r\n", headers=FORM)
    assert broken.status == 400
    no_border = {"Content-Type": "multipart/form-data"}
    assert (await api.ask("POST", ALL, data=b"x", headers=no_border)).status == 400
    for field, value in (("tags", "a\x00"), ("list", "a\x00"), ("list", "x" * 65)):
        assert (await upload(api, PEOPLE, b"p.csv", **{field: value})).fields == {field}
    assert (await api.get(ALL)).json["items"] == []


async def test_a_file_is_never_called_as_its_sender_says(web: Web, api: Asker) -> None:
    for given, shown in (
        (b"../../etc/passwd", "passwd"),
        (b"/etc/passwd", "passwd"),
        (b"..\\..\\boot.ini", "boot.ini"),
        (b"a\x00b.csv", "ab.csv"),
        (b"..", "people.csv"),
        (b"<img src=x onerror=alert(1)>.csv", "<img src=x onerror=alert(1)>.csv"),
        (b"\xff\xfe.csv", None),
        (b"%0d%0aX-Evil: 1.csv", None),
    ):
        answer = await upload(api, file_name=given)
        assert answer.status == 202, (given, answer.text)
        assert shown in (None, answer.json["file_name"]), given
        assert "X-Evil" not in answer.headers
    names = left(web)
    assert len(names) == 8
    assert all(len(name) == 32 and name.isalnum() for name in names)
    assert [path.name for path in folder(web).parent.iterdir() if path.is_dir()] == ["imports"]


async def test_too_long_a_file_is_refused_though_its_length_is_not_told(
    web: Web, api: Asker
) -> None:
    async def body() -> AsyncIterator[bytes]:
        yield part("file", b"", b"people.csv")[:-2] + b"id,first_name\n"
        for _ in range(51):
            yield b"1,Ada\n" * (1_000_000 // 6 + 1)
        yield f"\r\n--{BORDER}--\r\n".encode()

    answer = await api.ask("POST", ALL, data=body(), headers=FORM)
    assert (answer.status, answer.json["type"]) == (413, "urn:analyticbot:too-long")
    assert not folder(web).exists()


async def test_imports_are_for_those_who_may(web: Web, api: Asker) -> None:
    number = (await upload(api)).json["id"]
    async with web.with_key(Scope.READ) as reader, web.nobody() as nobody:
        assert (await reader.get(f"{ALL}/{number}")).status == 200
        assert (await upload(reader)).status == 403
        assert (await upload(nobody)).status == 401
        for who, status in ((reader, 403), (nobody, 401)):
            assert (await who.ask("DELETE", f"{ALL}/{number}")).status == status
        assert (await nobody.get(f"{ALL}/{number}/rejects.csv")).status == 401
    async with web.logged_in() as owner:
        csrf, owner.csrf = owner.csrf, ""
        assert (await upload(owner)).status == 403
        owner.csrf = csrf
        assert (await upload(owner)).status == 202
    async with web.office.database.writing() as connection:
        await connection.execute(update(imports).values(bot_id=43))
    for which in (number, 0, 999, 2**64):
        for path in (f"{ALL}/{which}", f"{ALL}/{which}/rejects.csv"):
            assert (await api.get(path)).status == 404
        assert (await api.ask("DELETE", f"{ALL}/{which}")).status == 404
    assert (await api.get(ALL)).json["items"] == []


async def test_asked_twice_under_a_key_is_one_import(web: Web, api: Asker) -> None:
    body = part("file", PEOPLE, b"people.csv") + f"--{BORDER}--\r\n".encode()
    headers = {**FORM, "Idempotency-Key": "once"}
    answers = [await api.ask("POST", ALL, data=body, headers=headers) for _ in range(2)]
    assert [each.json["id"] for each in answers] == [answers[0].json["id"]] * 2
    assert len(left(web)) == 1


async def test_the_timer_finds_what_the_broker_has_lost(
    web: Web, api: Asker, worker: Runtime
) -> None:
    here = (await upload(api)).headers["Location"]
    await asyncio.to_thread(worker.call, rescue.tick(worker))
    async with asyncio.timeout(10):
        while (await api.get(here)).json["state"] != "done":
            await asyncio.sleep(0.02)
    assert await counted(web, subscribers.c.user_id) == 2


async def test_a_killed_worker_costs_nobody(web: Web, api: Asker, worker: Runtime) -> None:
    rows = "".join(f"{number},N{number}\n" for number in range(1, 8_001))
    here = (await upload(api, f"id,first_name\n{rows}".encode(), list="all")).headers["Location"]
    settings = web.office.settings
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.api.import_worker"],
        env={
            **os.environ,
            "BOT_TOKEN": settings.token,
            "DATABASE_URL": settings.ledger_url,
            "DATA_DIR": str(settings.data_dir),
        },
    )
    try:
        async with asyncio.timeout(30):
            while not await counted(web, subscribers.c.user_id):
                await asyncio.sleep(0.005)
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()
    written = await counted(web, subscribers.c.user_id)
    assert 0 < written < 8_000
    await work(worker)
    assert (await api.get(here)).json["state"] == "running"  # its lease has not ended
    await lapse(web)
    await work(worker)
    done = (await api.get(here)).json
    assert (done["state"], done["rows"], done["unchanged"]) == ("done", 8_000, written)
    assert await counted(web, list_members.c.user_id) == 8_000


async def test_a_file_that_kills_its_workers_is_given_up(
    web: Web, api: Asker, worker: Runtime
) -> None:
    here = (await upload(api)).headers["Location"]
    for _ in range(ATTEMPTS):
        assert await web.office.imports.take() is not None
        await lapse(web)
    await work(worker)
    found = (await api.get(here)).json
    assert found["state"] == "failed"
    assert "split the file" in found["trouble"]


async def test_cancelled_in_its_middle_it_ends(
    web: Web, api: Asker, worker: Runtime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(importing, "TOLD_EVERY_S", 0.01)
    monkeypatch.setattr(reading, "WINDOW_ROWS", 50)
    rows = "".join(f"{number},N{number}\n" for number in range(1, 30_001))
    here = (await upload(api, f"id,first_name\n{rows}".encode())).headers["Location"]
    working = asyncio.create_task(work(worker))
    async with asyncio.timeout(10):
        while not (await api.get(here)).json["rows"]:
            await asyncio.sleep(0.01)
    assert (await api.ask("DELETE", here)).json["state"] == "cancelled"
    async with asyncio.timeout(10):
        await working
    found = (await api.get(here)).json
    assert found["state"] == "cancelled"
    assert 0 < await counted(web, subscribers.c.user_id) < 30_000
    assert left(web) == []


async def test_cancelled_before_its_begin_it_is_never_begun(
    web: Web, api: Asker, worker: Runtime
) -> None:
    here = (await upload(api)).headers["Location"]
    assert (await api.ask("DELETE", here)).json["state"] == "cancelled"
    await work(worker)
    assert (await counted(web, subscribers.c.user_id), left(web)) == (0, [])


async def test_a_file_that_is_gone_is_a_failure_that_says_why(
    web: Web, api: Asker, worker: Runtime
) -> None:
    here = (await upload(api)).headers["Location"]
    [stored] = left(web)
    (folder(web) / stored).unlink()
    await work(worker)
    found = (await api.get(here)).json
    assert found["state"] == "failed"
    assert "DATA_DIR" in found["trouble"]


async def test_what_is_left_over_is_removed_after_a_day(
    web: Web, api: Asker, worker: Runtime
) -> None:
    waits = await upload(api)
    [stored] = left(web)
    now_s = time.time()
    ages = {
        stored: 10 * LEFT_OVER_S,
        f"{stored}.abc": 10 * LEFT_OVER_S,
        "half": LEFT_OVER_S + 60,
        "fresh": LEFT_OVER_S - 60,
        "done.rejects.csv": LEFT_OVER_S + 60,
        "old.rejects.csv": REJECTS_S + 60,
    }
    for name, age_s in ages.items():
        (folder(web) / name).touch()
        os.utime(folder(web) / name, (now_s - age_s, now_s - age_s))
    assert await asyncio.to_thread(worker.call, importing.sweep(worker)) == 2
    assert left(web) == sorted({*ages} - {"half", "old.rejects.csv"})
    assert (await api.ask("DELETE", waits.headers["Location"])).status == 200
