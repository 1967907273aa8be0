"""/broadcast: from a message on a phone to subscribers, and what becomes of it meanwhile."""

import codecs
from collections.abc import AsyncIterator
from dataclasses import replace
from pathlib import Path

import pytest

from apps.bot.handlers import broadcast_report
from apps.bot.main import ALERTS
from core.audience import Audience
from core.broadcast import Broadcast, BroadcastState, Draft
from core.contact import Contact
from core.message import Content, OnUncertain, Request
from core.person import Role
from core.personal_content import MOST_COLUMNS
from infra.celery.runtime import send_policy
from infra.db.contacts import Contacts
from infra.db.ledger import Ledger
from infra.db.lists import Lists
from tests.bot.conversation import BOT, Conversation, Message, buttons_of, conversing, shown_in
from tests.bot.posting import (
    WRITER,
    deliver,
    later,
    ledger_of,
    press,
    press_this,
    shown_button,
    worker,
)
from tests.servers.valkey import ValkeyServer

VIEWER, OWNER = 602, 603
ANN, BEN, CEM, DAN, EVE = 701, 702, 703, 704, 705
FRIENDS = {ANN: "Ann", BEN: "Ben", CEM: "", DAN: "Dan"}
TEMPLATE, BOLD = "Hello {first_name|friend}!", {"type": "bold", "offset": 6, "length": 19}


@pytest.fixture
async def talk(folder: Path, valkey_server: ValkeyServer) -> AsyncIterator[Conversation]:
    """A bot that shows progress all the time, and whose broadcasts bear no error."""
    bears = {"broadcast_errors_in_a_row": 1, "telegram_rate": 0}
    async with conversing(folder, valkey_server.url(), **bears) as conversation:
        conversation.rhythm = replace(ALERTS, look_s=0.03, gather_s=0.0, apart_s=0.0, board_s=0.03)
        await conversation.start()
        yield conversation


async def test_a_broadcast_is_written_tried_started_held_and_sent_to_those_who_missed_it(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = await _begin(talk)
    await _write(talk)
    await _choose_and_try(talk)
    await _start_twice(talk, ledger)
    board = await _get_on(talk, ledger)
    await _pause_itself(talk, ledger, board)
    await _report_and_retry(talk, ledger, monkeypatch)


async def _begin(talk: Conversation) -> Ledger:
    """Somebody who writes, somebody who looks, an owner, a list of four, a subscriber besides."""
    await talk.member(Role.EDITOR, WRITER, "Mary")
    await talk.member(Role.VIEWER, VIEWER, "Bob")
    await talk.member(Role.OWNER, OWNER, "Ada")
    for user, name in (FRIENDS | {EVE: "Eve"}).items():
        await talk.user(user, name or "Unnamed")
    friends = (await Lists(talk.database, BOT).create("friends")).id
    contacts = Contacts(talk.database, BOT)
    await contacts.put([Contact(user, name) for user, name in FRIENDS.items()], friends)
    await contacts.put([Contact(EVE, "Eve", tags=("vip",), language="en")])
    return ledger_of(talk)


async def _write(talk: Conversation) -> None:
    """What nobody has is refused; the preview is as the writer would get it."""
    await talk.say(VIEWER, "/broadcast")
    assert "New broadcast" not in shown_in(await talk.sees(VIEWER, "Nothing was sent"))
    await talk.say(WRITER, "/broadcast")
    await press(talk, "New broadcast")
    await talk.sees(WRITER, "Send me the message", "{first_name|friend}")
    await talk.say(WRITER, "Hello {nickname}!")
    await talk.sees(WRITER, "Nobody of these has a field “nickname”", "first_name")
    await talk.say(WRITER, "{first_name}")
    await talk.sees(WRITER, "For one of whom nothing is known:")
    await talk.say(WRITER, "a" * 4087 + "{chat_id}")
    await talk.sees(WRITER, "For the one with the longest values:")
    await talk.say(WRITER, "".join(f"{{f{number}}}" for number in range(MOST_COLUMNS + 1)))
    await talk.sees(WRITER, "names 51 fields, more than 50")
    await talk.say(WRITER, TEMPLATE, entities=[BOLD])
    preview, panel = (await talk.news(WRITER))[-2:]
    assert preview["text"] == "Hello Mary!"
    assert preview["entities"] == [{**BOLD, "length": 4}]
    assert "For whom is it?" in panel["text"]
    assert "Start now" not in shown_in(panel)


async def _choose_and_try(talk: Conversation) -> None:
    await press(talk, "A tag", "vip · 1")
    await talk.sees(WRITER, "To: the tag “vip”, 1 person.")
    await press(talk, "For whom", "A language", "en · ")
    await press(talk, "For whom", "A list", "friends · 4")
    await talk.sees(WRITER, "To: the list “friends”, 4 people.")
    await talk.press(WRITER, "Send me a test", times=2)
    assert talk.answer is not None
    assert talk.answer["text"] == "A test is on its way to you."
    await deliver(talk)
    texts = [each.get("text") for each in await talk.history(WRITER)]
    assert texts.count("Hello Mary!") == 2  # the preview, and one test for two presses


async def _start_twice(talk: Conversation, ledger: Ledger) -> None:
    """A viewer may not; two presses make one broadcast."""
    await press(talk, "Start now")
    asked = await talk.sees(WRITER, "Send “Hello {first_name|friend}!” to 4 people?")
    await _press_of(talk, VIEWER, asked, "Yes, send")
    assert await ledger.broadcasts.newest() == []
    await talk.press(WRITER, "Yes, send", times=2)
    await talk.eventually(lambda: _the(ledger), lambda found: found.built)
    await talk.sees(WRITER, "Broadcast 1: Hello", "Running", "Sent: 0 of 4", "Waiting: 4")
    assert (await _the(ledger)).state is BroadcastState.RUNNING


async def _get_on(talk: Conversation, ledger: Ledger) -> int:
    """One message shows how it gets on, after a restart, too; which one."""
    await _send(talk, ledger, 1)
    board = await talk.sees(WRITER, "Sent: 1 of 4", "Waiting: 3")
    assert (await talk.history(ANN))[-1]["text"] == "Hello Ann!"
    await _press_of(talk, VIEWER, board, "Pause")
    assert (await _the(ledger)).state is BroadcastState.RUNNING
    await press(talk, "Pause")
    await talk.sees(WRITER, "Paused", "Resume")
    assert (await _the(ledger)).state is BroadcastState.PAUSED
    await talk.say(VIEWER, "/broadcast")
    await talk.press(VIEWER, "1. Hello")
    seen = await talk.sees(VIEWER, "Paused", "To: the list “friends”")
    assert [name for name, _ in buttons_of(seen)] == ["Report", "Broadcasts"]
    await press(talk, "Resume")
    await talk.say(WRITER, "/broadcast")
    await press(talk, "New broadcast", "Cancel")  # another draft, which is dropped
    await talk.stop()
    await _send(talk, ledger, 1)
    await talk.start()
    shown = await talk.sees(WRITER, "Sent: 2 of 4")
    assert shown["message_id"] == board["message_id"]
    await talk.sees(VIEWER, "Sent: 2 of 4")
    await talk.press(VIEWER, "Report")
    return int(board["message_id"])


async def _pause_itself(talk: Conversation, ledger: Ledger, board: int) -> None:
    """Then it says why, once more in a message of its own; and at the end that it is at its end."""
    await talk.client.post("faults", kind="cut_after", chat=CEM, count=1)
    await _send(talk, ledger, 1)
    assert (await talk.history(CEM))[-1]["text"] == "Hello friend!"
    why = "It has paused itself after 1 error in a row, the last: "
    shown = await talk.sees(WRITER, "Paused", why, "Sent: 2 of 4", "Uncertain: 1")
    assert shown["message_id"] == board
    alert = await talk.sees(WRITER, "waits for you.", "1. Hello", why, "Sent: 2 of 4. Failed: 0.")
    assert [name for name, _ in buttons_of(alert)] == ["Resume", "Cancel it", "Report"]
    await talk.sees(OWNER, "waits for you.", "1. Hello", why, "Resume")
    await press(talk, "Resume")
    await talk.client.post("faults", kind="blocked", chat=DAN, count=1)
    await _send(talk, ledger, 1)
    await ledger.broadcast_ends.complete()
    await talk.sees(WRITER, "Completed", "Sent: 2 of 4", "It took ")
    await talk.sees(WRITER, "A broadcast is completed.", "1. Hello", "Sent: 2 of 4. Failed: 1.")
    assert "completed" not in str(await talk.history(OWNER))
    assert "Sent: 2 of 4" in shown_in((await talk.history(VIEWER))[-1])  # the report stays


async def _report_and_retry(
    talk: Conversation, ledger: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    """All of them would be more than is taken in a file."""
    await press(talk, "Report")
    await talk.sees(WRITER, "Failed: 1", "1: failed (blocked)")
    monkeypatch.setattr(broadcast_report, "MOST_BYTES", 300)
    await press(talk, "CSV")
    file = await talk.sees(WRITER, "Those who did not get it")
    content = talk.sandbox.telegram.files.content(file["document"]["file_id"])
    assert content.startswith(codecs.BOM_UTF8 + b"chat_id,")
    await talk.block(DAN, "member")
    await press(talk, "Send again")
    await talk.sees(WRITER, "Shall “Hello {first_name|friend}!” be sent again to 1 person")
    await talk.press(WRITER, "Yes, send again", times=2)
    await talk.sees(WRITER, "Running", "Failed: 0", "Waiting: 1")
    await _send(talk, ledger, 9)
    await ledger.broadcast_ends.complete()
    await talk.sees(WRITER, "Completed", "Sent: 3 of 4", "Failed: 0")
    assert [each["text"] for each in await talk.history(DAN)] == ["Hello Dan!"]


@pytest.mark.parametrize(
    ("language", "buttons", "later", "agreed", "state", "move", "cancel"),
    [
        (
            *("en", ("New broadcast", "All subscribers"), ("Start at a time", "Tomorrow morning")),
            *(("to 3 people?", "Yes, send"), "Scheduled: "),
            ("Another time", "Tomorrow evening", "Yes, move"),
            ("Cancel it", "for good? 3 people", "Yes, cancel it", "Cancelled"),
        ),
        (
            *("ru", ("Новая рассылка", "Всем подписчикам"), ("Начать позже", "Завтра утром")),
            *(("3 людям?", "Да, отправить"), "Запланирована: "),
            ("Другое время", "Завтра вечером", "Да, перенести"),
            ("Отменить", "не получат 3 человека", "Да, отменить", "Отменена"),
        ),
        (
            *("uz", ("Yangi tarqatma", "Barcha obunachilarga"), ("Keyinroq boshlash", "Ertaga")),
            *(("3 kishiga yuborilsinmi?", "Ha, yuborilsin"), "Rejalashtirilgan: "),
            ("Boshqa vaqt", "Ertaga kechqurun", "Ha, ko‘chirilsin"),
            ("Bekor qilish", "3 kishi olmaydi", "Ha, bekor qilinsin", "Bekor qilingan"),
        ),
    ],
)
async def test_it_is_started_at_a_time_moved_and_called_off_before(
    talk: Conversation,
    language: str,
    buttons: tuple[str, str],
    later: tuple[str, str],
    agreed: tuple[str, str],
    state: str,
    move: tuple[str, ...],
    cancel: tuple[str, ...],
) -> None:
    ledger = ledger_of(talk)
    await talk.member(Role.EDITOR, WRITER, "Mary", language)
    await Contacts(talk.database, BOT).put([Contact(ANN, "Ann"), Contact(BEN, "Ben")])
    await talk.say(WRITER, "/broadcast")
    await press(talk, buttons[0])
    await talk.say(WRITER, photo="a picture", caption="News", spoiler=True)
    await press(talk, buttons[1], *later)
    await talk.sees(WRITER, agreed[0], "UTC+00:00")
    await press(talk, agreed[1])
    await talk.sees(WRITER, state, "UTC+00:00")
    made = await talk.eventually(lambda: _the(ledger), lambda found: found.built)
    assert (made.content.method, made.tally.total) == ("sendPhoto", 3)
    assert made.wanted_at.hour == 9
    await press(talk, *move)
    await talk.sees(WRITER, state, "20:00")
    assert (await _the(ledger)).wanted_at.hour == 20
    await deliver(talk)
    assert await talk.history(ANN) == []  # it is not yet time
    await press(talk, cancel[0])
    await talk.sees(WRITER, cancel[1])
    await press(talk, cancel[2])
    await talk.sees(WRITER, cancel[3])
    assert (await _the(ledger)).state is BroadcastState.CANCELLED


async def test_what_a_fee_buys_is_told_first_and_it_is_taken_for_the_broadcast_alone(
    folder: Path, valkey_server: ValkeyServer
) -> None:
    async with conversing(folder, valkey_server.url(), telegram_rate=4) as talk:
        await talk.start()
        ledger = ledger_of(talk)
        await talk.member(Role.EDITOR, WRITER, "Mary")
        await Contacts(talk.database, BOT).put([Contact(ANN, "Ann"), Contact(BEN, "Ben")])
        await talk.say(WRITER, "/broadcast")
        await press(talk, "New broadcast")
        await talk.say(WRITER, "News")
        await press(talk, "All subscribers")
        await talk.sees(WRITER, "It takes about 1 s. For a fee about a moment", "at most 1.")
        await talk.press(WRITER, "Send it faster", times=2)
        await talk.sees(WRITER, "in a moment. Paid from the bot's balance", "without a fee")
        await press(talk, "Send me a test", "Start now")
        await talk.sees(WRITER, "Send “News” to 3 people?", "Paid from the bot's balance")
        [test] = await ledger.reading.newest()
        await press(talk, "Yes, send")
        assert [test.content.paid, (await _the(ledger)).content.paid] == [False, True]


async def test_a_start_is_moved_in_words_and_to_now_and_no_more_once_it_has_begun(
    talk: Conversation,
) -> None:
    ledger = ledger_of(talk)
    await talk.member(Role.EDITOR, WRITER, "Mary")
    await Contacts(talk.database, BOT).put([Contact(ANN, "Ann")])
    content = Content("sendMessage", {"text": "News"})
    request = Request("", content, None, "made elsewhere", OnUncertain.PARK, 1)
    made = (await ledger.broadcasts.create(Draft(request, audience=Audience()))).broadcast_id
    await ledger.broadcasts.start(made, later())
    assert [count async for count in ledger.broadcast_build.audience(made)]
    await talk.say(WRITER, "/broadcast")
    await press(talk, "1. News", "Another time", "In words")
    await talk.say(WRITER, "24 December 2030 20:00")
    await talk.sees(WRITER, "Move “News” to this time?", "24 Dec 2030")
    await press(talk, "Yes, move")
    await talk.sees(WRITER, "Scheduled: ", "24 Dec 2030")
    assert (await _the(ledger)).wanted_at.year == 2030
    card, data = await shown_button(talk, "Another time")
    await press(talk, "Start now")
    await talk.sees(WRITER, "Send “News” to 2 people?")
    await talk.press(WRITER, "Yes, send", times=2)
    await talk.sees(WRITER, "Running", "Waiting: 2")
    await press_this(talk, card, data)
    assert "Another time" not in shown_in(await talk.sees(WRITER, "Running", "Pause"))
    await deliver(talk)
    assert [each["text"] for each in await talk.history(ANN)] == ["News"]


async def test_what_a_crash_has_left_half_done_is_found_by_the_drafts_key(
    talk: Conversation,
) -> None:
    ledger = ledger_of(talk)
    await talk.member(Role.EDITOR, WRITER, "Mary")
    for text in ("First", "Second"):
        await talk.say(WRITER, "/broadcast")
        await press(talk, "New broadcast")
        if text == "Second":
            await talk.sees(WRITER, "You are still writing a broadcast: “First”")
            await press(talk, "Start a new one")
        asked = await talk.sees(WRITER, "Send me the message")
        await talk.say(WRITER, text)
        await talk.sees(WRITER, "For whom is it?")
    await press(talk, "All subscribers", "Start now")
    await talk.sees(WRITER, "Send “Second” to 1 person?")
    content, key = Content("sendMessage", {"text": "Second"}), f"bot:{WRITER}:{asked['message_id']}"
    attempts = send_policy(talk.settings).max_attempts
    request = Request("", content, None, key, OnUncertain.PARK, attempts)
    made = await ledger.broadcasts.create(Draft(request, audience=Audience()))
    await ledger.broadcasts.start(made.broadcast_id)  # and there the bot was killed
    await press(talk, "Yes, send")
    await talk.eventually(lambda: _the(ledger), lambda found: found.built)
    await talk.sees(WRITER, f"Broadcast {made.broadcast_id}: Second", "Waiting: 1")
    await _nothing_comes_of_the_old_button(talk)
    await deliver(talk)
    await ledger.broadcast_ends.complete()
    await talk.sees(WRITER, "Completed", "Sent: 1 of 1")
    await press(talk, "Report", "CSV")
    file = (await talk.sees(WRITER, "Everybody whom it was for."))["document"]
    assert file["file_name"] == f"broadcast-{made.broadcast_id}.csv"


async def _the(ledger: Ledger) -> Broadcast:
    """There is but one."""
    [found] = await ledger.broadcasts.newest()
    return found


async def _send(talk: Conversation, ledger: Ledger, count: int) -> None:
    """To so many of them, as a worker does it."""
    async with worker(talk) as delivery:
        claims = await ledger.claims.claim(0.0, count)
        await delivery.run(claims, await ledger.timeline())


async def _nothing_comes_of_the_old_button(talk: Conversation) -> None:
    """That of a draft that is done with."""
    await talk.press(WRITER, "All subscribers")
    assert talk.answer is not None
    assert not talk.answer["text"]
    message, _ = await talk.button(WRITER, "All subscribers")
    assert "For whom is it?" in shown_in(message)


async def _press_of(talk: Conversation, user: int, message: Message, text: str) -> None:
    """Somebody else presses it."""
    [data] = [each["callback_data"] for name, each in buttons_of(message) if name == text]
    asked = {"user": user, "chat": WRITER, "message_id": message["message_id"], "bot": BOT}
    answered = await talk.client.post("press", **asked, data=data, wait_s=5.0)
    assert answered["answer"]["text"].startswith("This button no longer works")
