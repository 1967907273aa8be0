"""What comes between the steps of a post: restarts, lost answers, second thoughts."""

import pytest

from apps.bot import albums
from tests.bot.conversation import BOT, Conversation
from tests.bot.posting import (
    NEWS,
    PANEL,
    TALK,
    WRITER,
    begin,
    deliver,
    draft,
    press,
    waiting,
)


async def lose_next_answer(talk: Conversation, method: str) -> None:
    """Telegram fails once, when the bot tells its user what it has done."""
    lost = {"kind": "error", "status": 500, "chat": WRITER, "method": method}
    await talk.client.post("faults", **lost, count=1)


async def test_restarted_between_a_time_and_its_confirmation_it_schedules_once(
    talk: Conversation,
) -> None:
    """Two quick presses, and Telegram hands over both of them twice."""
    ledger = await begin(talk)
    await draft(talk, "Hello")
    await press(talk, "Schedule", "Tomorrow morning")
    await talk.stop()
    panel, button = await talk.button(WRITER, "Yes, schedule")
    shown = {"user": WRITER, "chat": WRITER, "message_id": panel["message_id"], "bot": BOT}
    for _ in range(2):
        await talk.client.post("press", **shown, data=button["callback_data"])
    mailbox = talk.sandbox.telegram.mailboxes.of(BOT)
    again = [dict(update) for update in mailbox.pending]
    await talk.start()
    await talk.settled()
    await talk.sees(WRITER, "Scheduled: ", "To: Daily News")
    mailbox.pending.extend(again)
    mailbox.changed.notify()
    await talk.settled()
    [message] = await waiting(ledger)
    assert message.due_at.timestamp() == int(button["callback_data"].rpartition(":")[2])
    told = [each for each in await talk.history(WRITER) if "Scheduled: " in each.get("text", "")]
    assert len(told) == 1


async def test_a_press_again_after_a_lost_answer_does_the_same_and_the_last_time_counts(
    talk: Conversation,
) -> None:
    ledger = await begin(talk)
    await draft(talk, "Hello")
    await press(talk, "Schedule", "Tomorrow morning")
    await lose_next_answer(talk, "editMessageText")
    await press(talk, "Yes, schedule")
    await talk.sees(WRITER, "Telegram refused, or didn't answer")
    [message] = await waiting(ledger)
    await press(talk, "Another time", "Tomorrow evening", "Yes, schedule")
    await talk.sees(WRITER, "Scheduled: ", "20:00")
    [moved] = await waiting(ledger)
    assert (message.due_at.hour, moved.due_at.hour) == (9, 20)
    await lose_next_answer(talk, "editMessageText")
    await draft(talk, "At once")
    await press(talk, "Send now")
    await talk.sees(WRITER, "Telegram refused, or didn't answer")
    await talk.press(WRITER, "Send now", times=2)
    await talk.sees(WRITER, "On its way to: Daily News")
    await draft(talk, "Sooner")
    await press(talk, "Schedule", "Tomorrow morning")
    await lose_next_answer(talk, "editMessageText")
    await press(talk, "Yes, schedule", "‹ Back", "Send now")
    await talk.sees(WRITER, "On its way to: Daily News")
    for _ in range(2):
        await deliver(talk)
    assert [post["text"] for post in await talk.history(NEWS)] == ["At once", "Sooner"]
    assert len(await waiting(ledger)) == 3


@pytest.mark.parametrize(
    ("language", "now", "failed", "channels", "done", "before"),
    [
        (
            *("ru", "Отправить сейчас", "Telegram отказал или не ответил", "Каналы", "Готово"),
            "В канале Daily News уже запланирован другой вариант",
        ),
        (
            *("uz", "Hozir yuborish", "Telegram rad etdi", "Kanallar", "Tayyor"),
            "Daily News: bu postning boshqa varianti",
        ),
    ],
)
async def test_another_version_of_what_is_scheduled_is_not_sent_twice_and_that_is_told(
    talk: Conversation,
    language: str,
    now: str,
    failed: str,
    channels: str,
    done: str,
    before: str,
) -> None:
    """A channel that was ticked meanwhile gets it."""
    ledger = await begin(talk, NEWS, TALK, language=language)
    await draft(talk, "First", language)
    await press(talk, channels, "Daily News", done)
    await lose_next_answer(talk, "editMessageText")
    await press(talk, now)
    await talk.sees(WRITER, failed)
    [own] = [each for each in await talk.history(WRITER) if each.get("text") == "First"][:1]
    changed = {"user": WRITER, "chat": WRITER, "message_id": own["message_id"], "text": "Second"}
    await talk.client.post("edit", **changed)
    await talk.settled()
    await talk.sees(WRITER, PANEL[language])
    await press(talk, channels, "Small Talk", done, now)
    await talk.sees(WRITER, f": Small Talk\n\n{before}", "/queue")
    kept = {each.chat_id: each.content.params["text"] for each in await waiting(ledger)}
    assert kept == {str(NEWS): "First", str(TALK): "Second"}


async def test_an_album_that_cannot_be_shown_now_is_told_and_the_next_one_is_taken(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(albums, "QUIET_S", 0.1)
    await begin(talk)
    await talk.say(WRITER, "/new")
    await lose_next_answer(talk, "sendMediaGroup")
    for group, told in (("5", "Telegram refused, or didn't answer"), ("6", PANEL["en"])):
        for name in ("one", "two"):
            await talk.say(WRITER, photo=name, media_group_id=group)
        await talk.sees(WRITER, told)


async def test_what_telegram_finds_by_itself_is_no_reason_to_refuse_a_post(
    talk: Conversation,
) -> None:
    """It tells bots of bank cards in a text, and takes no such entity from them."""
    ledger = await begin(talk)
    await draft(talk, "Thanks")
    [own] = [each for each in await talk.history(WRITER) if each.get("text") == "Thanks"][:1]
    card = {"type": "bank_card_number", "offset": 8, "length": 16}
    bold = {"type": "bold", "offset": 0, "length": 6}
    paid = {**own, "text": "Thanks: 8600123412341234", "entities": [bold, card]}
    talk.sandbox.telegram.tell([BOT], "edited_message", paid)
    await talk.settled()
    await talk.sees(WRITER, PANEL["en"])
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    assert message.content.params == {"text": paid["text"], "entities": [bold]}
