"""/new: from a message on a phone to posts in the ledger, and in channels."""

import time
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from aiogram.types import Chat, Message
from redis.asyncio import Redis

from apps.bot.drafts import number_of
from apps.bot.handlers.post_buttons import read_buttons
from apps.bot.office import Office
from apps.bot.texts import Texts
from core.message import OnUncertain, State
from core.time_words import vocabulary_of
from tests.bot.conversation import BOT, Conversation, buttons_of, shown_in
from tests.bot.posting import (
    NEWS,
    PANEL,
    TALK,
    WRITER,
    begin,
    deliver,
    draft,
    in_zone,
    pass_until,
    press,
    press_this,
    shown_button,
    state,
    waiting,
)
from tests.servers.valkey import ValkeyServer

NESTED = [
    {"type": "bold", "offset": 0, "length": 11},
    {"type": "italic", "offset": 3, "length": 5},
    {"type": "text_link", "offset": 12, "length": 4, "url": "http://example.com/"},
]
MIXED = (
    "\U0001f468\u200d\U0001f469\u200d\U0001f467 \U0001f1fa\U0001f1ff שלום, мир\nO\u2018zbekiston"
)
SPANS = [
    {"type": "spoiler", "offset": 0, "length": 8},
    {"type": "bold", "offset": 9, "length": 9},
    {"type": "underline", "offset": 14, "length": 4},
    {"type": "pre", "offset": 25, "length": 10, "language": "uz"},
]
"""A family joined of three, a flag, right to left, and letters of two alphabets."""


async def test_a_text_is_shown_as_it_will_look_and_sent_with_its_entities(
    talk: Conversation,
) -> None:
    ledger = await begin(talk)
    text = "\U0001f469\u200d\U0001f680 bold שלום עולם \U0001f600"
    await talk.say(WRITER, "/new")
    asked = await shown_button(talk, "Cancel")
    await talk.say(WRITER, text, entities=NESTED)
    preview, panel = (await talk.news(WRITER))[-2:]
    assert preview["text"] == text
    assert preview["entities"] == NESTED
    assert "To: Daily News" in panel["text"]
    await press(talk, "Send now")
    await talk.sees(WRITER, "On its way to: Daily News")
    [message] = await waiting(ledger)
    assert message.content.method == "sendMessage"
    assert message.content.params == {"text": text, "entities": NESTED}
    assert message.on_uncertain is OnUncertain.PARK
    await press_this(talk, *asked)
    await talk.sees(WRITER, "this cancels nothing", "/queue")
    assert await state(ledger, message.id) is State.SCHEDULED
    await deliver(talk)
    [post] = await talk.history(NEWS)
    assert (post["text"], post["entities"]) == (text, NESTED)


async def test_how_a_post_ends_is_told_where_it_left_and_what_failed_is_sent_again(
    talk: Conversation,
) -> None:
    """By its writer, who owns nothing."""
    closed, lost = -1001000000604, -1001000000605  # their own: chats are held after such troubles
    await talk.channel(NEWS, "Daily News", username="daily_news")
    ledger = await begin(talk)
    for chat, title in ((closed, "Closed"), (lost, "Lost")):
        await talk.channel(chat, title)
        await talk.admit(chat, WRITER)
    await draft(talk, "Hello")
    await press(talk, "Channels", "Closed", "Lost", "Done", "Send now")
    await talk.client.post("faults", kind="no_rights", chat=closed, count=1)
    await talk.client.post("faults", kind="cut_after", chat=lost, count=1)
    await deliver(talk)
    told = await talk.sees(WRITER, "Not sent: Closed. Why: ", "In doubt: Lost")
    assert [name for name, _ in buttons_of(told)] == ["Closed", "Lost", "Queue"]
    await press(talk, "Lost")
    await talk.sees(WRITER, "Telegram's answer got lost: check")
    await talk.press(WRITER, "It's there: mark", times=2)
    await talk.sees(WRITER, "Sent: Lost")
    failed, doubtful = sorted(await waiting(ledger), key=lambda each: each.state)
    assert (failed.state, doubtful.state) == (State.FAILED, State.SENT)
    await press_this(talk, told, buttons_of(told)[0][1]["callback_data"])
    await talk.press(WRITER, "Try again", times=2)
    await talk.sees(WRITER, "On its way.")
    assert await state(ledger, failed.id) is State.SCHEDULED
    await draft(talk, "Soon")
    await press(talk, "Channels", "Daily News", "Done", "Schedule", "In words")
    await talk.say(WRITER, "in 1 second")
    await press(talk, "Yes, schedule")
    await deliver(talk, ahead_s=5.0)
    number = (await talk.history(NEWS))[-1]["message_id"]
    await talk.sees(WRITER, "Sent: Daily News", f"https://t.me/daily_news/{number}", "The post")
    await press(talk, "The post")
    await talk.sees(WRITER, "Soon", "It can be deleted until")


async def test_what_begins_with_a_stroke_and_is_no_command_is_a_post(talk: Conversation) -> None:
    ledger = await begin(talk)
    await talk.say(WRITER, "/new")
    await talk.say(WRITER, "/etc/hosts is a file")
    await talk.sees(WRITER, PANEL["en"])
    await talk.say(WRITER, "/nonsense")
    await talk.sees(WRITER, "I don't know this command")
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    assert message.content.params == {"text": "/etc/hosts is a file"}


def test_a_draft_is_like_no_other_where_messages_are_counted_anew() -> None:
    def begun(day: int) -> int:
        at = datetime(2026, 11, day, tzinfo=UTC)
        return number_of(Message(message_id=5, date=at, chat=Chat(id=WRITER, type="private")))

    assert begun(1) == begun(1) != begun(2)


async def test_what_repeats_from_now_on_begins_when_it_was_said_to(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In the first second of a minute, which the button carries without its fraction."""
    noon = datetime(2026, 11, 23, 12, 0, 0, 400_000, tzinfo=UTC)
    monkeypatch.setattr(Office, "now", property(lambda _: lambda: noon, lambda *_: None), False)
    await begin(talk)
    await draft(talk, "Hello")
    await press(talk, "Repeat", "In words")
    await talk.say(WRITER, "every 30 minutes")
    seen = await talk.sees(WRITER, "The next times:")
    await press(talk, "Yes, repeat")
    done = await talk.sees(WRITER, "Repeats: every 30 minutes")
    first = seen["text"].partition("The next times:\n")[2].splitlines()[0]
    assert f"Next: {first}" in done["text"]


@pytest.mark.parametrize(
    ("language", "buttons", "when", "agreed", "done"),
    [
        (
            *("en", ("Schedule", "In words"), "tomorrow 9:00"),
            *("(Asia/Tashkent, UTC+05:00)", ("Yes, schedule", "Scheduled: ")),
        ),
        (
            *("ru", ("Запланировать", "Словами"), "завтра в 9 утра"),
            *("Отправить в это время?", ("Да, запланировать", "Запланировано: ")),
        ),
        (
            *("uz", ("Rejalashtirish", "So‘z bilan"), "ertaga 09:00"),
            *("Shu vaqtda yuborilsinmi?", ("Ha, rejalashtirilsin", "Rejalashtirildi: ")),
        ),
    ],
)
async def test_a_time_in_words_is_echoed_and_agreed_to_and_kept(
    talk: Conversation,
    language: str,
    buttons: tuple[str, ...],
    when: str,
    agreed: str,
    done: tuple[str, str],
) -> None:
    ledger = await begin(talk, language=language)
    await in_zone(talk)
    await draft(talk, MIXED, language, entities=SPANS)
    await press(talk, *buttons)
    await talk.say(WRITER, when)
    zone = ZoneInfo("Asia/Tashkent")
    tomorrow = (datetime.now(zone) + timedelta(days=1)).replace(hour=9, minute=0)
    weekday = vocabulary_of(language).weekdays[tomorrow.weekday()]
    await talk.sees(WRITER, agreed, "Asia/Tashkent, UTC+05:00", weekday, "Daily News")
    await press(talk, done[0])
    await talk.sees(WRITER, done[1], "Asia/Tashkent")
    [message] = await waiting(ledger)
    assert message.due_at.astimezone(zone) == tomorrow.replace(second=0, microsecond=0)
    assert message.key.startswith(f"bot:{WRITER}:")
    await deliver(talk, ahead_s=60.0)
    assert await talk.history(NEWS) == []  # it is not yet time
    due_at = await pass_until(talk, message.due_at, 0.4)
    await deliver(talk, ahead_s=2.0)
    [post] = await talk.history(NEWS)
    assert (post["text"], post["entities"]) == (MIXED, SPANS)
    [receipt] = (await talk.client.get("receipts", chat=NEWS))["receipts"]
    assert 0.0 <= receipt["received_at"] - due_at.timestamp() < 2.0


async def test_what_is_ambiguous_is_asked_and_what_is_not_understood_is_told(
    talk: Conversation,
) -> None:
    ledger = await begin(talk)
    await draft(talk, "Hello")
    await press(talk, "Schedule")
    await talk.say(WRITER, "blorb")
    await talk.sees(WRITER, "I don't understand “blorb”")
    await talk.say(WRITER, "05.06")
    asked = await talk.sees(WRITER, "That may be a time, or a date without one", "clocks of UTC")
    assert any(" 5 Jun " in name for name, _ in buttons_of(asked))
    await talk.say(WRITER, "9")
    await talk.sees(WRITER, "in the morning or in the evening")
    await talk.say(WRITER, "tomorrow at 9")
    asked = await talk.sees(WRITER, "in the morning or in the evening", "Which do you mean?")
    offered = [name for name, _ in buttons_of(asked)]
    assert offered[0].endswith(", 09:00")
    assert offered[1].endswith(", 21:00")
    assert max(map(len, offered)) <= len("Wed, 25 Nov 2026, 09:00")
    await press(talk, offered[1])
    await talk.sees(WRITER, "Send it at this time?", "21:00 (UTC, UTC+00:00)")
    await press(talk, "Yes, schedule")
    [message] = await waiting(ledger)
    assert message.due_at.hour == 21


async def test_a_time_is_pressed_on_the_calendar(talk: Conversation) -> None:
    ledger = await begin(talk)
    await draft(talk, "Hello")
    await press(talk, "Schedule", "Calendar", "›", "15", "18", "18:30")
    seen = await talk.sees(WRITER, "Send it at this time?", " 15 ", "18:30")
    await press(talk, "Another time", "Tomorrow evening")
    await talk.sees(WRITER, "20:00 (UTC, UTC+00:00)")
    assert "Yes, schedule" in shown_in(seen)
    await press(talk, "Yes, schedule")
    [message] = await waiting(ledger)
    assert (message.due_at.hour, message.due_at.minute) == (20, 0)
    await talk.sees(WRITER, "Scheduled: ")


@pytest.mark.parametrize(
    ("language", "buttons", "when", "asked", "done"),
    [
        (
            *("ru", ("Повторять", "по будням", "Словами"), "завтра 09:00"),
            *(("Повторять так?", "по будням, пн–пт", "Куда: Daily News"), "Да, повторять"),
        ),
        (
            *("uz", ("Takrorlash", "ish kunlari", "So‘z bilan"), "ertaga 09:00"),
            *(("Shunday takrorlansinmi?", "du–juma", "Qayerga: Daily News"), "Ha, takrorlansin"),
        ),
    ],
)
async def test_it_repeats_and_the_next_five_dates_are_shown(
    talk: Conversation,
    language: str,
    buttons: tuple[str, ...],
    when: str,
    asked: tuple[str, ...],
    done: str,
) -> None:
    ledger = await begin(talk, language=language)
    await draft(talk, "Доброе утро", language)
    await press(talk, *buttons)
    await talk.say(WRITER, when)
    seen = await talk.sees(WRITER, *asked)
    dates = [line for line in seen["text"].splitlines() if "09:00 (UTC" in line]
    assert len(dates) == 5
    weekend = vocabulary_of(language).weekdays[5:]
    assert not any(line.startswith(tuple(weekend)) for line in dates)
    await talk.press(WRITER, done, times=2)
    await talk.sees(WRITER, dates[0], "/queue")
    [series] = await ledger.series.newest()
    assert series.rule == "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR"
    assert series.content.params == {"text": "Доброе утро"}
    written = await ledger.series.materialise(96 * 3600.0, 1)
    [message] = await ledger.series.messages(series.id)
    assert message.due_at.hour == 9, written
    await pass_until(talk, message.due_at, 0.0)
    await deliver(talk)
    assert [post["text"] for post in await talk.history(NEWS)] == ["Доброе утро"]


async def test_a_rule_in_words_may_tell_the_time(talk: Conversation) -> None:
    ledger = await begin(talk)
    await draft(talk, "Hello")
    await press(talk, "Repeat", "In words")
    await talk.say(WRITER, "now and then")
    await talk.sees(WRITER, "I can't read that")
    await talk.say(WRITER, "every 2 weeks on tue at 09:00")
    seen = await talk.sees(WRITER, "every 2 weeks on Tue at 09:00", "The next times")
    assert seen["text"].count("09:00 (UTC") == 5
    await press(talk, "Yes, repeat")
    [series] = await ledger.series.newest()
    assert series.rule == "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU;BYHOUR=9;BYMINUTE=0"


async def test_every_kind_is_shown_and_kept_as_it_came(talk: Conversation) -> None:
    ledger = await begin(talk)
    await talk.say(WRITER, "/new")
    kinds = ("photo", "video", "document", "animation", "audio", "voice", "sticker")
    for kind in kinds:
        await talk.say(WRITER, **{kind: "a file"})
        panel = await talk.sees(WRITER, PANEL["en"])
        preview = (await talk.news(WRITER))[-2]
        assert kind in preview
        assert ("don't delete" in panel["text"]) == (kind == "sticker")
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    assert (message.content.method, message.content.params["from_chat_id"]) == (
        "copyMessage",
        WRITER,
    )


async def test_the_workers_are_told_to_look_at_once(
    talk: Conversation, valkey_server: ValkeyServer
) -> None:
    await begin(talk)
    await draft(talk, "Hello")
    async with Redis.from_url(valkey_server.url()) as redis:
        await redis.delete("messages")
        await press(talk, "Send now")

        async def told() -> list[bytes]:
            return list(await redis.lrange("messages", 0, -1))

        [task] = await talk.eventually(told, bool)
    assert b"send_scheduled_messages" in task


async def test_buttons_are_read_line_by_line_and_shown_below_the_post(talk: Conversation) -> None:
    ledger = await begin(talk)
    await draft(talk, photo="cat", caption="A cat")
    await press(talk, "Buttons")
    began_s = time.process_time()
    assert read_buttons("a" + " " * 20_000, Texts().of("en"))[1]
    assert time.process_time() - began_s < 0.1
    await talk.say(WRITER, "Read more")
    await talk.sees(WRITER, "I don't understand “Read more”")
    await talk.say(WRITER, "Read - nowhere")
    await talk.sees(WRITER, "won't take the link in “Read - nowhere”")
    await talk.say(
        WRITER, "Read more — example.com\nA - https://a.example.com | B - b.example.com/x"
    )
    preview, _ = (await talk.news(WRITER))[-2:]
    rows = preview["reply_markup"]["inline_keyboard"]
    assert [[button["text"] for button in row] for row in rows] == [["Read more"], ["A", "B"]]
    assert preview["caption"] == "A cat"
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    first = message.content.params["reply_markup"]["inline_keyboard"][0][0]
    assert first == {"text": "Read more", "url": "https://example.com"}


async def test_two_channels_are_one_message_each_and_only_those_open_are_offered(
    talk: Conversation,
) -> None:
    ledger = await begin(talk, NEWS, TALK)
    closed = -1001000000603
    await talk.channel(closed, "Closed")
    await talk.admit(closed, WRITER)
    await talk.admit(closed, WRITER, rights={"can_post_messages": False})
    await draft(talk, "Hello")
    await talk.sees(WRITER, "To: no channel yet")
    await press(talk, "Send now")
    assert talk.answer is not None
    assert talk.answer["text"] == "Choose a channel first."
    offered = await talk.sees(WRITER, "I can't post in 1 more", "Daily News", "Small Talk")
    assert "Closed" not in shown_in(offered)
    await press(talk, "Daily News", "Small Talk", "✓ Small Talk", "Small Talk", "Done")
    await talk.sees(WRITER, "To: Daily News, Small Talk")
    await press(talk, "Send now")
    chats = sorted(message.chat_id for message in await waiting(ledger))
    assert chats == sorted([str(NEWS), str(TALK)])


async def test_a_right_that_is_lost_meanwhile_is_told(talk: Conversation) -> None:
    ledger = await begin(talk, NEWS, TALK)
    await draft(talk, "Hello")
    await press(talk, "Channels", "Daily News", "Done")
    await talk.admit(NEWS, WRITER, rights={"can_post_messages": False})
    await press(talk, "Send now")
    assert talk.answer is not None
    assert "I can't post in one of these channels any more" in talk.answer["text"]
    assert await waiting(ledger) == []
    await talk.admit(TALK, WRITER, rights={"can_post_messages": False})
    await talk.say(WRITER, "/cancel")
    await talk.say(WRITER, "/new")
    await talk.sees(WRITER, "There's no channel I can post in")


async def test_two_taps_send_once_and_an_old_button_agrees_to_nothing_new(
    talk: Conversation,
) -> None:
    ledger = await begin(talk)
    await draft(talk, "First")
    await talk.client.post("faults", kind="error", status=500, method="deleteMessages", count=1)
    _, old = await talk.button(WRITER, "Send now")
    changed = {"user": WRITER, "chat": WRITER, "message_id": await own(talk), "text": "2nd"}
    await talk.client.post("edit", **changed)
    await talk.settled()
    panel = await talk.sees(WRITER, PANEL["en"])
    pressed = {"user": WRITER, "chat": WRITER, "bot": BOT, "wait_s": 9}
    pressed |= {"message_id": panel["message_id"] - 2, "data": old["callback_data"]}
    told = await talk.client.post("press", **pressed)
    assert "It has changed in the meantime" in told["answer"]["text"]
    assert await waiting(ledger) == []
    await talk.press(WRITER, "Send now", times=2)
    [message] = await waiting(ledger)
    assert message.content.params["text"] == "2nd"
    assert talk.answer is not None
    assert talk.answer["text"] == ""


async def own(talk: Conversation) -> int:
    written = [each for each in await talk.history(WRITER) if not each["from"]["is_bot"]]
    return int(written[-1]["message_id"])


async def test_texts_at_telegrams_limits_and_what_is_too_long_is_told(talk: Conversation) -> None:
    """Characters are counted, as Telegram does it; entities stand at UTF-16 offsets."""
    await begin(talk)
    at_the_end = [{"type": "bold", "offset": 8190, "length": 2}]
    await draft(talk, "\U0001f600" * 4096, entities=at_the_end)
    await press(talk, "Send now")
    await deliver(talk)
    await draft(talk, photo="cat", caption="ש" * 1024)
    await press(talk, "Send now")
    await deliver(talk)
    text, picture = await talk.history(NEWS)
    assert (text["text"], text["entities"]) == ("\U0001f600" * 4096, at_the_end)
    assert picture["caption"] == "ש" * 1024
    await talk.say(WRITER, "/new")
    for written, over, told in (
        ({"text": "short"}, {"text": "\U0001f600" * 4097}, ("too long by 1:", "4,096 characters")),
        ({"photo": "cat"}, {"caption": "ש" * 1025}, ("too long by 1:", "1,024 characters")),
    ):
        message = await talk.say(WRITER, **written)
        await talk.sees(WRITER, PANEL["en"])
        # As one who pays for more may write it.
        talk.sandbox.telegram.tell([BOT], "edited_message", {**message, **over})
        await talk.settled()
        await talk.sees(WRITER, *told)
    await talk.say(WRITER, "short again")
    await talk.sees(WRITER, PANEL["en"])
