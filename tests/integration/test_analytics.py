"""Channels as a worker looks at them: from the sandbox's pages to the samples."""

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from celery._state import _task_stack

from core.channel import Facts
from core.errors import InvalidInput, PreviewBusy, TelegramRefused, TelegramUnavailable
from infra.celery import celery_app
from infra.celery.analytics import FAN_OUT, fan_out
from sandbox.faults import Kind
from tests.integration.channel_bench import NAME, ChannelBench, channel_bench, published, worker

HOUR_S = 3600
FACTS = {"chat_id", "title", "username", "members", "preview", "reason"}
COUNTS = {"posts", "new", "sampled", "gone", "continues_before"}


@pytest.fixture
async def bench(sqlite_ledger_url: str, tmp_path: Path) -> AsyncIterator[ChannelBench]:
    async with channel_bench(sqlite_ledger_url, tmp_path) as made:
        yield made


@pytest.fixture
def broker(redis_url: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The broker of this process is the test's."""
    monkeypatch.setattr(celery_app.conf, "broker_url", redis_url)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)
    return redis_url


async def test_views_that_grow_are_runs_and_views_that_stand_are_one(
    ledger_url: str, tmp_path: Path
) -> None:
    async with channel_bench(ledger_url, tmp_path) as bench:
        await bench.channel()
        await bench.post("first <b>post</b>")
        told = await bench.look()
        assert (told["username"], told["members"], told["preview"]) == ("our_news", 100, "open")
        assert (told["posts"], told["new"], told["sampled"]) == (1, 1, 1)
        [first] = await bench.seen()
        await bench.pass_s(300)
        await bench.look()
        await bench.channel(members=5_000_000)
        await bench.pass_s(300)
        told = await bench.look()
        assert (told["new"], told["sampled"], told["members"]) == (0, 1, 5_000_000)
        [post] = await bench.seen()
        assert post.head == "first <b>post</b>"
        stood, grew = post.runs
        assert stood.value == first.views
        assert 299 < (stood.until - stood.at).total_seconds() < 310
        assert grew.at == grew.until > stood.until
        assert grew.precision in (10_000, 100_000)  # "4.6M", "4.61M"
        assert post.views == grew.value
        channel = await bench.channels.get(NAME)
        members = await bench.channels.members.since(channel.id, stood.at)
        assert [run.value for run in members] == [100, 5_000_000]


async def test_a_look_tells_all_that_it_found_by_name(bench: ChannelBench) -> None:
    await bench.channel()
    assert set(await bench.look()) == FACTS | COUNTS


async def test_a_channel_without_a_name_says_so_and_is_never_zero(bench: ChannelBench) -> None:
    await bench.channel("-1001234567890")
    await bench.post(chat="-1001234567890")
    told = await bench.look("-1001234567890")
    assert (told["preview"], told["members"]) == ("none", 100)
    assert "no @username" in told["reason"]
    assert await bench.rows() == 0
    channel = await bench.channels.get("-1001234567890")
    assert (channel.preview, channel.preview_reason) == ("none", told["reason"])
    assert channel.looked_at is not None


async def test_a_channel_whose_preview_is_off_says_so_and_keeps_its_history(
    bench: ChannelBench,
) -> None:
    await bench.channel()
    await bench.post()
    await bench.look()
    await bench.channel(public=False)
    told = await bench.look()
    assert told["preview"] == "none"
    assert "shows no posts of @our_news" in told["reason"]
    assert await bench.rows() == 1
    await bench.channel(public=True)
    assert (await bench.look())["preview"] == "open"
    assert (await bench.channels.get(NAME)).preview_reason == ""


async def test_a_group_has_no_views_and_a_person_is_no_channel(bench: ChannelBench) -> None:
    told = await bench.look("-1000000000055")
    assert (told["preview"], told["reason"][:20]) == ("none", "it is a supergroup: ")
    with pytest.raises(InvalidInput, match="5 is a private chat; name a channel"):
        await bench.look("5")


@pytest.mark.parametrize("kind", [Kind.KICKED, Kind.NOT_FOUND])
async def test_a_channel_that_is_out_of_reach_is_marked_so_and_not_tried_again_soon(
    bench: ChannelBench, kind: Kind
) -> None:
    await bench.channel()
    await bench.post()
    await bench.look()
    fault = await bench.client.post("faults", kind=kind, chat=NAME)
    told = await bench.look()
    assert told["preview"] is None
    assert kind.replace("_", " ").split()[-1] in told["reason"]
    channel = await bench.channels.get(NAME)
    assert channel.trouble == told["reason"]
    assert channel.look_at.timestamp() > datetime.now(UTC).timestamp() + HOUR_S - 10
    await bench.client.delete("faults", id=fault["id"])
    assert (await bench.look())["preview"] == "open"
    assert (await bench.channels.get(NAME)).trouble == ""


async def test_a_chat_that_nobody_knows_is_told_in_words_and_not_added(
    bench: ChannelBench,
) -> None:
    await bench.client.post("faults", kind="not_found", chat="@nobody")
    told = await bench.look("@nobody")
    assert "chat not found" in told["reason"]
    assert await bench.channels.find("@nobody") is None


async def test_what_a_later_try_mends_is_raised_with_the_time_to_wait(bench: ChannelBench) -> None:
    await bench.channel()
    await bench.client.post("faults", kind="flood", chat=NAME, retry_after=7, count=1)
    with pytest.raises(TelegramUnavailable, match="asks to wait for 7 s") as flooded:
        await bench.look()
    assert flooded.value.retry_after_s == 7
    for kind in ("error", "cut_before"):
        await bench.client.post("faults", kind=kind, chat=NAME, count=1)
        with pytest.raises(TelegramUnavailable):
            await bench.look()
    await bench.client.post("faults", kind="bad_token", chat=NAME, count=1)
    with pytest.raises(TelegramRefused, match="Unauthorized"):
        await bench.look()


async def test_a_page_that_cannot_be_read_is_said_and_not_taken_for_no_posts(
    bench: ChannelBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.channel()
    await bench.post()
    await bench.look()
    monkeypatch.setattr("sandbox.preview.channel_html", lambda *_: "<html>all new</html>")
    told = await bench.look()
    assert told["preview"] is None
    assert "the preview page of @our_news" in (await bench.channels.get(NAME)).trouble
    assert (await bench.seen())[0].is_there


async def test_an_empty_page_is_said_and_puts_no_young_post_off(bench: ChannelBench) -> None:
    await bench.channel()
    post = await bench.post()
    assert (await bench.look())["reason"] == ""
    await bench.client.call("deleteMessage", chat_id=NAME, message_id=post)
    await bench.pass_s(300)
    told = await bench.look()
    assert (told["preview"], told["posts"], told["gone"]) == ("open", 0, 0)
    assert "shows no posts" in told["reason"]
    assert (await bench.seen())[0].is_there
    channel = await bench.channels.get(NAME)
    assert channel.look_at <= datetime.now(UTC) + timedelta(minutes=5)


async def test_an_album_is_one_post_and_a_service_message_none(bench: ChannelBench) -> None:
    await bench.channel()
    photo = {"type": "photo", "media": "https://example.com/one.jpg"}
    sent = await bench.client.call("sendMediaGroup", chat_id=NAME, media=[photo, photo, photo])
    first = sent.result[0]["message_id"]
    pinned = await bench.client.call("pinChatMessage", chat_id=NAME, message_id=first)
    assert pinned.status == 200, pinned.text
    told = await bench.look()
    assert (told["posts"], told["new"]) == (2, 1)
    assert [post.message_id for post in await bench.seen()] == [first]


async def test_a_deleted_post_is_looked_for_no_more_and_its_history_stays(
    bench: ChannelBench,
) -> None:
    await bench.channel()
    kept, deleted, newest = [await bench.post() for _ in range(3)]
    await bench.look()
    await bench.client.call("deleteMessage", chat_id=NAME, message_id=deleted)
    await bench.pass_s(300)
    assert (await bench.look())["gone"] == 1
    there = {post.message_id: post.is_there for post in await bench.seen()}
    assert there == {kept: True, deleted: False, newest: True}
    assert (await bench.look())["gone"] == 0


async def test_older_posts_that_are_due_are_read_slice_by_slice(
    bench: ChannelBench, broker: str
) -> None:
    await bench.channel()
    ids = [await bench.post(str(n)) for n in range(65)]
    assert (await bench.look())["continues_before"] is None  # what is not known cannot be due
    for before in (ids[45], ids[25], ids[5]):
        await bench.look(before=before)
    assert len(await bench.seen()) == 65
    await bench.pass_s(HOUR_S)
    told = await bench.look()
    assert told["continues_before"] == ids[45]
    slices = []
    while told["continues_before"] is not None:
        told = await bench.look(before=told["continues_before"])
        slices.append(told["continues_before"])
    assert slices == [ids[25], ids[5], None]
    asked = published(broker)
    chat_id = (await bench.channels.get(NAME)).facts.chat_id
    assert [each.args for each in asked] == [[chat_id, ids[n]] for n in (45, 25, 5)]
    assert {each.task for each in asked} == {"infra.celery.tasks.process_analytics"}
    assert (await bench.channels.get(NAME)).look_at > datetime.now(UTC)


async def test_a_removed_channel_is_not_looked_at_by_what_was_still_under_way(
    bench: ChannelBench,
) -> None:
    await bench.channel()
    await bench.look()
    await bench.channels.remove((await bench.channels.get(NAME)).id)
    told = await bench.look()
    assert told["reason"].startswith("removed; ")
    assert (await bench.channels.get(NAME)).removed_at is not None


async def test_workers_that_look_at_the_same_time_write_each_sample_once(
    ledger_url: str, tmp_path: Path
) -> None:
    async with channel_bench(ledger_url, tmp_path) as bench:
        await bench.channel()
        ids = [await bench.post() for _ in range(5)]
        await bench.look()
        await bench.channel(members=900)
        async with worker(bench.runtime.settings) as other:
            looks = [bench.look() for _ in range(3)]
            beside = ChannelBench(other, bench.sandbox, bench.client)
            await asyncio.gather(*looks, beside.look())
        seen = await bench.seen()
        assert [post.message_id for post in seen] == ids
        assert {len(post.runs) for post in seen} == {2}


async def test_workers_keep_their_distance_before_pages(
    sqlite_ledger_url: str, tmp_path: Path, redis_url: str
) -> None:
    async with channel_bench(sqlite_ledger_url, tmp_path, redis_url, preview_rate=0.05) as bench:
        await bench.channel()
        await bench.look()
        with pytest.raises(PreviewBusy) as busy:
            await bench.look()
        assert 10 < busy.value.retry_after_s <= 20


async def test_due_channels_are_spread_by_the_rate_and_what_is_left_is_for_the_next_slice(
    sqlite_ledger_url: str, tmp_path: Path, broker: str
) -> None:
    async with channel_bench(sqlite_ledger_url, tmp_path, preview_rate=0.05) as bench:
        for n in range(5):
            await bench.channels.add(Facts(f"-100{n}", "channel", "News", None, 1))
        began = datetime.now(UTC)
        told = await fan_out(bench.runtime)
        assert told == {"called": 0, "published": 2, "left": 3, "continues": True}
        *looks, following = published(broker)
        in_s = [round((each.eta - began).total_seconds()) if each.eta else 0 for each in looks]
        assert in_s == [0, 20]
        assert following.task == "apps.bot.tasks.update_post_views"
        assert following.eta is not None
        assert round((following.eta - began).total_seconds()) == 40
        assert all(
            each.expires and each.expires > (each.eta or began) for each in published(broker)
        )
        assert following.args == [True]
        later = [await fan_out(bench.runtime, follows=True) for _ in range(3)]
        assert [each["published"] for each in later] == [2, 1, 0]
        asked = {each.args[0] for each in published(broker) if each.task != FAN_OUT}
        assert len(asked) == 5


async def test_a_chain_of_slices_ends_when_the_next_tick_begins_its_own(
    sqlite_ledger_url: str, tmp_path: Path, broker: str
) -> None:
    async with channel_bench(sqlite_ledger_url, tmp_path, preview_rate=0.05) as bench:
        for n in range(4):
            await bench.channels.add(Facts(f"-100{n}", "channel", "News", None, 1))
        soon = (datetime.now(UTC) + timedelta(seconds=39)).isoformat()
        with running(expires=soon):
            told = await fan_out(bench.runtime)
        assert (told["published"], told["left"], told["continues"]) == (2, 2, False)
        assert {each.task for each in published(broker)} == {"infra.celery.tasks.process_analytics"}


@contextmanager
def running(**request: Any) -> Iterator[None]:
    """As it is for what a worker runs as this task."""
    task = celery_app.tasks["celery.backend_cleanup"]
    task.push_request(**request)
    _task_stack.push(task)
    yield
    _task_stack.pop()
    task.pop_request()


async def test_a_look_that_the_broker_does_not_take_is_due_again_when_its_lease_ends(
    bench: ChannelBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    await bench.channel()
    await bench.look()
    await bench.pass_s(HOUR_S)
    monkeypatch.setattr(celery_app.conf, "broker_url", "redis://127.0.0.1:1/0")
    monkeypatch.setitem(celery_app.conf.broker_transport_options, "max_retries", 0)
    monkeypatch.setattr(celery_app.amqp, "_producer_pool", None)
    assert (await fan_out(bench.runtime))["published"] == 0
    assert await bench.channels.count_due() == 0
    await bench.pass_s(300)
    assert await bench.channels.count_due() == 1


@pytest.mark.parametrize("before", ["x", True, 1.5, 0, -3, 2**40])
async def test_what_is_no_message_id_is_refused_by_name(bench: ChannelBench, before: Any) -> None:
    await bench.channel()
    with pytest.raises(InvalidInput, match="before: "):
        await bench.look(before=before)
