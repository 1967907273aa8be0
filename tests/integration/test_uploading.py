"""A file is uploaded once, to a chat of the sender's own, and from then on sent by its id."""

import asyncio
import itertools
import json
import traceback
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, insert

from core.errors import InvalidInput, TelegramRefused, TelegramUnavailable
from core.message import Content
from core.outcome import Rejected, Sent
from core.person import Role
from infra.celery.uploading import file_id_of
from infra.db.bot_tables import people
from infra.db.engine import Database
from infra.db.moments import utc_now
from infra.db.tables import bots, chats, uploads
from infra.db.uploads import Uploaded
from infra.telegram.media_file import MediaFile, media_file, media_url
from tests.integration.channel_bench import ChannelBench, channel_bench
from tests.integration.conftest import BOT
from tests.servers.command_line import Commands
from tests.servers.ledgers import OnSqlite
from tests.servers.valkey import ValkeyServer

OURS, OWNER, OTHER = "900", 501, 502
CHATS = itertools.count(1000)
"""A chat for each upload: one takes a message a second."""

NOTHING = Content("sendPhoto", {"photo": "x"})


@pytest.fixture(scope="module")
async def governed(
    valkey_server: ValkeyServer, sqlite_ledgers: OnSqlite, tmp_path_factory: pytest.TempPathFactory
) -> AsyncIterator[ChannelBench]:
    """One for all: a cold governor takes two seconds to warm."""
    folder = tmp_path_factory.mktemp("uploading")
    async with channel_bench(sqlite_ledgers.copy(folder), folder, valkey_server.url()) as made:
        await made.runtime.governor.warm_up()
        yield made


@pytest.fixture
async def bench(governed: ChannelBench) -> ChannelBench:
    async with governed.runtime.ledger.database.writing() as connection:
        for table in (uploads, people, chats, bots):
            await connection.execute(delete(table))
    governed.sandbox.telegram.receipts.clear()
    governed.sandbox.telegram.faults.remove()
    return governed


@pytest.fixture
def photo(tmp_path: Path) -> MediaFile:
    (tmp_path / 'an "odd" имя.jpg').write_bytes(b"\xff\xd8 picture" * 50_000)
    found = media_file({"photo": str(tmp_path / 'an "odd" имя.jpg')})
    assert found is not None
    return found


async def receipts(bench: ChannelBench) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = (await bench.client.get("receipts"))["receipts"]
    return found


async def owners(bench: ChannelBench, *user_ids: int) -> None:
    async with bench.runtime.ledger.database.writing() as connection:
        for user_id in user_ids:
            facts = {"user_id": user_id, "role": Role.OWNER.value, "joined_at": utc_now()}
            await connection.execute(insert(people).values(bot_id=42, **facts))


async def test_it_is_uploaded_once_silently_and_then_sent_by_its_id(
    bench: ChannelBench, photo: MediaFile
) -> None:
    more = {"parse_mode": "HTML", "allow_paid_broadcast": True, "has_spoiler": True}
    content = Content("sendPhoto", {"photo": "x", "caption": "<b>see</b>", **more})
    file_id = await file_id_of(bench.runtime, photo, content, OURS)
    assert await file_id_of(bench.runtime, photo, content, None) == file_id
    [receipt] = await receipts(bench)
    assert (receipt["chat_id"], receipt["message"]["caption"]) == (int(OURS), "see")
    params = receipt["params"]
    assert (params["disable_notification"], params["has_spoiler"]) == ("true", "true")
    assert "allow_paid_broadcast" not in params
    told = params["photo"]
    assert (told["file_name"], told["mime_type"]) == ("an _odd_ имя.jpg", "image/jpeg")
    assert photo.path is not None
    assert told["file_size"] == photo.path.stat().st_size
    largest = max(receipt["message"]["photo"], key=lambda size: size["width"])
    assert file_id == largest["file_id"]
    sent = await bench.runtime.client.send("7", Content("sendPhoto", {"photo": file_id}), 1e12)
    assert isinstance(sent, Sent)
    unknown = Content("sendPhoto", {"photo": file_id[:-4] + "beef"})
    refused = await bench.runtime.client.send("7", unknown, 1e12)
    assert isinstance(refused, Rejected)
    assert refused.description == "Bad Request: wrong file identifier/HTTP URL specified"


@pytest.mark.parametrize("kind", ["video", "animation", "document", "audio", "voice"])
async def test_each_kind_of_file_has_an_id(bench: ChannelBench, kind: str, tmp_path: Path) -> None:
    (tmp_path / "file").write_text(kind)
    file = MediaFile.at(kind, tmp_path / "file")
    content = Content(f"send{kind.capitalize()}", {kind: "x"})
    file_id = await file_id_of(bench.runtime, file, content, str(next(CHATS)))
    params = {kind: file_id}
    sent = await bench.runtime.client.send("7", Content(content.method, params), 1e12)
    assert isinstance(sent, Sent)


async def test_a_url_is_fetched_once_for_one_key(bench: ChannelBench) -> None:
    file = media_url({"photo": "https://example.org/a.jpg"}, "key")
    assert file is not None
    content = Content("sendPhoto", {"photo": file.url})
    first = await file_id_of(bench.runtime, file, content, "920")
    assert await file_id_of(bench.runtime, file, content, "920") == first
    [receipt] = await receipts(bench)
    assert receipt["params"]["photo"] == file.url


async def test_by_default_it_goes_to_the_first_owner_whom_the_bot_reaches(
    bench: ChannelBench, photo: MediaFile
) -> None:
    with pytest.raises(InvalidInput, match=r"upload_to: .* no owner; .* to upload to"):
        await file_id_of(bench.runtime, photo, NOTHING, None)
    await owners(bench, 500, OWNER, OTHER)
    async with bench.runtime.ledger.database.writing() as connection:
        gone = {"bot_id": 42, "chat_id": "500", "unreachable": "blocked"}
        await connection.execute(insert(chats).values(**gone))
    bench.sandbox.telegram.faults.add("blocked", OWNER)
    await file_id_of(bench.runtime, photo, NOTHING, None)
    assert [each["chat_id"] for each in await receipts(bench)] == [OTHER]


@pytest.mark.parametrize(
    ("fault", "error", "text"),
    [
        ({"kind": "not_found"}, InvalidInput, "upload_to: Telegram refuses it: .*chat not found"),
        ({"kind": "error", "status": 502}, TelegramUnavailable, "Bad Gateway"),
        ({"kind": "cut_after"}, TelegramUnavailable, "ServerDisconnected"),
        ({"kind": "bad_token"}, TelegramRefused, "Unauthorized"),
    ],
    ids=lambda each: str(each)[:30],
)
async def test_a_refusal_is_told_without_the_token_and_nothing_is_remembered(
    bench: ChannelBench, photo: MediaFile, fault: dict[str, Any], error: type, text: str
) -> None:
    chat = next(CHATS)
    bench.sandbox.telegram.faults.add(chat_id=chat, **fault)
    with pytest.raises(error, match=text) as caught:
        await file_id_of(bench.runtime, photo, NOTHING, str(chat))
    assert "token-of-ours" not in "".join(traceback.format_exception(caught.value))
    uploaded = Uploaded(bench.runtime.ledger.database, 42)
    assert await uploaded.find("photo", photo.digest) is None


async def test_a_flood_holds_the_chat_for_all_who_send(
    bench: ChannelBench, photo: MediaFile
) -> None:
    bench.sandbox.telegram.faults.add("flood", 980, retry_after=30)
    with pytest.raises(TelegramUnavailable) as caught:
        await file_id_of(bench.runtime, photo, NOTHING, "980")
    assert caught.value.retry_after_s == 30
    held = await bench.runtime.ledger.holds.current()
    assert held.chats_s["980"] == pytest.approx(30, abs=2)


async def test_two_who_upload_at_once_agree_on_one_id(database: Database) -> None:
    uploaded = Uploaded(database, BOT)
    ids = await asyncio.gather(*(uploaded.note("photo", "d", each) for each in ("one", "two")))
    assert set(ids) == {await uploaded.find("photo", "d")}
    assert await Uploaded(database, BOT + 1).find("photo", "d") is None
    assert await uploaded.find("video", "d") is None


async def test_a_broadcast_with_a_photo_uploads_it_once_and_sends_its_id(
    bench: ChannelBench, valkey_server: ValkeyServer, tmp_path: Path, photo: MediaFile
) -> None:
    runtime = bench.runtime
    await bench.channel("@closed")
    await bench.client.post("member", user=42, chat="@closed", status="member")
    (tmp_path / "chats.txt").write_text("1\n2\n3\n@closed\n")
    settings = {
        "BOT_TOKEN": runtime.settings.token,
        "TELEGRAM_API_URL": bench.sandbox.url,
        "DATABASE_URL": runtime.settings.ledger_url,
        "REDIS_URL": valkey_server.url(),
    }
    file = ("--photo", str(photo.path), "--upload-to", "901")
    words = ("broadcast", "create", "hello", *file, "--chats", "chats.txt")
    later = ("schedule", "5", "hello", *file, "--at", "2030-12-01 09:00", "--tz", "UTC")
    with Commands(tmp_path, **settings) as call:
        made = await asyncio.to_thread(call, *words, "--key", "k", "--json")
        again = await asyncio.to_thread(call, *words, "--key", "k", "--json")
        scheduled = await asyncio.to_thread(call, *later, "--json")
        lost = await asyncio.to_thread(call, *words, "--photo", "lost.jpg")
    assert (made.code, again.code, lost.code) == (0, 0, 2), made.err + again.err
    assert "--photo: there is no file lost.jpg; give a file" in lost.err
    told = json.loads(made.out)
    why = "the bot is no administrator who may post there"
    assert told["warnings"] == [{"chat": "@closed", "why": why}]
    assert f"analyticbot: @closed: {why}\n" in made.err
    assert "can post to none of the groups and channels" in made.err
    assert json.loads(again.out)["id"] == told["id"]
    [uploaded] = await receipts(bench)
    assert (uploaded["chat_id"], uploaded["message"]["caption"]) == (901, "hello")
    assert told["params"] == {
        "caption": "hello",
        "photo": uploaded["message"]["photo"][-1]["file_id"],
    }
    assert json.loads(scheduled.out)["params"] == told["params"]
    await runtime.ledger.broadcasts.start(told["id"])
    claims = await runtime.ledger.claims.claim(0.0, 10)
    await runtime.delivery.run(claims, await runtime.ledger.timeline())
    broadcast = await runtime.ledger.broadcasts.get(told["id"])
    assert (broadcast.tally.sent, broadcast.tally.failed) == (3, 1)
    _, *sent = await receipts(bench)
    assert sorted(each["chat_id"] for each in sent) == [1, 2, 3]
    assert {each["params"]["photo"] for each in sent} == {told["params"]["photo"]}
