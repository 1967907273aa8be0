"""Alerts: each thing once, many in one message, none in quiet hours; and their buttons."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest

from core.health import HealthState
from core.message import State
from core.person import Role
from infra.db.channels import Channels
from tests.bot.alerting import QUICK, Trouble, troubled
from tests.bot.conversation import BOT, Conversation

OWNER, OTHER, EDITOR = 501, 502, 503
TALK = -1001000000502
ILL, WELL = HealthState.UNHEALTHY, HealthState.HEALTHY


@pytest.fixture
async def trouble(asleep: Conversation) -> AsyncIterator[Trouble]:
    """A bot that looks all the time, an owner, and a channel that it may post in."""
    async with troubled(asleep) as made:
        await made.start()
        await asleep.channel(made.news, "Daily News", username="daily_news")
        await asleep.member(Role.OWNER, OWNER, "Ada")
        await asleep.admit(made.news, OWNER)
        yield made


async def test_a_post_that_failed_is_told_once_and_tried_again_once(trouble: Trouble) -> None:
    talk = trouble.talk
    await talk.member(Role.EDITOR, EDITOR)
    await trouble.fault("kicked", trouble.news)
    number = await trouble.post(trouble.news, "Breakfast \N{CROISSANT} at nine")
    await trouble.deliver()
    seen = await talk.sees(
        OWNER, "A post failed.", "Daily News: Breakfast \N{CROISSANT} at nine", "kicked"
    )
    await trouble.looks(5)
    assert len(await trouble.told(OWNER, "A post failed.")) == 1
    assert await trouble.told(EDITOR, "A post failed.") == []
    await talk.press(OWNER, "Show")
    await talk.sees(OWNER, f"Message {number} to Daily News: failed", "attempts: 1")
    await talk.press(OWNER, "‹ Back")
    await talk.press(OWNER, "Try again", times=2)
    again = await talk.sees(OWNER, "To be sent again: 1.")
    assert again["message_id"] == seen["message_id"]
    assert await trouble.state(number) is State.SCHEDULED
    await trouble.deliver()
    assert await trouble.state(number) is State.SENT


async def test_a_post_that_fails_again_is_told_again(trouble: Trouble) -> None:
    await trouble.fault("kicked", trouble.news, count=2)
    await trouble.post(trouble.news)
    await trouble.deliver()
    await trouble.talk.sees(OWNER, "A post failed.")
    await trouble.talk.press(OWNER, "Try again")
    await trouble.deliver()
    await trouble.talk.sees(OWNER, "A post failed.", "Try again")
    assert len(await trouble.told(OWNER, "A post failed.")) == 2


@pytest.mark.parametrize(
    ("language", "told", "button", "result", "state"),
    [
        ("en", "I can't tell whether a post", "It's not there", "To be sent again: 1", "scheduled"),
        ("ru", "Telegram не ответил", "Она там есть", "Отмечено отправленными: 1", "sent"),
        ("uz", "Telegram javob bermadi", "U yerda bor", "Yuborilgan deb belgilandi: 1", "sent"),
    ],
)
async def test_an_uncertain_post_is_settled_by_a_button_in_each_language(
    trouble: Trouble, language: str, told: str, button: str, result: str, state: str
) -> None:
    talk = trouble.talk
    await talk.people.choose_language(OWNER, language)
    await trouble.fault("cut_after", trouble.news)
    number = await trouble.post(trouble.news)
    await trouble.deliver()
    assert await trouble.state(number) is State.UNCERTAIN
    await talk.sees(OWNER, told, "Good morning")
    await talk.press(OWNER, button, times=2)
    await talk.sees(OWNER, result)
    assert await trouble.state(number) == state


async def test_two_owners_who_press_resend_send_once(trouble: Trouble) -> None:
    talk = trouble.talk
    await talk.member(Role.OWNER, OTHER)
    await trouble.fault("cut_after", trouble.news)
    await trouble.post(trouble.news)
    await trouble.deliver()
    for user in (OWNER, OTHER):
        await talk.sees(user, "can't tell whether")
    await talk.press(OWNER, "It's not there")
    await talk.press(OTHER, "It's not there")
    await talk.sees(OTHER, "To be sent again: 0", "changed in the meantime: 1")
    await trouble.deliver()
    receipts = (await talk.client.get("receipts", chat=trouble.news))["receipts"]
    assert len(receipts) == 2  # the one that was hidden, and the one sent again


async def test_many_are_told_in_one_message_and_handled_one_by_one(trouble: Trouble) -> None:
    talk = trouble.talk
    await talk.stop()
    await trouble.fault("kicked", trouble.news, count=7)
    numbers = [await trouble.post(trouble.news, f"Post {n}") for n in range(7)]
    for _ in numbers:
        await trouble.deliver()
    await trouble.start()
    await talk.sees(OWNER, "7 posts failed.", "Post 0", "Post 4", "… and 2 more")
    assert len(await trouble.told(OWNER, "failed")) == 1
    await talk.press(OWNER, "One by one")
    await talk.press(OWNER, "›")
    await talk.press(OWNER, "Try again")
    assert talk.answer is not None
    assert "To be sent again: 1" in talk.answer["text"]
    card = await talk.sees(OWNER, f"Message {numbers[1]}", "on its way again", "Refresh")
    assert "kicked" not in card["text"]  # that is past
    await talk.press(OWNER, "‹ Back")
    await talk.press(OWNER, "Try all 7 again")
    await talk.sees(OWNER, "To be sent again: 6.", "changed in the meantime: 1")
    assert {await trouble.state(each) for each in numbers} == {State.SCHEDULED}


async def test_messages_of_one_kind_are_a_minute_apart(trouble: Trouble) -> None:
    talk = trouble.talk
    await talk.stop()
    await trouble.start(replace(QUICK, apart_s=60.0))
    await trouble.fault("kicked", trouble.news, count=2)
    for text in ("One", "Two"):
        await trouble.post(trouble.news, text)
        await trouble.deliver()
        await trouble.looks(5)
    await talk.sees(OWNER, "A post failed.", "One")
    assert await trouble.told(OWNER, "Two") == []
    await trouble.health(workers=ILL)
    await talk.sees(OWNER, "A part of the system is in trouble", "Workers")
    await talk.eventually(trouble.alerts.untold, lambda left: len(left) == 1)


async def test_rights_that_are_lost_are_told_and_that_they_are_back(trouble: Trouble) -> None:
    talk = trouble.talk
    await talk.member(Role.OWNER, OTHER)
    await talk.admit(trouble.news, EDITOR, rights={"can_post_messages": False})
    for user in (OWNER, OTHER):
        await talk.sees(user, "Something has changed in a channel", "Daily News", "— publish posts")
    await talk.admit(
        trouble.news, EDITOR, rights={"can_post_messages": False, "can_delete_messages": False}
    )
    await talk.sees(OWNER, "— publish posts", "— delete posts")
    await talk.admit(trouble.news, EDITOR)
    seen = await talk.sees(OTHER, "A channel is all right again", "Daily News")
    assert "reply_to_message" in seen
    await trouble.looks(5)
    assert len(await trouble.told(OTHER, "all right again")) == 1
    await talk.admit(trouble.news, EDITOR, "kicked")
    await talk.sees(OWNER, "I'm no longer an administrator of this channel. Add me again")
    await talk.admit(trouble.news, EDITOR)
    await talk.eventually(
        lambda: trouble.told(OTHER, "all right again"), lambda all_: len(all_) == 2
    )
    await talk.say(OWNER, "/help")
    await Channels(talk.database, BOT).note_trouble(1, "Internal Server Error")
    seen = await talk.sees(OWNER, "• Daily News\nTelegram tells me nothing about it: Internal")
    assert "no longer" not in seen["text"]


async def test_a_channel_that_was_never_ours_is_no_alarm(trouble: Trouble) -> None:
    talk = trouble.talk
    await talk.channel(TALK, "Others", username="other_news")
    await talk.admit(TALK, EDITOR, rights={"can_post_messages": False})
    await talk.say(OWNER, "/channels @other_news")
    await talk.sees(OWNER, "Others has been added")
    await trouble.looks(5)
    assert await trouble.told(OWNER, "Something has changed") == []


async def test_no_worker_is_found_by_the_bots_own_check_and_told_once(trouble: Trouble) -> None:
    """No worker runs here, and Beat never did."""
    talk = trouble.talk
    await talk.stop()
    await trouble.start(replace(QUICK, check_s=0.2))
    await talk.sees(OWNER, "in trouble", "Workers: no worker answers", "→ start a worker")
    await trouble.looks(5)
    assert len(await trouble.told(OWNER, "no worker answers")) == 1


async def test_a_part_that_recovers_is_told_as_well_even_after_a_restart(trouble: Trouble) -> None:
    talk = trouble.talk
    await trouble.health(workers=ILL)
    await talk.sees(OWNER, "Workers: workers unhealthy")
    await talk.stop()
    await trouble.health(workers=HealthState.DEGRADED)  # it cannot be seen how they are
    await trouble.start()
    await trouble.looks(5)
    assert await trouble.told(OWNER, "working again") == []
    await trouble.health(beat=HealthState.DEGRADED)
    await talk.sees(OWNER, "A part of the system is working again", "• Workers")
    await talk.sees(OWNER, "in trouble", "Beat, the scheduler")
    await trouble.health()
    await talk.sees(OWNER, "working again", "Beat")
    assert len(await trouble.told(OWNER, "in trouble")) == 2


async def test_in_quiet_hours_alerts_wait_and_what_is_over_by_then_is_not_told(
    trouble: Trouble,
) -> None:
    talk = trouble.talk
    await talk.people.choose_zone(OWNER, "Asia/Tashkent")
    now = (datetime.now(UTC) + timedelta(hours=5)).time()
    before, later = time((now.hour - 1) % 24), time((now.hour + 2) % 24)
    await talk.people.choose_quiet(OWNER, (before, later))
    await trouble.fault("no_rights", trouble.news)
    await trouble.post(trouble.news)
    await trouble.deliver()
    await trouble.health(workers=ILL)
    await trouble.looks(5)
    await trouble.health()
    await trouble.looks(5)
    assert await trouble.told(OWNER, "failed") == []
    await talk.people.choose_quiet(OWNER, (later, before))
    await talk.sees(OWNER, "A post failed.")
    await trouble.looks(5)
    assert await trouble.told(OWNER, "Workers") == []


async def test_what_somebody_does_not_want_to_hear_is_not_told(trouble: Trouble) -> None:
    talk = trouble.talk
    await talk.people.choose_muted(OWNER, ["failed"])
    await trouble.fault("no_rights", trouble.news)
    await trouble.post(trouble.news)
    await trouble.deliver()
    await trouble.health(workers=ILL)
    await talk.sees(OWNER, "Workers")
    assert await trouble.told(OWNER, "failed") == []


async def test_what_telegram_refused_for_now_is_told_later(trouble: Trouble) -> None:
    talk = trouble.talk
    flood = {"kind": "flood", "retry_after": 60, "chat": OWNER, "count": 3}
    await talk.client.post("faults", **flood)
    await trouble.fault("no_rights", trouble.news)
    await trouble.post(trouble.news)
    await trouble.deliver()
    await talk.sees(OWNER, "A post failed.")
    await trouble.looks(5)
    assert len(await trouble.told(OWNER, "A post failed.")) == 1


async def test_a_ledger_that_is_away_is_told_from_memory_and_that_it_is_back(
    trouble: Trouble,
) -> None:
    talk = trouble.talk
    await trouble.looks(3)
    async with talk.database.writing() as connection:  # as a migration that goes wrong
        await connection.exec_driver_sql("ALTER TABLE people RENAME TO people_away")
    await talk.sees(OWNER, "The database can't be reached")
    async with talk.database.writing() as connection:
        await connection.exec_driver_sql("ALTER TABLE people_away RENAME TO people")
    await talk.sees(OWNER, "The database is back")
    await trouble.looks(5)
    assert len(await trouble.told(OWNER, "The database")) == 2


async def test_of_three_channels_the_one_that_has_lost_its_right_fails_and_is_told(
    trouble: Trouble,
) -> None:
    talk, lost = trouble.talk, TALK - 1
    for chat, title in ((TALK, "Small Talk"), (lost, "Lost Place")):
        await talk.channel(chat, title)
        await talk.admit(chat, OWNER)
    await talk.say(OWNER, "/new")
    await talk.say(OWNER, "Hello")
    for button in ("Channels", "Daily News", "Lost Place", "Small Talk", "Done", "Send now"):
        await talk.press(OWNER, button)
    await talk.sees(OWNER, "On its way to: ", "Daily News", "Lost Place", "Small Talk")
    await talk.admit(lost, OWNER, rights={"can_post_messages": False})
    await talk.sees(OWNER, "Something has changed in a channel", "Lost Place", "— publish posts")
    await trouble.deliver()
    await talk.sees(OWNER, "A post failed.", "• Lost Place: Hello", "rights", "Try again")
    sent = [len(await talk.history(chat)) for chat in (trouble.news, TALK, lost)]
    assert sent == [1, 1, 0]
    await talk.admit(lost, OWNER)
    await talk.press(OWNER, "Try again", times=2)
    await talk.sees(OWNER, "To be sent again: 1.")
    states = [each.state for each in await trouble.ledger.reading.newest()]
    assert sorted(states) == [State.SCHEDULED, State.SENT, State.SENT]
