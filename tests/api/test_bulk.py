"""Many messages at once: all that may be moved are, each by the rules of one."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from core.message import Content, OnUncertain, Request, State
from core.scope import Scope
from infra.db import desk_bulk
from infra.db.desk_acts import Act
from infra.db.tables import broadcasts, messages
from tests.api.web import BOT_ID, Asker, Web

LATER = datetime(2030, 1, 1, tzinfo=UTC)
m = messages.c
BULK = "/api/v1/messages/bulk"


def request(key: str, chat_id: str = "5") -> Request:
    content = Content("sendMessage", {"text": f"Hello {key}"})
    return Request(chat_id, content, LATER, key, OnUncertain.PARK, 3)


async def posts(web: Web, count: int, **values: Any) -> list[int]:
    intake = web.office.ledger.intake
    ids = [(await intake.schedule(request(f"{n}-{values}"))).message.id for n in range(count)]
    return await stand(web, ids, **values)


async def stand(web: Web, ids: Sequence[int], **values: Any) -> list[int]:
    """Let them be so."""
    if "state" in values and values["state"] not in ("scheduled", "queued"):
        values["ended_at"] = LATER - timedelta(days=2_000)
    if values:
        async with web.office.database.writing() as connection:
            await connection.execute(update(messages).where(m.id.in_(ids)).values(**values))
    return list(ids)


async def states(web: Web, ids: Sequence[int]) -> list[str]:
    async with web.office.database.reading() as connection:
        rows = await connection.execute(select(m.id, m.state).where(m.id.in_(ids)))
        found = {row.id: row.state for row in rows}
    return [found[each] for each in ids]


async def a_broadcast(web: Web, name: str, count: int) -> tuple[int, list[int]]:
    """Of which all have failed, and are counted so."""
    made = await web.office.ledger.intake.schedule_broadcast(
        request(name, ""), [f"{n + 100}" for n in range(count)]
    )
    async with web.office.database.reading() as connection:
        query = (
            select(m.id, m.broadcast_id).where(m.broadcast_id == made.broadcast_id).order_by(m.id)
        )
        rows = (await connection.execute(query)).all()
    ids = [row.id for row in rows]
    await web.office.ledger.desk_bulk.these(Act.CANCEL, ids)
    await stand(web, ids, state="failed", reason="blocked")
    return made.broadcast_id, ids


async def test_by_ids_all_that_wait_are_cancelled_and_others_told_why(web_on_either: Web) -> None:
    web = web_on_either
    waiting, sent = await posts(web, 3), await posts(web, 1, state="sent")
    async with web.with_key(Scope.WRITE) as asker:
        asked = {"do": "cancel", "ids": [*waiting, *sent, 99_999, waiting[0]]}
        answer = await asker.post(BULK, asked)
    assert (answer.status, answer.json["done"], answer.json["more"]) == (200, 3, False)
    assert {each["id"] for each in answer.json["refused"]} == {*sent, 99_999}
    assert f"message {sent[0]} is sent" in answer.text
    assert await states(web, [*waiting, *sent]) == ["cancelled"] * 3 + ["sent"]


async def test_all_of_a_reason_are_sent_again_and_no_others(web_on_either: Web) -> None:
    web = web_on_either
    mine = await posts(web, 3, state="failed", reason="no rights")
    other = await posts(web, 1, state="failed", reason="content")
    async with web.with_key(Scope.WRITE) as asker:
        asked = {"do": "retry", "state": "failed", "reason": "no rights"}
        answer = await asker.post(BULK, asked)
    assert (answer.json["done"], answer.json["refused"]) == (3, [])
    assert await states(web, mine + other) == ["scheduled"] * 3 + ["failed"]
    again = await web.office.ledger.reading.get(mine[0])
    assert again.max_attempts >= 6


async def test_an_uncertain_one_is_settled_either_way(web: Web, api: Asker) -> None:
    there, not_there = await posts(web, 2, state="uncertain", reason="timeout")
    await api.post(BULK, {"do": "settle_sent", "ids": [there]})
    await api.post(BULK, {"do": "settle_resend", "state": "uncertain"})
    assert await states(web, [there, not_there]) == ["sent", "scheduled"]


async def test_a_long_list_is_done_bit_by_bit_and_goes_on_past_the_refused(
    web_on_either: Web, monkeypatch: pytest.MonkeyPatch
) -> None:
    web = web_on_either
    monkeypatch.setattr(desk_bulk, "SLICE", 2)
    monkeypatch.setattr(desk_bulk, "MOST", 4)
    _, ids = await a_broadcast(web, "good", 3)
    bad, called_off = await a_broadcast(web, "bad", 4)
    await set_state(web, bad, "cancelled")
    asked = {"do": "retry", "state": "failed"}
    done, refused = 0, list[dict[str, Any]]()
    async with web.with_key(Scope.WRITE) as asker:
        for _ in range(5):
            answer = (await asker.post(BULK, asked)).json
            done, refused = done + answer["done"], refused + answer["refused"]
            if not answer["more"]:
                break
            asked["cursor"] = answer["next"]
    assert done == 3
    assert sorted(each["id"] for each in refused) == called_off
    assert {each["problem"] for each in refused} == {f"its broadcast {bad} is cancelled"}
    assert await states(web, ids + called_off) == ["scheduled"] * 3 + ["failed"] * 4


async def set_state(web: Web, broadcast_id: int, state: str) -> None:
    this = update(broadcasts).where(broadcasts.c.id == broadcast_id)
    async with web.office.database.writing() as connection:
        await connection.execute(this.values(state=state))


async def test_a_broadcasts_tally_follows(web_on_either: Web) -> None:
    web = web_on_either
    made = await web.office.ledger.intake.schedule_broadcast(request("b", ""), ["1", "2", "3"])
    async with web.office.database.reading() as connection:
        ids = list(
            await connection.scalars(select(m.id).where(m.broadcast_id == made.broadcast_id))
        )
    async with web.with_key(Scope.WRITE) as asker:
        await asker.post(BULK, {"do": "cancel", "ids": ids[:2]})
    tally = (await web.office.ledger.broadcasts.get(made.broadcast_id)).tally
    assert (tally.skipped, tally.sent) == (2, 0)


async def test_another_bots_messages_are_not_there(web: Web, api: Asker) -> None:
    ids = await posts(web, 2)
    await stand(web, ids, bot_id=BOT_ID + 1)
    by_id = (await api.post(BULK, {"do": "cancel", "ids": ids})).json
    by_state = (await api.post(BULK, {"do": "cancel", "state": "scheduled"})).json
    assert by_id["done"] == by_state["done"] == 0
    assert len(by_id["refused"]) == 2
    assert await states(web, ids) == ["scheduled"] * 2


BAD = [
    ({"do": "explode", "ids": [1]}, "do"),
    ({"do": "cancel"}, "ids"),
    ({"do": "cancel", "ids": []}, "ids"),
    ({"do": "cancel", "ids": [0]}, "ids.0"),
    ({"do": "cancel", "ids": [2**63]}, "ids.0"),
    ({"do": "cancel", "ids": list(range(1, 1_002))}, "ids"),
    ({"do": "cancel", "ids": [1], "state": "scheduled"}, "state"),
    ({"do": "retry", "state": "sent"}, "state"),
    ({"do": "retry", "state": "failed", "reason": "a\0b"}, "reason"),
    ({"do": "retry", "state": "failed", "since": "yesterday"}, "since"),
    ({"do": "retry", "state": "failed", "chat_id": "x y"}, "chat_id"),
    ({"do": "retry", "state": "failed", "cursor": "bogus"}, "cursor"),
    ({"do": "retry", "state": "failed", "surprise": 1}, "surprise"),
]


async def test_what_cannot_be_meant_is_refused_by_its_name(api: Asker) -> None:
    for body, field in BAD:
        answer = await api.post(BULK, body)
        assert (answer.status, answer.fields) == (422, {field}), body


async def test_readers_may_not(web: Web) -> None:
    ids = await posts(web, 1)
    async with web.with_key(Scope.READ) as asker:
        assert (await asker.post(BULK, {"do": "cancel", "ids": ids})).status == 403
    async with web.nobody() as nobody:
        assert (await nobody.post(BULK, {"do": "cancel", "ids": ids})).status == 401
    assert await states(web, ids) == [State.SCHEDULED]
