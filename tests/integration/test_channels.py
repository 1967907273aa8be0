"""Channels, posts and samples in the ledger, on both databases."""

import asyncio
from collections.abc import Sequence
from datetime import datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, update

from core.channel import Channel, Facts, SeenPost
from core.errors import NotFound
from core.outcome import Rejected, Sent
from core.view_count import read_view_count
from infra.db.channel_tables import channels as channel_table
from infra.db.channel_tables import post_samples
from infra.db.channel_tables import posts as post_table
from infra.db.channels import LEASE_S, Channels
from infra.db.engine import Database
from infra.db.moments import from_now, plus
from infra.db.posts import Noted, Page
from infra.db.tables import messages
from tests.integration.conftest import BOT, Bench
from tests.integration.query_plans import Plans, Rows, fill

NEWS = Facts("-1001", "channel", "News", "Our_News", 100)
DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)


@pytest.fixture
def channels(database: Database) -> Channels:
    return Channels(database, BOT)


class Looks:
    """Looks at one channel, as they would come from its pages."""

    def __init__(self, channels: Channels, channel: Channel) -> None:
        self.channels, self.id = channels, channel.id

    async def note(
        self,
        views: dict[int, str],
        *,
        age: timedelta = MINUTE,
        before: int | None = None,
        without_views: Sequence[int] = (),
        asked_at: datetime | None = None,
    ) -> Noted:
        """`views` are the texts of a page's posts, by message id."""
        now = await self.channels._database.now()
        seen = [
            SeenPost(id_, now - age, f"post {id_}", read_view_count(text))
            for id_, text in views.items()
        ]
        page = Page(asked_at or now, seen, [*views, *without_views], before)
        return await self.channels.posts.note(self.id, page)

    async def raws(self) -> dict[int, tuple[int, ...]]:
        """The counts of each post's runs."""
        posts = await self.channels.posts.since(self.id, datetime.now().astimezone() - 99 * DAY)
        return {post.message_id: tuple(run.value for run in post.runs) for post in posts}

    async def there(self) -> set[int]:
        posts = await self.channels.posts.since(self.id, datetime.now().astimezone() - 99 * DAY)
        return {post.message_id for post in posts if post.is_there}

    async def all_due(self) -> None:
        async with self.channels._database.writing() as connection:
            late = update(post_table).where(post_table.c.sample_at.is_not(None))
            await connection.execute(late.values(sample_at=from_now(-1)))

    async def look_in_s(self) -> float:
        [channel] = await self.channels.listed()
        return (channel.look_at - await self.channels._database.now()).total_seconds()


@pytest.fixture
async def looks(channels: Channels) -> Looks:
    return Looks(channels, await channels.add(NEWS))


async def test_a_channel_is_found_by_its_number_and_by_its_name_in_any_case(
    channels: Channels,
) -> None:
    added = await channels.add(NEWS)
    assert await channels.get("-1001") == await channels.get("@our_news") == added
    assert await Channels(channels._database, BOT + 1).find("-1001") is None
    with pytest.raises(NotFound, match="no channel @other; `analyticbot channels add @other`"):
        await channels.get("@other")


async def test_an_old_post_is_seen_once_and_then_never(looks: Looks) -> None:
    assert (await looks.note({5: "10"}, age=40 * DAY)).sampled == 1
    noted = await looks.note({5: "11"}, age=40 * DAY)
    assert (noted.new, noted.sampled, noted.gone) == (0, 0, 0)
    assert await looks.raws() == {5: (10,)}


async def test_a_run_begins_anew_where_the_old_ones_were_not_kept(looks: Looks) -> None:
    await looks.note({5: "10"})
    async with looks.channels._database.writing() as connection:
        await connection.execute(delete(post_samples))
    await looks.note({5: "10"})
    assert await looks.raws() == {5: (10,)}


async def test_a_removed_channel_keeps_its_history_and_can_come_back(looks: Looks) -> None:
    channels = looks.channels
    await looks.note({5: "10"})
    await channels.remove(looks.id)
    assert await channels.listed() == []
    assert await channels.take_due(10) == []
    assert (await channels.get("@our_news")).removed_at is not None
    assert (await channels.add(NEWS)).id == looks.id
    assert await looks.raws() == {5: (10,)}
    assert [channel.id for channel in await channels.take_due(10)] == [looks.id]


async def test_a_name_means_the_channel_that_has_it_now(channels: Channels) -> None:
    old = await channels.add(NEWS)
    await channels.note_no_preview(old.id, "its name is gone")
    heir = await channels.add(Facts("-1002", "channel", "Heir", "our_news", 5))
    assert (await channels.get("@our_news")).id == heir.id
    await channels.remove(heir.id)
    assert (await channels.get("@our_news")).id == old.id


async def test_a_channel_is_taken_once_and_again_when_the_lease_has_ended(
    channels: Channels,
) -> None:
    ids = {(await channels.add(Facts(f"-100{n}", "channel", "", None, 1))).id for n in range(7)}
    taken = await asyncio.gather(*(channels.take_due(3) for _ in range(4)))
    found = [channel.id for some in taken for channel in some]
    assert (len(found), set(found)) == (7, ids)
    assert await channels.take_due(10) == []
    async with channels._database.writing() as connection:
        c = channel_table.c
        await connection.execute(update(channel_table).values(look_at=plus(c.look_at, -LEASE_S)))
    assert len(await channels.take_due(10)) == 7


async def test_who_is_taken_ahead_has_the_lease_from_when_it_is_due(channels: Channels) -> None:
    added = await channels.add(NEWS)
    await _look_again_in(channels._database, 40)
    assert await channels.take_due(10, 30) == []
    assert (await channels.count_due(30), await channels.count_due(40)) == (0, 1)
    [taken] = await channels.take_due(10, 40)
    leased = await channels.get("-1001")
    assert added.look_at < taken.look_at < leased.look_at
    assert (leased.look_at - taken.look_at).total_seconds() == pytest.approx(LEASE_S, abs=1e-3)
    assert await channels.take_due(10, LEASE_S) == []
    assert await channels.call_for(600) == 0


async def test_the_next_look_is_when_a_post_is_due_and_within_the_hour(looks: Looks) -> None:
    await looks.note({5: "10"}, age=40 * DAY)
    assert 3590 < await looks.look_in_s() <= 3600
    assert await looks.there() == {5}  # though nobody looks at it any more
    await looks.note({5: "10", 6: "3"})
    assert 0 < await looks.look_in_s() <= 300


async def test_posts_of_ours_make_their_channel_due_at_once(database: Database) -> None:
    bench, channels = Bench(database), Channels(database, BOT)
    chats = {"-1001": "News", "-1002": "Other", "-1003": "Failed", "-1004": "Soon"}
    for chat_id, name in chats.items():
        await channels.add(Facts(chat_id, "channel", name, name, 1))
    await _look_again_in(database, 3000)
    for key, chat_id in {"a": "-1001", "b": "@other", "c": "-1003", "d": "77"}.items():
        await bench.schedule(key, chat_id)
    for claim in await bench.claim():
        failed = claim.chat_id == "-1003"
        await bench.end(await bench.mark(claim), Rejected("content") if failed else Sent((1,)))
    assert await channels.call_for(600) == 2
    due = await channels.take_due(10)
    assert sorted(channel.facts.title for channel in due) == ["News", "Other"]
    # Who holds a lease, or has looked since, is not called for once more; nor is what is old.
    assert await channels.call_for(600) == 0
    for channel in due:
        await channels.note_no_preview(channel.id, "")
    assert await channels.call_for(600) == 0
    async with database.writing() as connection:
        never = update(channel_table).values(looked_at=None, added_at=from_now(-9000))
        await connection.execute(never)
        earlier = plus(messages.c.ended_at, -700)
        await connection.execute(update(messages).values(ended_at=earlier))
    assert await channels.call_for(600) == 0
    assert await channels.call_for(800) == 2


async def test_whom_to_call_is_found_without_a_lock_and_without_reading_all_for_each(
    database: Database,
) -> None:
    channels, size = Channels(database, BOT), 300
    for n in range(size):
        await channels.add(Facts(f"-100{n}", "channel", "", f"name{n}", 1))
    await _look_again_in(database, 3000)
    await fill(database, Rows(5 * size, "sent", "'-200' || n", "-1", ended_s="-1"))
    await fill(database, Rows(5 * size, "sent", "'-100' || (n + 1000)", "-2", ended_s="-1"))
    plans, other = Plans(database), Database(str(database.url.render_as_string(False)))
    async with plans.of("call_for"), other.writing():
        assert await asyncio.wait_for(channels.call_for(600), 10) == 0
    await other.close()
    assert plans.found
    # Sorting them once to tell the chats apart is no fault.
    assert not [bad for plan in plans.found for bad in plan.faults if "scan" in bad.lower()]
    assert plans.work["call_for"] < 100 * 10 * size


async def _look_again_in(database: Database, seconds: float) -> None:
    async with database.writing() as connection:
        await connection.execute(update(channel_table).values(look_at=from_now(seconds)))


async def test_what_a_page_does_not_show_where_it_should_is_gone(looks: Looks) -> None:
    await looks.note(dict.fromkeys(range(10, 20), "1"))
    assert (await looks.note(dict.fromkeys((12, 13, 15, 19), "1"), without_views=[14])).gone == 3
    assert await looks.there() == {10, 11, 12, 13, 14, 15, 19}
    assert (await looks.note({11: "1"}, before=12)).gone == 0
    assert (await looks.note({10: "1", 16: "2"})).gone == 6
    assert 16 in await looks.there()  # an old copy had lacked it


async def test_what_another_noted_since_we_asked_is_not_gone(looks: Looks) -> None:
    asked_at = await looks.channels._database.now()
    await looks.note({5: "1", 6: "1"})
    assert (await looks.note({5: "1"}, asked_at=asked_at)).gone == 0
    assert await looks.there() == {5, 6}


async def test_an_empty_page_proves_nothing_and_is_not_asked_for_at_every_turn(
    looks: Looks,
) -> None:
    await looks.note({5: "1", 6: "1"})
    await looks.note({3: "1"}, age=29.9 * DAY, before=5)
    await looks.all_due()
    assert (await looks.note({})).gone == 0
    assert await looks.there() == {3, 5, 6}
    # The young ones come again in their own time, as if they had been seen.
    assert 0 < await looks.look_in_s() <= 300
    # Posts that a page shows without views are not due before tomorrow.
    await looks.all_due()
    noted = await looks.note({}, without_views=[5, 6])
    assert (noted.seen, noted.sampled, noted.gone, noted.due_before) == (2, 0, 0, 4)
    await looks.note({}, before=4)
    assert await looks.look_in_s() > 3590


async def test_of_older_posts_only_those_that_are_due_are_read(looks: Looks) -> None:
    await looks.note(dict.fromkeys(range(1, 11), "1"), age=DAY)
    assert (await looks.note({20: "1"})).due_before is None
    async with looks.channels._database.writing() as connection:
        due = update(post_table).where(post_table.c.message_id.in_([3, 7]))
        await connection.execute(due.values(sample_at=from_now(-1)))
    assert (await looks.note({20: "1"})).due_before == 8
    assert LEASE_S - 10 < await looks.look_in_s() <= LEASE_S
    assert (await looks.note({6: "1", 7: "1"}, before=8)).due_before == 4
    assert (await looks.note({2: "1", 3: "1"}, before=4)).due_before is None


texts = st.sampled_from(["1", "2", "999", "1K", "1.1K", "1.2M", None])
histories = st.lists(st.fixed_dictionaries(dict.fromkeys((5, 6, 7), texts)), min_size=1, max_size=6)


def test_the_runs_tell_exactly_what_was_seen_at_each_look(ledger_url: str) -> None:
    """None in a history: the post was not on that page."""
    with asyncio.Runner() as runner:
        database = Database(ledger_url)
        numbers = iter(range(1, 1000))

        @settings(
            max_examples=8, deadline=None, suppress_health_check=list(HealthCheck), database=None
        )
        @given(histories)
        def reproduce(history: list[dict[int, str | None]]) -> None:
            runner.get_loop().run_until_complete(_reproduced(database, next(numbers), history))

        reproduce()
        runner.run(database.close())


async def _reproduced(
    database: Database, number: int, history: list[dict[int, str | None]]
) -> None:
    channels = Channels(database, BOT)
    channel = await channels.add(Facts(f"-100{number}", "channel", "", None, number))
    looks = Looks(channels, channel)
    seen: list[tuple[datetime, datetime, dict[int, str]]] = []
    for page in history:
        shown = {n: text for n, text in page.items() if text is not None}
        began = await channels._database.now()
        await looks.note(shown)
        seen.append((began, await channels._database.now(), shown))
    posts = {p.message_id: p for p in await channels.posts.since(channel.id, seen[0][0] - DAY)}
    for began, ended, shown in seen:
        for message_id, text in shown.items():
            count = read_view_count(text)
            [run] = [r for r in posts[message_id].runs if r.at <= ended and r.until >= began]
            assert (run.value, run.precision) == (count.value, count.precision)
    for message_id, post in posts.items():
        told = [shown[message_id] for *_, shown in seen if message_id in shown]
        changes = [text for n, text in enumerate(told) if n == 0 or told[n - 1] != text]
        assert len(post.runs) == len(changes)
        assert (post.views_raw, post.views) == (told[-1], read_view_count(told[-1]).value)
        assert all(run.at <= run.until for run in post.runs)


async def test_members_are_kept_by_runs_and_never_out_of_order(channels: Channels) -> None:
    added = await channels.add(NEWS)
    for members in (100, 100, 120, None, 120, 100):
        await channels.note_facts(added.id, Facts("-1001", "channel", "News", None, members))
    runs = await channels.members.since(added.id, added.added_at)
    assert [run.value for run in runs] == [100, 120, 100]
    assert all(run.at <= run.until for run in runs)
    assert all(earlier.until < later.at for earlier, later in pairwise(runs))
    assert (await channels.get("-1001")).facts.members == 100
