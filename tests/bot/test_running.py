"""The bot's process: restarts, crashes, updates twice and too late, errors, the webhook."""

import asyncio
import json
import logging
import re
import shutil
import socket
import time
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from sqlalchemy import insert, select

from apps.bot import patience, webhook
from apps.bot.main import work
from apps.bot.middlewares import presses
from core.errors import ConfigurationError
from core.person import Role
from infra.db.bot_tables import updates
from infra.db.inbox import TRIES
from infra.db.moments import utc_now
from infra.db.subscribers import Subscribers
from tests.bot.conversation import (
    BOT,
    NOWHERE,
    TOKEN,
    Conversation,
    conversing,
    shown_in,
)
from tests.servers.valkey import ValkeyServer

OWNER, OTHER = 501, 502
NEWS = -1001000000501
STOP_WITHIN_S = 5.0  # two seconds where others leave it the machine


async def test_what_is_in_hand_when_it_is_stopped_is_finished(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    slow = {"kind": "slow", "delay_s": 0.5, "chat": OWNER, "method": "sendMessage"}
    await talk.client.post("faults", **slow, count=1)
    await talk.client.post("write", user=OWNER, text="/people", bot=BOT)
    while not await talk._undone():
        await asyncio.sleep(0.005)
    await talk.client.get("in_flight", count=1, wait_s=5)
    began_s = time.monotonic()
    await talk.stop()
    assert time.monotonic() - began_s < STOP_WITHIN_S
    await talk.sees(OWNER, "1 person runs this bot")
    assert await talk._undone() == 0


async def test_what_came_while_it_was_away_is_answered(asleep: Conversation) -> None:
    talk = asleep
    await talk.user(OTHER)
    await talk.client.post("write", user=OTHER, text="/start", bot=BOT)
    await talk.start()
    await talk.sees(OTHER, "no owner yet")


async def test_an_update_that_comes_again_is_done_once(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    mailbox = talk.sandbox.telegram.mailboxes.of(BOT)
    await talk.stop()
    await talk.client.post("write", user=OWNER, text="/help", bot=BOT)
    again = dict(mailbox.pending[-1])
    await talk.start()
    await talk.settled()
    mailbox.pending.append(again)  # as after a crash before it was confirmed
    mailbox.changed.notify()
    await talk.settled()
    await talk.restart()
    helps = [each for each in await talk.history(OWNER) if "What the bot can do" in shown_in(each)]
    assert len(helps) == 2  # one of them when OWNER came


async def test_what_a_process_before_it_left_undone_is_done_in_order(asleep: Conversation) -> None:
    talk = asleep
    await talk.user(OTHER)
    await _left(talk, 8, "/stop", tries=1)
    await _left(talk, 7, "/start", tries=1)
    await _left(talk, 6, "/help", tries=TRIES)  # it has taken the process down each time
    await talk.start()
    await talk.settled()
    said = [shown_in(each)[:24] for each in await talk.news(OTHER)]
    assert said == ["Hello! This bot has no o", "You won't get messages f"]
    async with talk.database.reading() as connection:
        assert set((await connection.scalars(select(updates.c.content))).all()) == {None}


async def _left(talk: Conversation, update_id: int, text: str, tries: int) -> None:
    user = {"id": OTHER, "is_bot": False, "first_name": "Joe"}
    message = {
        "message_id": update_id,
        "date": 1_700_000_000,
        "chat": {"id": OTHER, "type": "private", "first_name": "Joe"},
        "from": user,
        "text": text,
        "entities": [{"type": "bot_command", "offset": 0, "length": len(text)}],
    }
    values = {"bot_id": BOT, "update_id": update_id, "tries": tries, "came_at": utc_now()}
    content = {"update_id": update_id, "message": message}
    async with talk.database.writing() as connection:
        await connection.execute(insert(updates).values(**values, content=content))


async def test_an_update_that_nobody_knows_is_passed_over(talk: Conversation) -> None:
    await talk.user(OTHER)
    mailbox = talk.sandbox.telegram.mailboxes.of(BOT)
    unknown: list[dict[str, Any]] = [{"message": {"message_id": "none"}}, {"tomorrow": {}}]
    for strange in unknown:
        mailbox.pending.append({"update_id": mailbox._next_id, **strange})
        mailbox._next_id += 1
    await talk.say(OTHER, "/start")
    await talk.sees(OTHER, "no owner yet")


async def test_what_goes_wrong_is_told_with_an_id_that_the_log_has(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    await talk.member(Role.OWNER, OWNER, language="ru")
    refused = {"kind": "error", "status": 500, "chat": OWNER, "method": "sendMessage"}
    await talk.client.post("faults", **refused, count=1)
    with caplog.at_level(logging.ERROR, "apps.bot"):
        await talk.say(OWNER, "/help")
    seen = await talk.sees(OWNER, "Telegram отказал или не ответил")
    found = re.search(r"\(код ([0-9a-f]{8})\)", seen["text"])
    assert found is not None
    [record] = [each for each in caplog.records if found[1] in each.getMessage()]
    assert record.exc_info is not None
    await talk.say(OWNER, "/help")
    await talk.sees(OWNER, "/channels")


async def test_a_step_that_failed_can_be_tried_again(talk: Conversation) -> None:
    await talk.member(Role.EDITOR, OWNER)
    await talk.channel(NEWS, "News", username="daily_news")
    await talk.say(OWNER, "/channels")
    await talk.press(OWNER, "Add a channel")
    refused = {"kind": "error", "status": 500, "chat": OWNER, "method": "sendMessage"}
    await talk.client.post("faults", **refused, count=1)
    await talk.say(OWNER, "@daily_news")
    await talk.sees(OWNER, "Telegram refused, or didn't answer")
    await talk.say(OWNER, "@daily_news")
    await talk.sees(OWNER, "News has been added")


async def test_who_cannot_be_written_to_is_marked(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.client.post("faults", kind="blocked", chat=OWNER, count=1)
    await talk.say(OWNER, "/help")
    await talk.sees_nothing(OWNER)
    owner = await Subscribers(talk.database, BOT).find(OWNER)
    assert owner is not None
    assert owner.blocked_at is not None


async def test_answers_keep_to_the_rate_of_posts(folder: Path, valkey_server: ValkeyServer) -> None:
    """Two to one chat, half a second apart; a third waits out a flood. The first may be late."""
    rates = {"telegram_chat_rate": 2, "telegram_rate": 30}
    async with conversing(folder, valkey_server.url(), **rates) as talk:
        await talk.start()
        await talk.user(OTHER)
        for _ in range(2):
            await talk.client.post("write", user=OTHER, text="/start", bot=BOT)
        await talk.settled()
        flood = {"kind": "flood", "retry_after": 1, "chat": OTHER, "count": 1}
        await talk.client.post("faults", **flood)
        await talk.say(OTHER, "/help")
        receipts = (await talk.client.get("receipts", chat=OTHER))["receipts"]
        first, second, third = [receipt["accepted_at"] for receipt in receipts]
        assert second - first > 0.25
        assert third - second > 0.75


async def test_without_redis_it_still_answers(folder: Path) -> None:
    async with conversing(folder, NOWHERE) as talk:
        await talk.start()
        await talk.user(OTHER)
        await talk.say(OTHER, "/start")
        await talk.sees(OTHER, "no owner yet")


async def test_a_long_answer_keeps_nobody_else_waiting_and_its_button_is_answered(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presses, "SOON_S", 0.2)
    await talk.member(Role.OWNER, OWNER, "Ada")
    await talk.say(OWNER, "/people")
    message, button = await talk.button(OWNER, "Ada")
    held = {"kind": "hold", "after": False, "chat": OWNER, "method": "editMessageText"}
    await talk.client.post("faults", **held, count=1)
    asked = {"user": OWNER, "chat": OWNER, "message_id": message["message_id"], "bot": BOT}
    data = button["callback_data"]
    pressed = await talk.client.post("press", **asked, data=data, wait_s=3)
    assert pressed["answer"] is not None
    await talk.client.post("write", user=OTHER, text="/start", bot=BOT)
    while not await talk.history(OTHER) or len(await talk.history(OTHER)) < 2:
        await asyncio.sleep(0.01)
    await talk.eventually(talk._undone, lambda left: left == 1)
    await talk.client.post("release")
    await talk.settled()


@pytest.mark.parametrize("secret", [None, "my_own-secret"])
async def test_updates_are_brought_to_its_webhook(
    folder: Path, valkey_server: ValkeyServer, secret: str | None
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as found:
        port: int = found.getsockname()[1]
    changes: dict[str, Any] = {"bot_webhook_url": f"http://127.0.0.1:{port}/updates"}
    changes |= {"bot_webhook_secret": SecretStr(secret)} if secret else {}
    async with conversing(folder, valkey_server.url(), **changes, bot_webhook_port=port) as talk:
        await talk.start()
        await talk.user(OTHER)
        await talk.eventually(
            lambda: talk.client.get("updates", bot=BOT), lambda told: told["webhook"] is not None
        )
        await talk.say(OTHER, "/start")
        await talk.sees(OTHER, "no owner yet")
        forged = {"update_id": 1, "message": {}}
        for wrong in ("", "wrong"):
            headers = {webhook.SECRET_HEADER: wrong}
            asked = talk.client._session.post(
                changes["bot_webhook_url"], json=forged, headers=headers
            )
            async with asked as answer:
                assert answer.status == 404
        headers = {webhook.SECRET_HEADER: secret or "unknown"}
        async with talk.client._session.post(
            changes["bot_webhook_url"], data=b"nothing", headers=headers
        ) as answer:
            assert answer.status == (400 if secret else 404)
        if secret:
            await _brought_in_pieces(talk, port, secret)
        await talk.restart()  # and back to long polling
    assert TOKEN not in str(changes)


async def _brought_in_pieces(talk: Conversation, port: int, secret: str) -> None:
    """As a long update comes: in more than one segment; the secret, once, in odd bytes."""
    await talk.user(OWNER)
    [brought] = [await talk.client.post("write", user=OWNER, text="/help", bot=BOT)]
    await talk.settled()
    update = {"update_id": 9_000_000_000, "message": {**brought, "text": "/start"}}
    body = json.dumps(update).encode()
    for given, status in ((b"\xff\xfe", b"404"), (secret.encode(), b"200")):
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        head = (
            b"POST /updates HTTP/1.1\r\nHost: here\r\nConnection: close\r\n"
            b"%s: %s\r\nContent-Length: %d\r\n\r\n"
        ) % (webhook.SECRET_HEADER.encode(), given, len(body))
        writer.write(head + body[:20])
        await writer.drain()
        await asyncio.sleep(0.05)  # it has taken the first piece by now
        writer.write(body[20:])
        assert status in await reader.readline()
        writer.close()
        await writer.wait_closed()
    await talk.settled()
    await talk.sees(OWNER, "no owner yet")


async def test_a_webhook_that_cannot_be_is_told_by_the_name_of_its_setting(
    folder: Path, valkey_server: ValkeyServer
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port: int = taken.getsockname()[1]
        where = {"bot_webhook_url": "http://127.0.0.1:1/", "bot_webhook_port": port}
        async with conversing(folder, valkey_server.url(), **where) as talk:
            with pytest.raises(ConfigurationError, match=rf"^BOT_WEBHOOK_PORT: .*:{port} "):
                await work(talk.settings)
    where = {"bot_webhook_url": "http://127.0.0.1:0/", "bot_webhook_port": 0}
    async with conversing(folder, valkey_server.url(), **where) as talk:
        with pytest.raises(ConfigurationError, match=r"^BOT_WEBHOOK_URL: .*invalid webhook URL"):
            await work(talk.settings)


async def test_it_waits_for_its_ledger_and_for_telegram(
    tmp_path: Path,
    empty_ledger: Path,
    valkey_server: ValkeyServer,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(patience, "FIRST_WAIT_S", 0.05)
    async with conversing(tmp_path, valkey_server.url()) as talk:
        for method in ("getMe", "deleteWebhook", "getUpdates"):
            refused = {"kind": "error", "status": 502, "method": method}
            await talk.client.post("faults", **refused, count=1)
        (tmp_path / "ledger.db").unlink(missing_ok=True)
        starting = asyncio.create_task(talk.start())
        while "waiting for the ledger" not in caplog.text:
            await asyncio.sleep(0.01)
        shutil.copy(empty_ledger, tmp_path / "ledger.db")
        await starting
        await talk.user(OTHER)
        await talk.say(OTHER, "/start")
        await talk.sees(OTHER, "no owner yet")
