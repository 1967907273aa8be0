"""/queue: what's coming up, what was sent, and what may be done with either."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from core.message import Content, OnUncertain, Request, State
from core.person import Role
from core.recurrence import Recurrence
from core.recurring_message import Missed, SeriesState
from infra.db.afterwards import DELETED
from infra.db.ledger import Ledger
from infra.db.moments import plus
from infra.db.tables import messages
from tests.bot.conversation import Conversation, buttons_of, shown_in
from tests.bot.posting import (
    NEWS,
    PANEL,
    TALK,
    WRITER,
    begin,
    deliver,
    later,
    press,
    press_this,
    schedule,
    shown_button,
    state,
)


async def open_first(talk: Conversation) -> None:
    """The card of the first entry of /queue."""
    await talk.say(WRITER, "/queue")
    await press(talk, "1")


async def recurring(ledger: Ledger, hours: float = 30.0) -> int:
    """Every day, for the first time in so many hours."""
    content = Content("sendMessage", {"text": "Good morning"})
    asked = Request(str(NEWS), content, None, "daily", OnUncertain.PARK, 3)
    starts = later(hours).replace(tzinfo=None, second=0)
    made = await ledger.series.create(asked, Recurrence("FREQ=DAILY", "UTC", starts), Missed.SEND)
    return made.series.id


async def test_what_is_to_come_is_listed_by_day_and_page_and_channel(talk: Conversation) -> None:
    ledger = await begin(talk, NEWS, TALK)
    for number in range(9):
        await schedule(ledger, f"k{number}", at=later(24 + 24 * (number // 3)))
    await schedule(
        ledger, "other", TALK, at=later(23), text="Small\n\ntalk \U0001f469\u200d\U0001f680" * 20
    )
    await talk.say(WRITER, "/queue")
    seen = await talk.sees(WRITER, "1 to 8 of 10 scheduled", "Times in UTC")
    lines = seen["text"].splitlines()
    assert f"{later(24):%-d %b}" in seen["text"]
    assert any(
        line.startswith("1. ") and "Small Talk: Small talk \U0001f469\u200d\U0001f680" in line
        for line in lines
    )
    await press(talk, "›")
    await talk.sees(WRITER, "9 to 10 of 10 scheduled", "10. ")
    await press(talk, "One channel", "Small Talk · 1")
    seen = await talk.sees(WRITER, "1 to 1 of 1 scheduled")
    assert "Daily News" not in shown_in(seen)


@pytest.mark.parametrize(
    ("language", "empty", "card", "cancel"),
    [
        ("en", "Nothing is scheduled", "It's waiting", ("Cancel this post", "Yes, cancel it")),
        ("ru", "Впереди ничего нет", "Ждёт", ("Снять с очереди", "Да, не отправлять")),
        ("uz", "Navbatda hech narsa", "Vaqtini", ("Navbatdan olish", "Ha, yuborilmasin")),
    ],
)
async def test_a_post_is_cancelled(
    talk: Conversation, language: str, empty: str, card: str, cancel: tuple[str, ...]
) -> None:
    ledger = await begin(talk, language=language)
    await talk.say(WRITER, "/queue")
    await talk.sees(WRITER, empty)
    message_id = await schedule(ledger)
    await open_first(talk)
    await talk.sees(WRITER, card, "Daily News", "Old text", "(UTC, UTC+00:00)")
    await press(talk, cancel[0])
    again = await shown_button(talk, cancel[1])
    await press(talk, cancel[1])
    before = [shown_in(each) for each in await talk.history(WRITER)]
    await press_this(talk, *again)
    assert [shown_in(each) for each in await talk.history(WRITER)] == before
    assert await state(ledger, message_id) is State.CANCELLED


async def test_a_post_gets_another_time_and_then_leaves_at_once(talk: Conversation) -> None:
    ledger = await begin(talk)
    message_id = await schedule(ledger)
    await open_first(talk)
    await press(talk, "Another time", "In words")
    await talk.say(WRITER, "in 3 days")
    await talk.sees(WRITER, "Move “Old text” to this time?", "(UTC, UTC+00:00)")
    await press(talk, "Yes, move")
    await talk.sees(WRITER, "Moved to: ", "Queue")
    moved = (await ledger.reading.get(message_id)).due_at
    assert timedelta(days=2, hours=23) < moved - datetime.now(UTC) <= timedelta(days=3, minutes=1)
    await open_first(talk)
    again = await shown_button(talk, "Send now")
    await talk.press(WRITER, "Send now", times=2)
    await talk.sees(WRITER, "On its way")
    await deliver(talk)
    [post] = await talk.history(NEWS)
    assert post["text"] == "Old text"
    assert await state(ledger, message_id) is State.SENT
    await talk.sees(WRITER, "Sent: Daily News")
    await press_this(talk, *again)
    await talk.sees(WRITER, "Sent: Daily News")


async def test_a_post_gets_new_content_and_keeps_its_time(talk: Conversation) -> None:
    ledger = await begin(talk)
    message_id = await schedule(ledger)
    due_at = (await ledger.reading.get(message_id)).due_at
    await open_first(talk)
    await press(talk, "Edit")
    await talk.sees(WRITER, "Send me the new version")
    await talk.say(WRITER, photo="cat", caption="New")
    await talk.sees(WRITER, PANEL["en"], "replaces “Old text”", "(UTC, UTC+00:00)")
    await talk.press(WRITER, "Replace", times=2)
    await talk.sees(WRITER, "Replaced. The time stays the same.")
    message = await ledger.reading.get(message_id)
    assert (message.content.method, message.content.params["caption"]) == ("sendPhoto", "New")
    assert message.due_at == due_at
    await press(talk, "Queue", "1", "Preview")
    assert [each["caption"] for each in (await talk.news(WRITER))] == ["New"]


async def test_a_new_version_is_sent_as_the_old_one_would_have_been(talk: Conversation) -> None:
    ledger = await begin(talk)
    markup = {"inline_keyboard": [[{"text": "More", "url": "https://example.com/"}]]}
    how: dict[str, Any] = {
        "reply_markup": markup,
        "disable_notification": True,
        "message_thread_id": 7,
    }
    message_id = await schedule(ledger, **how)
    await open_first(talk)
    await press(talk, "Edit")
    await talk.sees(WRITER, "new version for Daily News")
    await talk.say(WRITER, "New text")
    assert "More" in shown_in((await talk.news(WRITER))[-2])
    await press(talk, "Replace")
    params = (await ledger.reading.get(message_id)).content.params
    assert params == {"text": "New text", **how}
    await open_first(talk)
    await press(talk, "Edit")
    await talk.say(WRITER, "Newer text")
    await press(talk, "Buttons", "No buttons", "Replace")
    params = (await ledger.reading.get(message_id)).content.params
    assert (params["text"], params.get("reply_markup")) == ("Newer text", None)
    assert params["disable_notification"] is True


async def test_an_old_button_replaces_no_other_post(talk: Conversation) -> None:
    """Both edits begin in the same message; the first was agreed to only after the second."""
    ledger = await begin(talk)
    ids = [await schedule(ledger, key, at=later(24 + n)) for n, key in enumerate("ab")]
    await talk.say(WRITER, "/queue")
    for number, text in (("1", "First"), ("2", "Second")):
        await press(talk, number, "Edit")
        await talk.say(WRITER, text)
        if number == "1":
            old = await shown_button(talk, "Replace")
            await press(talk, "Queue")
    await press_this(talk, *old)
    texts = [(await ledger.reading.get(id_)).content.params["text"] for id_ in ids]
    assert texts == ["Old text", "Old text"]
    await press(talk, "Replace")
    assert (await ledger.reading.get(ids[1])).content.params["text"] == "Second"


async def test_what_is_on_its_way_is_told(talk: Conversation) -> None:
    ledger = await begin(talk)
    message_id = await schedule(ledger, at=later(0.0))
    await open_first(talk)
    await press(talk, "Edit")
    await talk.say(WRITER, "Better")
    [claim] = await ledger.claims.claim(5.0, 1)
    assert await ledger.mark_sending(claim) is not None
    await press(talk, "Replace")
    await talk.sees(WRITER, "Too late: it's being sent right now")
    await open_first(talk)
    seen = await talk.sees(WRITER, "It's being sent right now")
    assert "Send now" not in shown_in(seen)
    assert await state(ledger, message_id) is State.SENDING


async def test_a_button_that_is_too_late_says_so(talk: Conversation) -> None:
    ledger = await begin(talk)
    message_id = await schedule(ledger)
    await open_first(talk)
    await press(talk, "Cancel this post")
    await ledger.desk.reschedule(message_id, later(0.0))
    await deliver(talk)
    await press(talk, "Yes, cancel it")
    await talk.sees(WRITER, "Too late: it has already been sent")


async def test_of_a_recurrence_one_time_is_skipped_and_then_all(talk: Conversation) -> None:
    ledger = await begin(talk)
    series_id = await recurring(ledger)
    first = (await ledger.series.get(series_id)).next_at
    assert first is not None
    await open_first(talk)
    seen = await talk.sees(WRITER, "Repeats: every day", "Skip this one", "Stop repeating")
    assert "Send now" not in shown_in(seen)  # it has no message yet
    await press(talk, "Skip this one")
    await talk.press(WRITER, "Yes, cancel it", times=2)
    assert (await ledger.series.get(series_id)).next_at == first + timedelta(days=1)
    await talk.say(WRITER, "/queue")
    await talk.sees(WRITER, "1 to 1 of 1 scheduled", "↻ every day: Good morning")
    await press(talk, "1", "Stop repeating", "Yes, stop it")
    await talk.sees(WRITER, "It no longer repeats")
    assert (await ledger.series.get(series_id)).state is SeriesState.CANCELLED


async def test_a_repetition_ends_though_its_next_time_has_a_message_by_now(
    talk: Conversation,
) -> None:
    ledger = await begin(talk)
    series_id = await recurring(ledger, 0.5)
    await open_first(talk)
    await press(talk, "Stop repeating")
    await ledger.series.materialise(3600.0, 10)
    await talk.press(WRITER, "Yes, stop it", times=2)
    await talk.sees(WRITER, "It no longer repeats")
    assert (await ledger.series.get(series_id)).state is SeriesState.CANCELLED
    [message] = await ledger.series.messages(series_id)
    assert message.state is State.CANCELLED


async def test_an_occurrence_that_has_its_message_is_skipped_too(talk: Conversation) -> None:
    ledger = await begin(talk)
    series_id = await recurring(ledger, 0.5)
    await ledger.series.materialise(3600.0, 10)
    await open_first(talk)
    await talk.sees(WRITER, "Repeats: every day", "Skip this one", "Send now")
    await press(talk, "Skip this one", "Yes, cancel it")
    await ledger.series.materialise(3600.0, 10)
    [message] = await ledger.series.messages(series_id)
    assert message.state is State.CANCELLED


async def sent(talk: Conversation, ledger: Ledger, **params: Any) -> int:
    message_id = await schedule(ledger, at=later(0.0), **params)
    await deliver(talk)
    await talk.say(WRITER, "/queue")
    await press(talk, "Sent posts", "1")
    return message_id


async def test_a_sent_post_is_edited_and_keeps_its_buttons(talk: Conversation) -> None:
    ledger = await begin(talk)
    markup = {"inline_keyboard": [[{"text": "More", "url": "https://example.com/"}]]}
    message_id = await sent(talk, ledger, reply_markup=markup)
    await press(talk, "Edit the text")
    await talk.say(WRITER, photo="cat")
    await talk.sees(WRITER, "only the text of a sent post can be changed")
    bold = [{"type": "bold", "offset": 0, "length": 3}]
    await talk.say(WRITER, "New text", entities=bold)
    await talk.sees(WRITER, "replaces “Old text” in the channel")
    await press(talk, "Replace")
    await talk.sees(WRITER, "Changed.")
    [post] = await talk.history(NEWS)
    assert (post["text"], post["entities"]) == ("New text", bold)
    assert [name for name, _ in buttons_of(post)] == ["More"]
    assert (await ledger.reading.get(message_id)).content.params["text"] == "New text"


async def test_a_sent_post_is_pinned_unpinned_and_deleted(talk: Conversation) -> None:
    ledger = await begin(talk, language="ru")
    message_id = await schedule(ledger, at=later(0.0))
    await deliver(talk)
    await talk.say(WRITER, "/queue")
    await press(talk, "Отправленные", "1", "Закрепить")
    await talk.sees(WRITER, "Закреплено.")
    assert (await talk.history(NEWS))[0]["pinned"] is True
    await press(talk, "Отправленные", "1")
    assert "Закрепить" not in shown_in(await talk.sees(WRITER, "Открепить"))
    await press(talk, "Открепить")
    seen = await talk.sees(WRITER, "Откреплено.", "Удалить можно до: ", "Закрепить")
    assert "Открепить" not in shown_in(seen)
    await press(talk, "Удалить")
    await talk.press(WRITER, "Да, удалить", times=2)
    await talk.sees(WRITER, "Удалено из канала.")
    assert "Old text" not in [each.get("text") for each in await talk.history(NEWS)]
    assert (await ledger.reading.get(message_id)).reason == DELETED


async def test_after_48_hours_it_is_not_deleted_and_that_is_told(talk: Conversation) -> None:
    ledger = await begin(talk)
    await schedule(ledger, at=later(0.0))
    await deliver(talk)
    async with talk.database.writing() as connection:
        past = {"sent_at": plus(messages.c.sent_at, -49 * 3600.0)}
        await connection.execute(update(messages).values(**past))
    await talk.say(WRITER, "/queue")
    await press(talk, "Sent posts", "1")
    seen = await talk.sees(WRITER, "within 48 hours only", "Pin")
    assert "Delete\n" not in shown_in(seen)


async def test_what_telegram_refuses_of_a_sent_post_is_told(talk: Conversation) -> None:
    ledger = await begin(talk)
    await sent(talk, ledger)
    await talk.admit(NEWS, WRITER, rights={"can_edit_messages": False})
    await press(talk, "Pin")
    await talk.sees(WRITER, "Telegram refused: need administrator rights", "/channels")


async def test_viewers_look_and_change_nothing(talk: Conversation) -> None:
    ledger = await begin(talk)
    await schedule(ledger)
    await talk.member(Role.VIEWER, 602)
    await talk.say(602, "/queue")
    await talk.press(602, "1")
    seen = await talk.sees(602, "Old text", "Preview")
    assert "Cancel" not in shown_in(seen)
    await talk.say(602, "/new")
    await talk.sees(602, "Only owners and editors can do this")
