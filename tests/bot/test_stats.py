"""/stats: figures in words and in pictures, and what is said where there are none."""

import random
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert, update

from apps.bot import studio
from core.person import Role
from infra.db.channel_tables import channels, member_samples, post_samples, posts
from tests.bot.conversation import Conversation, Message

VIEWER, EDITOR = 501, 502
NEWS = -1001000000501
MEMBERS, POSTS, HOURS_SEEN = 1200, 24, (0.5, 1.0, 6.0, 24.0, 48.0)


@pytest.fixture
async def asked(talk: Conversation) -> Conversation:
    """A viewer in Tashkent, and a channel of which nothing was seen."""
    await talk.member(Role.EDITOR, EDITOR)
    await talk.channel(
        NEWS, "Daily <News> \N{ROCKET} & more", username="daily_news", members=MEMBERS
    )
    await talk.admit(NEWS, EDITOR)
    await talk.member(Role.VIEWER, VIEWER)
    await talk.people.choose_zone(VIEWER, "Asia/Tashkent")
    return talk


async def seen(talk: Conversation) -> None:
    """A month of posts with views, and members that grow."""
    now, chance = datetime.now(UTC), random.Random(1)
    async with talk.database.writing() as connection:
        await connection.execute(update(channels).values(preview="open", members=MEMBERS))
        await connection.execute(member_samples.delete())
        for day in range(20, -1, -1):
            at = now - timedelta(days=day)
            row = {"channel_id": 1, "at": at, "until": at, "members": MEMBERS - 10 * day}
            await connection.execute(insert(member_samples).values(row))
        for number in range(1, POSTS + 1):
            at = now - timedelta(days=number)
            views = 100 * number
            post = {"id": number, "channel_id": 1, "message_id": 1000 - number, "posted_at": at}
            head = {"head": f"Post {number}", "views": views, "views_raw": str(views)}
            await connection.execute(insert(posts).values(**post, **head, sampled_at=now))
            for hours in HOURS_SEEN:
                when = at + timedelta(hours=hours)
                row = {"post_id": number, "at": when, "until": when, "precision": 1}
                share = 1 - 2 ** (-hours / 6) + 0.001 * chance.random()
                more = {"views": int(views * share), "raw": "", "source": "preview"}
                if when < now:
                    await connection.execute(insert(post_samples).values(**row, **more))


def size_of(picture: Message) -> Any:
    return picture["photo"][-1]["file_id"]


@pytest.mark.parametrize(
    ("language", "days", "figures", "tab"),
    [
        (
            "en",
            "30 days",
            ["Members: 1,200 (+200, +20.0% ", "Posts: 24", "Best post: 2,400 views"],
            "Hours",
        ),
        ("ru", "30 дней", ["1 200 (+200, +20,0 % ", "Публикаций: 24", "2 400 просмотров"], "Часы"),
        ("uz", "30 kun", ["A’zolar: 1 200", "Postlar: 24", "Eng yaxshi post: 2 400"], "Soatlar"),
    ],
)
async def test_a_channel_a_period_and_its_pictures_in_each_language(
    asked: Conversation, language: str, days: str, figures: list[str], tab: str
) -> None:
    await seen(asked)
    await asked.people.choose_language(VIEWER, language)
    await asked.say(VIEWER, "/stats")
    await asked.press(VIEWER, "Daily <News>")
    await asked.press(VIEWER, days)
    first = await asked.sees(VIEWER, "Daily <News> \N{ROCKET} & more")
    caption = first["caption"].replace("\xa0", " ").replace("\u202f", " ")
    assert [figure for figure in figures if figure not in caption] == []
    assert len(first["caption"]) <= 1024
    await asked.press(VIEWER, tab)
    hours = await asked.sees(VIEWER, f"• {tab}")
    assert hours["message_id"] == first["message_id"]
    assert size_of(hours) != size_of(first)


async def test_the_same_period_again_changes_the_picture_that_is_there(
    asked: Conversation,
) -> None:
    await seen(asked)
    await asked.say(VIEWER, "/stats")
    await asked.press(VIEWER, "Daily <News>")
    message, button = await asked.button(VIEWER, "30 days")
    for _ in range(2):
        await asked.client.post(
            "press",
            user=VIEWER,
            chat=VIEWER,
            message_id=message["message_id"],
            data=button["callback_data"],
            wait_s=10,
            bot=1,
        )
    await asked.settled()
    pictures = [each for each in await asked.history(VIEWER) if "photo" in each]
    assert len(pictures) == 1
    await asked.press(VIEWER, "7 days")  # the picture's own button: it is the newest
    [picture] = [each for each in await asked.history(VIEWER) if "photo" in each]
    assert "the last 7 days" in picture["caption"]


async def test_what_nobody_has_seen_is_said_and_not_zero(asked: Conversation) -> None:
    await asked.say(VIEWER, "/stats")
    await asked.press(VIEWER, "Daily <News>")
    await asked.press(VIEWER, "7 days")
    told = await asked.sees(VIEWER, "Members: 1,2", "I haven't looked at the channel yet")
    assert "photo" not in told
    assert "Posts: 0" not in told["text"]


async def test_a_channel_without_a_preview_says_why(asked: Conversation) -> None:
    async with asked.database.writing() as connection:
        values = {"preview": "none", "preview_reason": "it has no public name"}
        await connection.execute(update(channels).values(**values))
    await asked.say(VIEWER, "/stats")
    await asked.press(VIEWER, "Daily <News>")
    await asked.press(VIEWER, "90 days")
    await asked.sees(VIEWER, "this one has none: it has no public name")


async def test_who_has_no_channel_is_told_how_to_add_one(talk: Conversation) -> None:
    await talk.member(Role.VIEWER, VIEWER)
    await talk.say(VIEWER, "/stats")
    await talk.sees(VIEWER, "Add one with /channels")


async def test_a_picture_that_cannot_be_drawn_leaves_the_figures(
    asked: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    await seen(asked)
    monkeypatch.setattr(studio, "WITHIN_S", 0.0)
    await asked.say(VIEWER, "/stats")
    await asked.press(VIEWER, "Daily <News>")
    await asked.press(VIEWER, "30 days")
    await asked.sees(VIEWER, "Members: 1,200", "I couldn't draw the picture")
