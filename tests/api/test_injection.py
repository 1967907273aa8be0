"""Whatever a field holds: it is stored as it is, or refused as 422; never a failure of ours."""

import asyncio
import socket
from typing import Any
from urllib.parse import urlsplit

import orjson

from apps.api.limits import BODY_BYTES
from tests.api.asks import LATER, MESSAGES, SERIES, made, rows
from tests.api.web import Answer, Asker, Web

JSON = {"Content-Type": "application/json"}
BASE = {"chat_id": 5, "text": "Hello", "at": LATER}

STORED = (
    "'; DROP TABLE messages; --",
    '" OR 1=1',
    "%(x)s %s {x} $1 :x ?",
    "<script>alert(1)</script>",
    "{{ 7*7 }} ${7*7} #{7*7}",
    "a\r\nSet-Cookie: x=y\r\n\r\n<html>",
    "\u202e\u0600\ufeff\U0001f9ff\u0301",
    "\x01\x1f\x7f",
)
"""Texts that are nothing but texts."""

REFUSED = ("\\u0000", "\\ud800", "\\udfff\\ud800", "a\\u0000b")
"""As JSON has them: what no database takes."""

NUMBERS = ("1e400", "NaN", "9" * 30, "9" * 5_000, "1.5", "true")
FIELDS = (
    *("chat_id", "text", "caption", "parse_mode", "at", "zone", "expires_at", "on_uncertain"),
    *("repeat", "missed", "photo", "media", "entities", "reply_markup", "link_preview_options"),
    *("reply_parameters", "message_thread_id", "copy_from_chat_id", "copy_message_id"),
    *("disable_notification", "message_effect_id", "business_connection_id", "unknown"),
)


async def send(api: Asker, method: str, path: str, raw: str) -> Answer:
    return await api.ask(method, path, data=raw.encode(), headers=JSON)


def with_field(base: dict[str, Any], field: str, raw: str) -> str:
    kept = {name: value for name, value in base.items() if name != field}
    return orjson.dumps(kept).decode()[:-1] + ("," if kept else "") + f'"{field}":{raw}}}'


async def test_what_is_but_text_is_stored_as_it_is(web_on_either: Web) -> None:
    async with web_on_either.with_key() as api:
        for text in STORED:
            told = await made(api, text=f"A{text}Z", at=LATER)
            assert told["text"] == f"A{text}Z"
            where = f"{MESSAGES}/{told['id']}"
            assert (await api.get(where)).json["params"] == {"text": f"A{text}Z"}
            answer = await api.ask("PATCH", where, {"text": f"B{text}Z"})
            assert (await api.get(where)).json["text"] == answer.json["text"] == f"B{text}Z"
    assert await rows(web_on_either) == len(STORED)


async def test_what_no_database_takes_is_refused(web_on_either: Web) -> None:
    async with web_on_either.with_key() as api:
        where = f"{MESSAGES}/{(await made(api, at=LATER))['id']}"
        for field in FIELDS:
            for method, path, base in (("POST", MESSAGES, BASE), ("PATCH", where, {})):
                answer = await send(api, method, path, with_field(base, field, f'"{REFUSED[0]}"'))
                assert answer.status == 422, (field, answer.text)
        for bad in REFUSED:
            for field in ("text", "at", "unknown"):
                answer = await send(api, "POST", MESSAGES, with_field(BASE, field, f'"{bad}"'))
                assert answer.status == 422, (field, answer.text)
            for deep in (f'{{"inline_keyboard":[[{{"text":"{bad}"}}]]}}', f'{{"{bad}":1}}'):
                raw = with_field(BASE, "reply_markup", deep)
                assert (await send(api, "POST", MESSAGES, raw)).status == 422
            raw = with_field(BASE, bad, "1")
            assert (await send(api, "POST", MESSAGES, raw)).status == 422
    assert await rows(web_on_either) == 1


async def test_no_value_of_any_field_is_a_failure_of_ours(web: Web, api: Asker) -> None:
    where = f"{MESSAGES}/{(await made(api, at=LATER))['id']}"
    deep = "[" * 500 + "]" * 500
    for value in (*NUMBERS, deep, '{"a":' * 50 + "1" + "}" * 50, '""', "[null]"):
        asked = [send(api, "POST", MESSAGES, with_field(BASE, each, value)) for each in FIELDS]
        patches = ("text", "at", "reply_markup", "unknown")
        asked += [send(api, "PATCH", where, with_field({}, each, value)) for each in patches]
        for answer in await asyncio.gather(*asked):
            assert answer.status in (200, 201, 400, 422), (value[:40], answer.text)


async def test_a_body_that_is_no_message_is_refused(api: Asker) -> None:
    for raw in ("", "null", "[]", '"x"', "{", "[" * 90_000, '{"a":' * 90_000, "\ufeff{}", "1e999"):
        for path in (MESSAGES, f"{SERIES}/1/skip"):
            assert (await send(api, "POST", path, raw)).status in (400, 422)


async def test_bytes_that_are_no_text_are_refused(api: Asker) -> None:
    raw = b'{"chat_id":5,"text":"\xff\xfe"}'
    answer = await api.ask("POST", MESSAGES, data=raw, headers=JSON)
    assert answer.status in (400, 422)


async def test_a_million_characters_are_refused_by_their_field(api: Asker) -> None:
    for field in ("text", "at", "zone", "parse_mode", "repeat", "chat_id", "unknown"):
        raw = with_field(BASE, field, f'"{"x" * 900_000}"')
        answer = await send(api, "POST", MESSAGES, raw)
        assert (answer.status, answer.fields) == (422, {field})
        assert len(answer.text) < 10_000, field


async def test_a_body_that_is_too_long_is_refused(api: Asker) -> None:
    answer = await send(api, "POST", MESSAGES, " " * (BODY_BYTES + 1))
    assert answer.status == 413

    async def chunks() -> Any:
        for _ in range(BODY_BYTES // 50_000 + 1):
            yield b" " * 50_000

    answer = await api.ask("POST", MESSAGES, data=chunks(), headers=JSON)
    assert answer.status == 413


async def test_no_header_carries_another(web: Web, api: Asker) -> None:
    """What clients refuse to send, a socket does."""
    key = api.session.headers["Authorization"]
    head = f"GET {MESSAGES}/1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: {key}\r\n"
    for evil in ("If-Match: \x00", "Idempotency-Key: a\x00b", "Bad Name: 1", "If-Match: \xff"):
        told = await asyncio.to_thread(_raw, web.url, f"{head}{evil}\r\n\r\n")
        assert told.split()[1] in ("400", "404"), told
        assert "Traceback" not in told


def _raw(url: str, text: str) -> str:
    place = urlsplit(url)
    with socket.create_connection((place.hostname, place.port), 5) as line:
        line.sendall(text.encode("latin-1"))
        return b"".join(iter(lambda: line.recv(65_536), b"")).decode()
