"""The reader of preview pages against servers that answer as Telegram does, or worse."""

import asyncio
import gzip
import pickle
import threading
from collections.abc import AsyncIterator, Awaitable, Callable

import pytest
from aiohttp import web

from core.errors import (
    GovernorUnavailable,
    InvalidInput,
    PreviewBusy,
    PreviewUnreadable,
    TelegramUnavailable,
)
from infra.telegram.preview_page import PreviewPage, read_preview
from infra.telegram.spacing import Spacing
from infra.telegram.views import BODY_LIMIT, UNSAID_RETRY_AFTER_S, NoPreview, PreviewReader
from infra.valkey import url as redis_at
from sandbox.client import Client
from sandbox.faults import PREVIEW, Kind
from sandbox.server import Sandbox
from tests.preview_pages import NAME, Post, page, twenty
from tests.servers.process import free_port

HTML = {"Content-Type": "text/html; charset=utf-8"}
SHORT_S = 0.2


class Pages:
    """A server whose answer the test sets; `asked` are the requests that came."""

    url = ""

    def __init__(self) -> None:
        self.asked: list[web.BaseRequest] = []
        self.server = web.Server(self._handle)
        self.answer: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
        self.says(text=page(Post(7)))

    def says(self, **response: object) -> None:
        async def answer(_: web.BaseRequest) -> web.StreamResponse:
            return web.Response(**({"headers": HTML} | response))  # type: ignore[arg-type]

        self.answer = answer

    async def _handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.asked.append(request)
        return await self.answer(request)


@pytest.fixture
async def pages() -> AsyncIterator[Pages]:
    made = Pages()
    listener = await asyncio.get_running_loop().create_server(made.server, "127.0.0.1", 0)
    made.url = f"http://127.0.0.1:{listener.sockets[0].getsockname()[1]}"
    yield made
    listener.close()
    await made.server.shutdown(0)


@pytest.fixture
async def spacing(redis_url: str) -> AsyncIterator[Spacing]:
    made = Spacing(redis_url, "previews", 1_000)
    yield made
    await made.close()


@pytest.fixture
async def reader(pages: Pages, spacing: Spacing) -> AsyncIterator[PreviewReader]:
    made = PreviewReader(f"{pages.url}/", spacing, read_within_s=SHORT_S)
    yield made
    await made.close()


async def read(url: str, spacing: Spacing, name: str = NAME) -> PreviewPage | NoPreview:
    """What comes of one request to this address."""
    made = PreviewReader(url, spacing, patience_s=0.0)
    try:
        return await made.read(name)
    finally:
        await made.close()


async def test_a_page_is_asked_for_politely_and_read(pages: Pages, spacing: Spacing) -> None:
    pages.says(text=twenty(), headers={**HTML, "Set-Cookie": "stel_ssid=1"})
    reader = PreviewReader(pages.url.replace("127.0.0.1", "localhost"), spacing)
    for before in (None, 4711):
        read = await reader.read(NAME, before)
        assert isinstance(read, PreviewPage)
        assert len(read.posts) == 20
    await reader.close()
    first, second = pages.asked
    assert (first.method, first.path_qs) == ("GET", f"/s/{NAME}")
    assert second.path_qs == f"/s/{NAME}?before=4711"
    assert "AnalyticBot" in second.headers["User-Agent"]
    assert "Cookie" not in second.headers


async def test_pages_come_over_one_connection(pages: Pages, reader: PreviewReader) -> None:
    for _ in range(4):
        await reader.read(NAME)
    assert len(pages.server.connections) == 1


@pytest.mark.parametrize(
    "target",
    [f"/{NAME}", f"https://t.me/{NAME}", "https://telegram.org/", "//telegram.me/x"],
)
@pytest.mark.parametrize("status", [301, 302, 303, 307])
async def test_a_redirect_away_means_no_preview_and_is_not_followed(
    pages: Pages, reader: PreviewReader, status: int, target: str
) -> None:
    pages.says(status=status, headers={"Location": target})
    answer = await reader.read(NAME)
    assert isinstance(answer, NoPreview)
    assert f"@{NAME}: the channel does not exist, is private" in answer.reason
    assert len(pages.asked) == 1


async def test_a_page_that_is_not_there_means_no_preview(
    pages: Pages, reader: PreviewReader
) -> None:
    pages.says(status=404, text="<h1>Not Found</h1>")
    assert isinstance(await reader.read(NAME), NoPreview)


@pytest.mark.parametrize(
    "target",
    [
        f"/s/{NAME.lower()}",
        f"https://t.me/s/{NAME}",
        "https://portal.example/login",
        "http://[",
        "",
    ],
)
async def test_any_other_redirect_says_nothing_of_the_channel(
    pages: Pages, reader: PreviewReader, target: str
) -> None:
    pages.says(status=302, headers={"Location": target} if target else {})
    with pytest.raises(TelegramUnavailable, match="HTTP 302") as told:
        await reader.read(NAME)
    assert ("check TELEGRAM_PREVIEW_URL" in str(told.value)) is bool(target)
    assert len(pages.asked) == 1


@pytest.mark.parametrize(
    ("said", "wait_s"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("999999999", 86_400.0),
        ("inf", 86_400.0),
        *[(said, UNSAID_RETRY_AFTER_S) for said in ("nan", "-1", "0", "soon", None)],
    ],
)
async def test_who_asked_too_often_is_told_for_how_long_to_wait(
    pages: Pages, reader: PreviewReader, said: str | None, wait_s: float
) -> None:
    pages.says(status=429, headers={"Retry-After": said} if said else {})
    with pytest.raises(PreviewBusy) as told:
        await reader.read(NAME)
    assert told.value.retry_after_s == wait_s


async def test_a_429_is_meant_for_all_workers(
    pages: Pages, reader: PreviewReader, spacing: Spacing
) -> None:
    pages.says(status=429, headers={"Retry-After": "30"})
    with pytest.raises(PreviewBusy):
        await reader.read(NAME)
    pages.says(text=page(Post(7)))
    with pytest.raises(PreviewBusy) as told:
        await read(pages.url, spacing)
    assert 29.0 < told.value.retry_after_s <= 30.0
    assert len(pages.asked) == 1


@pytest.mark.parametrize(
    ("status", "said", "wait_s"), [(500, None, 0), (502, "x", 0), (503, "9", 9), (403, None, 0)]
)
async def test_a_server_in_trouble_is_no_page(
    pages: Pages, reader: PreviewReader, status: int, said: str | None, wait_s: float
) -> None:
    pages.says(status=status, text=page(), headers={"Retry-After": said} if said else {})
    with pytest.raises(TelegramUnavailable, match=f"HTTP {status}") as told:
        await reader.read(NAME)
    assert told.value.retry_after_s == wait_s


async def test_a_page_that_is_cut_off_is_not_taken_for_a_short_one(
    pages: Pages, reader: PreviewReader
) -> None:
    async def cut(request: web.BaseRequest) -> web.StreamResponse:
        whole = twenty().encode()
        response = web.StreamResponse(headers={**HTML, "Content-Length": str(len(whole))})
        await response.prepare(request)
        await response.write(whole[: len(whole) // 2])
        assert request.transport is not None
        request.transport.abort()
        return response

    pages.answer = cut
    with pytest.raises(TelegramUnavailable, match=f"/s/{NAME}: "):
        await reader.read(NAME)


async def test_a_page_that_takes_too_long_is_given_up(pages: Pages, reader: PreviewReader) -> None:
    over = asyncio.Event()

    async def stall(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers=HTML)
        await response.prepare(request)
        await response.write(b"<html>")
        await over.wait()
        return response

    pages.answer = stall
    with pytest.raises(TelegramUnavailable, match="TimeoutError"):
        await reader.read(NAME)
    over.set()


@pytest.mark.parametrize("packed", [False, True])
async def test_a_page_larger_than_any_is_not_read_to_its_end(
    pages: Pages, spacing: Spacing, packed: bool
) -> None:
    whole = b"<p>" * (BODY_LIMIT // 3) + b"<p>" * 10
    headers = {**HTML, "Content-Encoding": "gzip"} if packed else HTML
    pages.says(body=gzip.compress(whole, 1) if packed else whole, headers=headers)
    with pytest.raises(PreviewUnreadable, match="larger than 1048576 bytes"):
        await read(pages.url, spacing)


async def test_the_loop_goes_on_while_a_page_is_read(
    pages: Pages, reader: PreviewReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    going, gone_on = asyncio.get_running_loop(), threading.Event()

    def held(html: bytes, name: str) -> PreviewPage:
        # Set by the loop: one that waits for this page could not.
        going.call_soon_threadsafe(gone_on.set)
        assert gone_on.wait(10), "the loop stood still"
        return read_preview(html, name)

    monkeypatch.setattr("infra.telegram.views.read_preview", held)
    assert isinstance(await reader.read(NAME), PreviewPage)


@pytest.mark.parametrize(
    "url",
    [
        *("http://127.0.0.1:{port}", "https://127.0.0.1:{port}", "ftp://127.0.0.1", "nonsense"),
        *("http://nowhere.invalid", "http://a..b", "http://host:99999", "http://["),
    ],
)
async def test_where_nobody_answers_telegram_is_unavailable(spacing: Spacing, url: str) -> None:
    with pytest.raises(TelegramUnavailable):
        await read(url.format(port=free_port()), spacing)


@pytest.mark.parametrize("body", [b"", b"\0" * 100, b'{"ok":true}', b"\x1f\x8bnot gzip"])
async def test_an_answer_that_is_no_page_is_not_an_empty_channel(
    pages: Pages, reader: PreviewReader, body: bytes
) -> None:
    pages.says(body=body)
    with pytest.raises(PreviewUnreadable):
        await reader.read(NAME)


async def test_pages_that_lead_in_a_circle_are_refused(pages: Pages, reader: PreviewReader) -> None:
    pages.says(text=page(Post(70), older=60))
    for before in (60, 59):
        with pytest.raises(PreviewUnreadable, match=f"the page before {before} leads to 60"):
            await reader.read(NAME, before)
    assert isinstance(await reader.read(NAME, 61), PreviewPage)


@pytest.mark.parametrize(
    "name",
    [
        *("", "abc", "@durov", "durov/1", "durov?before=1", "../s/durov", "1durov", "_durov"),
        *("durov ", "durov\n", "durov\0", "dur.ov", "дуров", "durоv", "a" * 33, "-1001234"),
        *("durov#x", "durov%2f"),
    ],
)
async def test_nothing_but_a_name_gets_into_the_address(
    pages: Pages, reader: PreviewReader, name: str
) -> None:
    with pytest.raises(InvalidInput, match=r"^channel: .* write name, not @name"):
        await reader.read(name)
    assert pages.asked == []


@pytest.mark.parametrize("before", [0, -1, 2**31])
async def test_nor_does_what_is_no_message_id(
    pages: Pages, reader: PreviewReader, before: int
) -> None:
    with pytest.raises(InvalidInput, match=f"^before: {before} is no message id"):
        await reader.read(NAME, before)
    assert pages.asked == []


async def test_who_has_no_turn_makes_no_request(pages: Pages, redis_url: str) -> None:
    slow, lost = Spacing(redis_url, "slow", 0.1), Spacing(redis_at(free_port()), "lost", 1.0)
    assert isinstance(await read(pages.url, slow), PreviewPage)
    with pytest.raises(PreviewBusy):
        await read(pages.url, slow)
    with pytest.raises(GovernorUnavailable):
        await read(pages.url, lost)
    assert len(pages.asked) == 1
    await slow.close()
    await lost.close()


@pytest.mark.parametrize("error", [PreviewBusy(7.5), PreviewUnreadable("durov", "it is empty")])
def test_the_errors_travel_between_processes(error: Exception) -> None:
    again = pickle.loads(pickle.dumps(error))
    assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


async def test_the_sandboxs_pages_are_read_as_telegrams(spacing: Spacing) -> None:
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as sandbox:
        async with Client(sandbox.url) as client:
            await client.post("channels", chat="@our_news", title="Our <News>", members=8_100)
            sent = [(await client.send("@our_news", f"Post {n}")).result for n in range(23)]
            await client.post("channels", chat="@hidden_news", public=False)
        made = PreviewReader(sandbox.url, spacing)
        newest = await made.read("Our_News")
        assert isinstance(newest, PreviewPage)
        assert (newest.title, newest.username, len(newest.posts)) == ("Our <News>", "our_news", 20)
        assert newest.subscribers is not None
        assert newest.subscribers.raw == "8.1K"
        assert newest.older_before == newest.posts[0].message_id
        older = await made.read("our_news", newest.older_before)
        assert isinstance(older, PreviewPage)
        assert older.older_before is None
        posts = older.posts + newest.posts
        assert [post.message_id for post in posts] == [each["message_id"] for each in sent]
        assert [post.text_head for post in posts] == [f"Post {n}" for n in range(23)]
        assert all(post.views and post.posted_at for post in posts)
        assert isinstance(await made.read("hidden_news"), NoPreview)
        sandbox.telegram.faults.add(Kind.FLOOD, None, method=PREVIEW, retry_after=7)
        with pytest.raises(PreviewBusy) as told:
            await made.read("our_news")
        assert told.value.retry_after_s == 7
        await made.close()
