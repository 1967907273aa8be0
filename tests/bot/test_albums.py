"""Albums and forwards on their way through /new: gathered, in order, as they were sent."""

import pytest

from apps.bot import albums
from tests.bot.conversation import BOT, Conversation, buttons_of
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


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Albums are gathered for less long."""
    monkeypatch.setattr(albums, "QUIET_S", 0.3)


async def test_an_album_waits_for_its_items_and_a_late_one_joins(talk: Conversation) -> None:
    ledger = await begin(talk)
    await talk.say(WRITER, "/new")
    album = {"media_group_id": "7"}
    await talk.say(WRITER, photo="one", caption="All of it", **album)
    await talk.say(WRITER, photo="two", **album)
    panel = await talk.sees(WRITER, PANEL["en"])
    assert len(await talk.news(WRITER)) == 3
    stale = buttons_of(panel)
    await talk.say(WRITER, video="three", **album)
    panel = await talk.sees(WRITER, PANEL["en"])
    history = await talk.history(WRITER)
    shown = [each for each in history if each.get("media_group_id") and each["from"]["is_bot"]]
    assert len(shown) == 3  # what was shown before is gone
    assert stale != buttons_of(panel)
    await press(talk, "Buttons")
    assert talk.answer is not None
    assert "Albums and forwards can't have buttons" in talk.answer["text"]
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    kinds = [item["type"] for item in message.content.params["media"]]
    assert (message.content.method, kinds) == ("sendMediaGroup", ["photo", "photo", "video"])
    assert message.content.params["media"][0]["caption"] == "All of it"
    await talk.say(WRITER, "/new")
    await talk.say(WRITER, photo="four", **album)
    await talk.sees(WRITER, "so it wasn't added")
    await deliver(talk)
    assert len(await talk.history(NEWS)) == 3


async def test_an_item_that_was_not_shown_yet_is_not_agreed_to(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It comes after the preview, and a press on the old panel before the next one."""
    ledger = await begin(talk)
    await talk.say(WRITER, "/new")
    for name in ("one", "two"):
        await talk.say(WRITER, photo=name, media_group_id="7")
    await talk.sees(WRITER, PANEL["en"])
    monkeypatch.setattr(albums, "QUIET_S", 60.0)
    await talk.say(WRITER, photo="three", media_group_id="7")
    await press(talk, "Channels", "Done")
    shown = [each for each in await talk.history(WRITER) if each["from"]["is_bot"]]
    assert sum("photo" in each for each in shown) == 3
    await talk.say(WRITER, photo="four", media_group_id="7")
    await press(talk, "Send now")
    assert talk.answer is not None
    assert "It has changed" in talk.answer["text"]
    assert await waiting(ledger) == []
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    assert len(message.content.params["media"]) == 4


async def test_a_press_while_an_album_gathers_keeps_its_preview(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before that one comes that nobody has asked for: its sender is told so once."""
    await begin(talk, NEWS, TALK)
    for name in ("one", "two", "three"):
        await talk.say(WRITER, photo=name, media_group_id="4")
    told = [each.get("text", "") for each in await talk.history(WRITER)]
    assert sum("not sure what to do" in each for each in told) == 1
    await talk.say(WRITER, "/new")
    for name in ("one", "two"):
        await talk.say(WRITER, photo=name, media_group_id="7")
    await talk.sees(WRITER, PANEL["en"])
    monkeypatch.setattr(albums, "QUIET_S", 0.8)
    await talk.say(WRITER, photo="three", media_group_id="7")
    await press(talk, "Channels", "Daily News")
    await talk.sees(WRITER, PANEL["en"], "To: Daily News")
    assert sum("photo" in each for each in await talk.news(WRITER)) == 3


async def test_updates_twice_and_out_of_order_and_late_make_the_same_album(
    talk: Conversation,
) -> None:
    """Its first item comes last: after it was shown, and after a restart."""
    ledger = await begin(talk)
    await talk.say(WRITER, "/new")
    await talk.stop()
    for name in ("one", "two \U0001f469\u200d\U0001f680", "three"):
        bold = [{"type": "bold", "offset": len(name.encode("utf-16-le")) // 2 - 1, "length": 1}]
        album = {"user": WRITER, "bot": BOT, "photo": name, "caption": name}
        await talk.client.post("write", **album, caption_entities=bold, media_group_id="8")
    mailbox = talk.sandbox.telegram.mailboxes.of(BOT)
    first, second, third = mailbox.pending
    first["message"], third["message"] = third["message"], first["message"]
    mailbox.pending.clear()
    mailbox.pending.extend([first, dict(first), second])
    await talk.start()
    await talk.settled()
    await talk.sees(WRITER, PANEL["en"])
    _, stale = await talk.button(WRITER, "Send now")
    await talk.restart()
    mailbox.pending.extend([dict(second), third, dict(third)])
    mailbox.changed.notify()
    await talk.settled()

    async def button() -> str:
        return str((await talk.button(WRITER, "Send now"))[1]["callback_data"])

    await talk.eventually(button, lambda found: found != stale["callback_data"])
    await press(talk, "Send now")
    await deliver(talk)
    posts = await talk.history(NEWS)
    assert [post["caption"][:3] for post in posts] == ["one", "two", "thr"]
    assert [post["caption_entities"][0]["offset"] for post in posts] == [2, 8, 4]
    assert len({post["media_group_id"] for post in posts}) == 1
    assert len(await waiting(ledger)) == 1


async def test_a_forwarded_album_is_copied_or_forwarded_as_chosen(talk: Conversation) -> None:
    await begin(talk)
    source = []
    for name in ("one", "two"):
        item = {"user": WRITER, "chat": TALK, "photo": name, "media_group_id": "5"}
        source.append(await talk.client.post("write", **item, caption=name))
    for group, copied in (("6", True), ("7", False)):
        await talk.say(WRITER, "/new")
        for item in source:
            place = {"chat": TALK, "message_id": item["message_id"]}
            await talk.say(WRITER, forward_from=place, media_group_id=group)
        await talk.sees(WRITER, PANEL["en"])
        if not copied:
            await press(talk, "As a forward")
            await talk.sees(WRITER, "don't delete that before", "As a copy")
            shown = ["forward_origin" in each for each in await talk.news(WRITER)]
            assert shown[-3:-1] == [True, True]
        await press(talk, "Send now")
        await deliver(talk)
    posts = await talk.history(NEWS)
    assert [post["caption"] for post in posts] == ["one", "two"] * 2
    assert ["forward_origin" in post for post in posts] == [False, False, True, True]
    assert posts[0]["media_group_id"] == posts[1]["media_group_id"]


async def test_a_forward_is_copied_or_forwarded_as_chosen(talk: Conversation) -> None:
    ledger = await begin(talk)
    post = await talk.client.post("messages", chat=NEWS, text="Old post")
    source = {"chat": NEWS, "message_id": post["message_id"]}
    await draft(talk, forward_from=source)
    await press(talk, "As a forward")
    preview, _ = (await talk.news(WRITER))[-2:]
    assert preview["forward_origin"]["type"] == "channel"
    await talk.sees(WRITER, "don't delete that before", "As a copy")
    await press(talk, "Send now")
    await draft(talk, forward_from=source)
    await press(talk, "Send now")
    forwarded, copied = await waiting(ledger)
    assert forwarded.content.method == "forwardMessage"
    assert copied.content.params == {"text": "Old post"}
    await deliver(talk)
    await deliver(talk)
    _, first, second = await talk.history(NEWS)
    assert first["forward_origin"]["message_id"] == post["message_id"]
    assert "forward_origin" not in second


async def test_an_album_that_was_being_gathered_survives_a_restart(talk: Conversation) -> None:
    ledger = await begin(talk)
    await talk.say(WRITER, "/new")
    for name in ("one", "two"):
        await talk.say(WRITER, photo=name, media_group_id="9")
    await talk.restart()
    await talk.sees(WRITER, PANEL["en"])
    await press(talk, "Send now")
    [message] = await waiting(ledger)
    assert len(message.content.params["media"]) == 2
