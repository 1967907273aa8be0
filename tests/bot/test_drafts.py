"""A post that is being written, and what comes between."""

from core.person import Role
from tests.bot.conversation import Conversation, buttons_of, shown_in
from tests.bot.posting import NEWS, TALK, WRITER, begin, draft, press, schedule, waiting

RESUMED = ("To: Daily News", "Schedule")


async def test_a_draft_outlives_a_look_at_other_things_and_a_restart(talk: Conversation) -> None:
    ledger = await begin(talk)
    await draft(talk, "Good morning")
    for command in ("/queue", "/stats", "/channels", "/settings", "/start"):
        await talk.say(WRITER, command)
    await talk.restart()
    await talk.say(WRITER, "Good evening")
    await talk.sees(WRITER, "still writing a post: “Good morning”", "send me this again")
    await talk.say(WRITER, "/new")
    await talk.sees(WRITER, "still writing a post: “Good morning”", "A new one would replace it")
    await press(talk, "Continue")
    seen = [shown_in(message) for message in await talk.news(WRITER)]
    assert seen[0] == "Good morning"
    assert all(text in seen[1] for text in RESUMED)
    await talk.say(WRITER, "Good evening")
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    assert message.content.params["text"] == "Good evening"


async def test_another_post_is_begun_in_the_place_of_one_only_when_that_is_said(
    talk: Conversation,
) -> None:
    ledger = await begin(talk)
    await draft(talk, "Good morning")
    await talk.say(WRITER, "/new")
    await talk.say(WRITER, "Good evening")
    await talk.sees(WRITER, "send me this again")
    await talk.press(WRITER, "Start a new one", times=2)
    await talk.sees(WRITER, "Send me the post")
    assert sum("Send me the post" in shown_in(each) for each in await talk.news(WRITER)) == 1
    await talk.say(WRITER, "/new")
    await talk.sees(WRITER, "Send me the post")
    await talk.say(WRITER, "Good evening")
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    assert message.content.params["text"] == "Good evening"


async def test_a_post_that_is_rewritten_meanwhile_is_shown_as_it_reads_now(
    talk: Conversation,
) -> None:
    await begin(talk)
    await talk.say(WRITER, "/new")
    written = await talk.say(WRITER, "Good morning")
    await talk.say(WRITER, "/queue")
    place = {"user": WRITER, "chat": WRITER, "message_id": written["message_id"]}
    await talk.client.post("edit", **place, text="Good day")
    await talk.settled()
    await talk.sees(WRITER, "Good day")
    await talk.sees(WRITER, *RESUMED)


async def test_what_is_asked_for_is_taken_after_a_look_at_the_queue(talk: Conversation) -> None:
    await begin(talk)
    await talk.say(WRITER, "/new")
    await talk.say(WRITER, "/queue")
    await talk.say(WRITER, "Good morning")
    await talk.sees(WRITER, *RESUMED)


async def test_a_new_post_waits_while_one_of_the_queue_is_edited(talk: Conversation) -> None:
    ledger = await begin(talk, NEWS, TALK)
    old = await schedule(ledger)
    await draft(talk, "Good morning")
    await talk.say(WRITER, "/queue")
    await press(talk, "1", "Edit")
    await talk.sees(WRITER, "Send me the new version")
    await talk.say(WRITER, "New text")
    await press(talk, "Replace")
    assert (await ledger.reading.get(old)).content.params["text"] == "New text"
    await talk.say(WRITER, "/new")
    await talk.sees(WRITER, "still writing a post: “Good morning”")
    await talk.say(WRITER, "/cancel")
    await talk.sees(WRITER, "Dropped: “Good morning”.")
    await talk.say(WRITER, "/cancel")
    await talk.sees(WRITER, "There is nothing to cancel.")


async def test_cancel_drops_an_edit_and_offers_what_waited_for_it(talk: Conversation) -> None:
    ledger = await begin(talk)
    await schedule(ledger)
    await draft(talk, "Good morning")
    await talk.say(WRITER, "/queue")
    await press(talk, "1", "Edit")
    await talk.say(WRITER, "New text")
    await talk.say(WRITER, "/cancel")
    await talk.sees(WRITER, "Dropped: “New text”.")
    offered = await talk.sees(WRITER, "still writing a post: “Good morning”")
    assert [name for name, _ in buttons_of(offered)] == ["Continue", "Start a new one"]


async def test_a_rule_is_read_and_told_in_the_writers_language(talk: Conversation) -> None:
    ledger = await begin(talk, language="ru", role=Role.OWNER)
    await draft(talk, "Доброе утро", language="ru")
    await press(talk, "Повторять", "Словами")
    await talk.sees(WRITER, "каждые 2 недели по вторникам")
    await talk.say(WRITER, "every fortnight")
    await talk.sees(WRITER, "однозначно")
    await talk.say(WRITER, "во второй вторник каждого месяца в 9 утра, 5 раз")
    await talk.sees(WRITER, "каждый месяц во второй вторник, в 09:00, всего 5 раз")
    await press(talk, "Да, повторять")
    [series] = await ledger.series.newest()
    assert series.rule == "FREQ=MONTHLY;COUNT=5;BYDAY=2TU;BYHOUR=9;BYMINUTE=0"
