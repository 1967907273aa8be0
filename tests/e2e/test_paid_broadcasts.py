"""Paid broadcasts with real workers, past the limit of the bot that the sandbox enforces."""

from collections.abc import Sequence

from core.broadcast import BroadcastState, Draft, Tally
from core.message import Content, OnUncertain, Request
from core.paid import paid
from tests.e2e.broadcasting import Direction, each_once
from tests.e2e.side_by_side import POSTGRES, SQLITE, scenario
from tests.servers.stack import Stack

POST_WITHIN_S = 3.0
LIMIT = 30


async def begin_paid(stack: Stack, text: str, chats: Sequence[int]) -> Direction:
    ledger = stack.book.ledger
    content = paid(Content("sendMessage", {"text": text}))
    wish = Request("", content, None, text, OnUncertain.PARK, 6)
    made = await ledger.broadcasts.create(Draft(wish))
    async for _ in ledger.broadcast_build.chats(made.broadcast_id, list(map(str, chats))):
        pass
    await ledger.broadcasts.start(made.broadcast_id)
    return Direction(stack, made.broadcast_id, text)


@scenario(SQLITE, POSTGRES, takes_s=12)
async def test_it_passes_the_bots_limit_and_posts_are_on_time(url: str) -> None:
    chats = range(60_000, 62_000)
    async with Stack(workers=1, database_url=url) as stack:
        news = await begin_paid(stack, "news", chats)
        await news.received(60)
        posts = [await stack.book.schedule(f"post {n}", 5 + n, in_s=n / 2) for n in range(4)]
        found = await news.until(BroadcastState.COMPLETED, 20)
        receipts = await news.receipts()
        assert found.tally == Tally(2000, sent=2000)
        assert each_once(receipts, chats)
        times = sorted(each.received_at for each in receipts)
        assert times[-1] - times[0] < 2000 / LIMIT / 3
        for n, post in enumerate(posts):
            [receipt] = await stack.sandbox.receipts(1, 5, 5 + n)
            assert 0 <= receipt.received_at - post.wanted_at.timestamp() < POST_WITHIN_S
        assert (await stack.sandbox.stats())["over_limit"] == 0
