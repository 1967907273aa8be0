"""A file is taken in, given to Telegram once, and gone from here afterwards."""

import asyncio
import io
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import delete, insert

from apps.api.file_kinds import looked_at
from apps.api.uploaded_file import safe_name
from core.person import Role
from core.scope import Scope
from infra.db.bot_tables import people
from infra.db.moments import utc_now
from sandbox.client import Client
from sandbox.server import Sandbox
from tests.api.web import BOT_ID, Answer, Asker, Web, serving, settings_for
from tests.servers.valkey import ValkeyServer

PATH = "/api/v1/media"
OWNER = 501
JPEG, PNG, GIF = b"\xff\xd8\xff\xe0 photo", b"\x89PNG\r\n\x1a\n photo", b"GIF89a moving"
MP4, OGG, PDF = b"\0\0\0\x18ftypisom video", b"OggS sound", b"%PDF-1.7 paper"


@pytest.fixture(scope="module")
async def telegram() -> AsyncIterator[Sandbox]:
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as running:
        yield running


@pytest.fixture(scope="module")
async def shared(
    telegram: Sandbox,
    tmp_path_factory: pytest.TempPathFactory,
    empty_ledger: Path,
    valkey_server: ValkeyServer,
) -> AsyncIterator[Web]:
    """One for all: a cold governor takes two seconds to warm."""
    folder = tmp_path_factory.mktemp("media")
    file = Path(shutil.copy(empty_ledger, folder / "ledger.db"))
    more = {"data_dir": folder, "telegram_api_url": telegram.url}
    free = {"telegram_rate": 0, "telegram_chat_rate": 0, "telegram_group_rate": 0}
    settings = settings_for(f"sqlite:///{file}", valkey_server.url(), **more, **free)
    async with serving(settings) as running:
        await running.office.governor.warm_up()
        yield running


@pytest.fixture
async def web(shared: Web, telegram: Sandbox) -> Web:
    telegram.telegram.receipts.clear()
    facts = {"user_id": OWNER, "role": Role.OWNER.value, "joined_at": utc_now()}
    async with shared.office.database.writing() as connection:
        await connection.execute(delete(people))
        await connection.execute(insert(people).values(bot_id=BOT_ID, **facts))
    return shared


@pytest.fixture(autouse=True)
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Where temporary files go; nothing is ever left there."""
    (tmp_path / "temporary").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    yield tmp_path / "temporary"
    assert not list((tmp_path / "temporary").iterdir())


async def give(asker: Asker, content: bytes, name: str | None = "a.jpg", **fields: str) -> Answer:
    form = aiohttp.FormData(quote_fields=False, default_to_multipart=True)
    for field, value in fields.items():
        form.add_field(field, value)
    form.add_field(
        "file", io.BytesIO(content), filename=name, content_type="application/octet-stream"
    )
    return await asker.ask("POST", PATH, data=form)


async def sent(telegram: Sandbox) -> list[dict[str, Any]]:
    async with Client(telegram.url) as client:
        receipts = (await client.get("receipts"))["receipts"]
    return [{**each["params"], "chat": each["chat_id"]} for each in receipts]


async def test_it_is_given_to_telegram_once_in_an_owners_chat(web: Web, telegram: Sandbox) -> None:
    async with web.with_key() as api:
        first = await give(api, JPEG, "harbour.jpg", kind="photo")
        again = await give(api, JPEG, "other.jpg", kind="photo")
    assert first.status == 201, first.text
    body = first.json
    assert (body["kind"], body["name"], body["size_bytes"]) == ("photo", "harbour.jpg", len(JPEG))
    assert again.json["file_id"] == body["file_id"]
    [receipt] = await sent(telegram)
    assert (receipt["chat"], receipt["disable_notification"]) == (OWNER, "true")
    assert "caption" not in receipt


async def test_each_kind_has_an_id(web: Web) -> None:
    kinds = {"video": MP4, "animation": GIF, "document": PDF, "audio": b"ID3 x", "voice": OGG}
    async with web.with_key() as api:
        for kind, content in kinds.items():
            answer = await give(api, content, "a", kind=kind)
            assert (answer.status, answer.json["kind"]) == (201, kind), answer.text
            assert answer.json["file_id"]


async def test_what_is_not_what_it_is_called_is_refused(web: Web, telegram: Sandbox) -> None:
    wrong = [("photo", PDF), ("photo", b"text"), ("video", JPEG), ("voice", MP4), ("audio", PDF)]
    async with web.with_key() as api:
        for kind, content in wrong:
            answer = await give(api, content, "a.jpg", kind=kind)
            assert (answer.status, answer.fields) == (422, {"file"}), answer.text
            assert "document" in answer.json["detail"]
        assert (await give(api, JPEG, kind="sticker")).fields == {"kind"}
        assert (await give(api, b"", kind="document")).fields == {"file"}
        assert (await give(api, JPEG, upload_to="no chat")).fields == {"upload_to"}
        assert (await api.ask("POST", PATH, data={"kind": "photo"})).fields == {"file"}
    assert not await sent(telegram)


async def test_what_telegram_would_not_take_is_not_sent(web: Web, telegram: Sandbox) -> None:
    async with web.with_key() as api:
        large = await give(api, JPEG + bytes(10 * 2**20), kind="photo")
        assert (large.status, large.fields) == (422, {"file"})
        assert "10 MB as a photo" in large.json["detail"]
    assert not await sent(telegram)


async def test_who_reaches_nobody_is_told_to_name_a_chat(web: Web) -> None:
    async with web.office.database.writing() as connection:
        await connection.execute(delete(people))
    async with web.with_key() as api:
        refused = await give(api, b"nobody", kind="document")
        assert (refused.status, refused.fields) == (422, {"upload_to"})
        assert (await give(api, b"nobody", kind="document", upload_to="900")).status == 201


async def test_what_telegram_refuses_is_told(web: Web, telegram: Sandbox) -> None:
    async with Client(telegram.url) as client:
        await client.post("faults", kind="error", code=502, method="sendDocument", count=1)
        async with web.with_key() as api:
            refused = await give(api, b"%PDF- 502", kind="document")
    assert refused.status == 503, refused.text


async def test_a_file_that_breaks_off_leaves_nothing(web: Web, kept: Path) -> None:
    key = (await web.office.keys.make("breaks", Scope.WRITE, None))[1]
    host, port = web.url.removeprefix("http://").split(":")
    _, writer = await asyncio.open_connection(host, int(port))
    head = (
        f"POST {PATH} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n"
        "Content-Type: multipart/form-data; boundary=b\r\nContent-Length: 9000000\r\n\r\n"
        '--b\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n'
    )
    writer.write(head.encode() + bytes(3_000_000))
    await writer.drain()
    writer.close()
    await writer.wait_closed()
    async with web.with_key() as api:  # the server is as well as before
        assert (await give(api, b"%PDF- after", kind="document")).status == 201
    assert not list(kept.iterdir())


async def test_only_who_writes_may_upload_and_others_send_no_file(web: Web) -> None:
    async with web.nobody() as nobody:
        assert (await give(nobody, JPEG)).status == 401
    async with web.with_key(Scope.READ) as reader:
        assert (await give(reader, JPEG)).status == 403


NAMES = [
    ("../../etc/passwd", "passwd"),
    ("..\\..\\boot.ini", "boot.ini"),
    ("/", "photo.jpg"),
    ("..", "photo.jpg"),
    ("", "photo.jpg"),
    (None, "photo.jpg"),
    (".htaccess", "htaccess"),
    ("a\r\nX-Evil: 1\0.jpg", "aX-Evil: 1.jpg"),
    ("\u202egpj.exe", "gpj.exe"),
    ("\ud800.jpg", "?.jpg"),
    ("имя файла.jpg", "имя файла.jpg"),
    ("x" * 300 + ".jpg", "x" * 60 + ".jpg"),
    ("x." + "y" * 300, "x." + "y" * 58),
]


@pytest.mark.parametrize(("given", "name"), NAMES)
def test_a_name_is_never_a_path(given: str | None, name: str) -> None:
    assert safe_name(given, "photo.jpg") == name


async def test_hostile_names_become_names(web: Web) -> None:
    async with web.with_key() as api:
        for n, (name, _) in enumerate(NAMES):
            if name is None or "\ud800" in name or "\n" in name:
                continue
            answer = await give(api, f"%PDF- {n}".encode(), name or "x", kind="document")
            assert answer.status == 201, (name, answer.text)
            assert "/" not in answer.json["name"]


async def test_a_raw_header_cannot_break_out_of_its_name(web: Web) -> None:
    for name in (b"a\x00b.pdf", b"a%0D%0Ab.pdf", b"\xff\xfe.pdf", b'a\\"b.pdf'):
        body = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="' + name + b'"\r\n\r\n'
            b"%PDF- " + name + b"\r\n--b--\r\n"
        )
        headers = {"Content-Type": "multipart/form-data; boundary=b"}
        async with web.with_key() as api:
            answer = await api.ask("POST", PATH, data=body, headers=headers)
        assert answer.status in (201, 400, 422), answer.text


def test_files_are_known_by_how_they_begin() -> None:
    known = {JPEG: ".jpg", PNG: ".png", GIF: ".gif", MP4: ".mp4", OGG: ".ogg", PDF: ".pdf"}
    assert {content: looked_at(content)[1] for content in known} == known
    assert looked_at(b"RIFF\0\0\0\0WEBP")[1] == ".webp"
    assert looked_at(b"hello") == looked_at(b"") == ("", "")
