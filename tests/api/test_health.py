"""Whether the web lives and can work is open to all, and tells nothing secret."""

import asyncio
from pathlib import Path

from sqlalchemy import event

from apps.api.office import READY_S
from tests.api.web import Web, serving, settings_for


async def test_it_lives_and_is_ready(web: Web) -> None:
    async with web.nobody() as nobody:
        assert (await nobody.get("/health/live")).json == {"status": "live"}
        ready = await nobody.get("/health/ready")
    assert (ready.status, ready.json) == (200, {"status": "ready", "reasons": []})


async def test_without_a_ledger_it_is_not_ready_and_says_why(tmp_path: Path) -> None:
    settings = settings_for(f"sqlite:///{tmp_path / 'none.db'}", "redis://127.0.0.1:1/0")
    async with serving(settings) as web, web.nobody() as nobody:
        ready = await nobody.get("/health/ready")
        asked = await nobody.get("/", headers={"Cookie": "analyticbot_session=x"})
    assert (ready.status, ready.json["status"]) == (503, "unready")
    assert "ledger" in ready.json["reasons"][0]
    assert str(tmp_path) not in ready.text
    assert (asked.status, asked.headers["Retry-After"]) == (503, "2")


async def test_a_link_logs_in_once(web: Web) -> None:
    async with web.logged_in() as owner:
        page = await owner.get("/")
        assert page.status == 200
        assert "Overview" in page.text
        assert owner.csrf


async def test_a_ledger_that_takes_no_writes_is_told(web: Web) -> None:
    async with web.nobody() as nobody, web.office.database.writing():  # nobody else may
        ready = await nobody.get("/health/ready")
    assert (ready.status, ready.json["reasons"]) == (503, ["the ledger takes no writes"])


async def test_many_who_ask_at_once_cost_one_look(web: Web) -> None:
    written: list[str] = []
    async with web.nobody() as nobody:
        await nobody.get("/health/ready")
        engine = web.office._readiness._database._writer.sync_engine  # type: ignore[union-attr]
        event.listen(engine, "commit", lambda _: written.append("commit"))
        await asyncio.sleep(READY_S)
        answers = await asyncio.gather(*(nobody.get("/health/ready") for _ in range(20)))
    assert {answer.status for answer in answers} == {200}
    assert len(written) == 1
