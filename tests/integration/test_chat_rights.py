"""Whether the bot may post in listed chats: what the ledger knows, then what Telegram tells."""

from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import insert

from core.channel import Facts
from core.channel_rights import ALL, Right, why_no_posting
from infra.celery import chat_rights
from infra.celery.chat_rights import Findings, look_at_chats
from infra.db.tables import chats
from tests.integration.channel_bench import ChannelBench, channel_bench

OURS = 42
NO_ADMINISTRATOR = "the bot is no administrator who may post there"


@pytest.fixture
async def bench(sqlite_ledger_url: str, tmp_path: Path) -> AsyncIterator[ChannelBench]:
    async with channel_bench(sqlite_ledger_url, tmp_path) as made:
        yield made


@pytest.fixture(autouse=True)
def at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chat_rights, "PAUSE_S", 0.0)


async def stands(bench: ChannelBench, chat: str, status: str, **more: Any) -> None:
    await bench.client.post("member", user=OURS, chat=chat, status=status, **more)


async def test_what_the_ledger_does_not_know_is_asked_of_telegram(bench: ChannelBench) -> None:
    await bench.channel("@closed")
    await stands(bench, "@closed", "member")
    await bench.channel("@open_one")
    await bench.client.post("chats", chat=-77, type="group", title="Group")
    await stands(bench, "-77", "left")
    bench.sandbox.telegram.faults.add("not_found", -1005)
    listed = ["5", "@closed", "-77", "@open_one", "-1005", "@closed", "6"]
    assert await look_at_chats(bench.runtime, listed) == Findings(
        refused={
            "@closed": NO_ADMINISTRATOR,
            "-77": "the bot is not in it",
            "-1005": "Bad Request: chat not found",
        },
        may=1,
        unasked=0,
        unreachable=0,
    )


async def test_what_the_ledger_knows_is_not_asked(ledger_url: str, tmp_path: Path) -> None:
    async with channel_bench(ledger_url, tmp_path) as bench:
        for number, name, lacks in ((-1001, "first", ALL), (-1002, "second", (Right.PIN,))):
            added = await bench.channels.add(Facts(str(number), "channel", "News", name, 1))
            await bench.channels.note_rights(added.id, lacks)
        async with bench.runtime.ledger.database.writing() as connection:
            for chat_id in ("5", "6", "-1003"):
                gone = {"bot_id": OURS, "chat_id": chat_id, "unreachable": "kicked"}
                await connection.execute(insert(chats).values(**gone))
        bench.sandbox.telegram.faults.add("bad_token")  # whoever asks is told nothing
        listed = ["5", "6", "7", "-1001", "@first", "@second", "-1003"]
        found = await look_at_chats(bench.runtime, listed)
    cannot = dict.fromkeys(("-1001", "@first"), NO_ADMINISTRATOR)
    assert found.refused == {**cannot, "-1003": "kicked"}
    assert (found.may, found.unasked, found.unreachable) == (1, 0, 2)
    assert not found.none_may


async def test_more_than_a_few_are_not_asked_about_and_that_is_said(
    bench: ChannelBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chat_rights, "ASKED", 7)
    for number in range(1, 10):
        bench.sandbox.telegram.faults.add("kicked", -1000 - number)
    found = await look_at_chats(bench.runtime, [str(-1000 - n) for n in range(1, 10)])
    assert (len(found.refused), found.unasked, found.silence) == (7, 2, "")
    assert found.none_may


async def test_where_telegram_does_not_answer_nothing_is_claimed(bench: ChannelBench) -> None:
    bench.sandbox.telegram.faults.add("bad_token")
    found = await look_at_chats(bench.runtime, ["-1001", "-1002"])
    assert (found.refused, found.may, found.unasked) == ({}, 0, 2)
    assert "Unauthorized" in found.silence


@pytest.mark.parametrize(
    ("member", "chat", "why"),
    [
        ({"status": "member"}, {"type": "supergroup"}, ""),
        ({"status": "administrator"}, {"type": "supergroup"}, ""),
        ({"status": "restricted", "is_member": True}, {"type": "group"}, "the bot may not write"),
        (
            {"status": "member"},
            {"type": "supergroup", "permissions": {"can_send_messages": False}},
            "only administrators write there",
        ),
        (
            {"status": "administrator"},
            {"type": "supergroup", "permissions": {"can_send_messages": False}},
            "",
        ),
    ],
)
def test_in_a_group_whoever_is_let_writes(
    member: dict[str, Any], chat: dict[str, Any], why: str
) -> None:
    assert why_no_posting(member, chat).startswith(why)
    assert bool(why_no_posting(member, chat)) == bool(why)
