"""Tasks, queues and workers: what they do, asked for once for all who want to know."""

import asyncio

from core.scope import Scope
from infra.db.failures import Failures
from infra.db.ticks import Ticks
from tests.api.answering import NAME, answering
from tests.api.web import BOT_ID, Asker, Web, serving, settings_for

TASKS, QUEUES, WORKERS = "/api/v1/tasks", "/api/v1/queues", "/api/v1/workers"


async def test_what_a_worker_does_is_shown(web: Web, api: Asker) -> None:
    with answering(web.office.settings.broker_url) as worker:
        answers = await asyncio.gather(*(api.get(path) for path in (TASKS, QUEUES, WORKERS) * 5))
        assert set(worker.asked.values()) == {1}, "all of them asked at once"
    tasks, queues, workers = (answer.json for answer in answers[:3])
    assert [(each["worker"], each["task"], each["args"]) for each in tasks["running"]] == [
        (NAME, "a.task", "'hello'")
    ]
    assert (tasks["reserved"], tasks["scheduled"], tasks["planned"][0]["id"]) == (2, 1, "another")
    served = {each["name"]: each["workers"] for each in queues["items"]}
    assert (served["messages"], served["analytics"]) == ([NAME], [])
    (one,) = workers["items"]
    assert (one["name"], one["queues"], len(one["running"])) == (NAME, ["default", "messages"], 1)


async def test_what_beat_has_ticked_and_what_failed_is_shown(web: Web, api: Asker) -> None:
    await Ticks(web.office.database, BOT_ID).write({"health-check": 5}, {"health-check": 7})
    failures = Failures(web.office.database, BOT_ID)
    for number in range(3):
        await failures.add("a.task", f"id {number}", f"error {number}")
    shown = (await api.get(TASKS, params={"failures": 2})).json
    by_entry = {each["entry"]: each for each in shown["ticks"]}
    assert by_entry["health-check"]["every_s"] == 7
    assert by_entry["health-check"]["last_at"] is not None
    assert by_entry["cleanup-metrics"]["last_at"] is None
    assert [each["error"] for each in shown["failures"]] == ["error 2", "error 1"]


async def test_without_a_broker_the_trouble_is_told(web: Web) -> None:
    settings = settings_for(web.office.settings.ledger_url, "redis://:secret@127.0.0.1:1/0")
    async with serving(settings) as other, other.with_key(Scope.READ) as reader:
        queues = await reader.get(QUEUES)
    assert (queues.status, queues.json["items"]) == (200, [])
    assert queues.json["trouble"]
    assert "secret" not in queues.text


async def test_nobody_sees_them_without_a_key(web: Web) -> None:
    async with web.nobody() as nobody:
        for path in (TASKS, QUEUES, WORKERS):
            assert (await nobody.get(path)).status == 401
