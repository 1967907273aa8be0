"""SIGKILL in the middle: nothing is lost, and nothing is done twice.

The bot that is killed is a process of its own.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from core.person import Role
from tests.bot.alerting import troubled
from tests.bot.conversation import BOT, Conversation, process_of, shown_in
from tests.bot.posting import WRITER, begin, draft, press, waiting
from tests.servers.nursery import Nursery
from tests.servers.program import Program

OWNER = 501
NEWS = -1001000000501
STOP_WITHIN_S = 5.0


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    """To import aiogram takes seconds, and each test here kills a process that has."""
    with Nursery(("apps.bot.main", "tests.bot.alerting")) as made:
        yield made


@contextmanager
def living(process: Program) -> Iterator[None]:
    process.start()
    try:
        yield
        assert "Traceback" not in process.log()
    except BaseException as error:
        error.add_note(process.tail())
        raise
    finally:
        process.kill()


async def test_an_update_in_hand_is_done_by_the_next_process_which_ends_in_good_order(
    asleep: Conversation, tmp_path: Path, nursery: Nursery
) -> None:
    talk, process = asleep, process_of(asleep, tmp_path, nursery)
    await talk.channel(NEWS, "News", username="daily_news")
    with living(process):
        await talk.member(Role.EDITOR, OWNER)
        await talk.say(OWNER, "/channels")
        await talk.press(OWNER, "Add a channel")
        await talk.client.post("faults", kind="hold", chat=OWNER, after=False)
        await talk.client.post("write", user=OWNER, text="@daily_news", bot=BOT)
        await talk.client.get("held", count=1, wait_s=10)
        process.kill()
        await talk.client.post("release", cut=True)
        process.start()
        await talk.sees(OWNER, "News has been added")
        await talk.settled()
        said = [shown_in(each)[:19] for each in await talk.news(OWNER)]
        assert said.count("News has been added") == 1
        process.terminate()
        began_s = time.monotonic()
        assert await process.ended(STOP_WITHIN_S) == 0
        assert time.monotonic() - began_s < STOP_WITHIN_S


async def test_two_presses_in_hand_schedule_once(
    asleep: Conversation, tmp_path: Path, nursery: Nursery
) -> None:
    """The ledger has the post already, and its writer has not been told."""
    talk, process = asleep, process_of(asleep, tmp_path, nursery)
    with living(process):
        ledger = await begin(talk)
        await draft(talk, "Hello")
        await press(talk, "Schedule", "Tomorrow evening")
        await talk.client.post("faults", kind="hold", chat=WRITER, after=False)
        panel, button = await talk.button(WRITER, "Yes, schedule")
        shown = {"user": WRITER, "chat": WRITER, "message_id": panel["message_id"], "bot": BOT}
        for _ in range(2):
            await talk.client.post("press", **shown, data=button["callback_data"])
        await talk.client.get("held", count=1, wait_s=10)
        assert len(await waiting(ledger)) == 1
        process.kill()
        await talk.client.post("release", cut=True)
        await talk.start()
        await talk.settled()
        await talk.sees(WRITER, "Scheduled: ", "To: Daily News")
        assert len(await waiting(ledger)) == 1
        await talk.say(WRITER, "/queue")
        await talk.sees(WRITER, "1 to 1 of 1 scheduled", "Hello")


async def test_an_alert_that_was_told_and_not_yet_noted_is_told_once(
    asleep: Conversation, tmp_path: Path, nursery: Nursery
) -> None:
    """Telegram has the message, and its answer is on the way."""
    process = process_of(asleep, tmp_path, nursery, "tests.bot.quick_bot")
    async with troubled(asleep) as trouble:
        with living(process):
            await asleep.member(Role.OWNER, OWNER)
            await asleep.eventually(trouble.alerts_marked, bool)
            await asleep.client.post("faults", kind="hold", chat=OWNER)
            await trouble.fault("no_rights", trouble.news)
            await trouble.post(trouble.news)
            await trouble.deliver()
            await asleep.client.get("held", count=1, wait_s=10)
            process.kill()
            await asleep.client.post("release", cut=True)
            await trouble.start()
            await asleep.eventually(trouble.alerts.untold, lambda untold: untold == [])
            assert len(await trouble.told(OWNER, "A post failed.")) == 1
