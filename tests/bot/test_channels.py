"""Channels: added in three ways, and what is missing there said in words."""

import pytest
from aiogram.filters.callback_data import CallbackData

from apps.bot.alert_callbacks import AlertButton
from apps.bot.callbacks import AddNamed, ChannelButton
from apps.bot.keyboards.channels import TITLE_UNITS
from apps.bot.keyboards.pages import PAGE
from apps.bot.post_callbacks import At, QueuePage
from apps.bot.settings_callbacks import ChooseQuiet
from apps.bot.stats_callbacks import StatsDays
from core.channel import Facts
from core.channel_rights import Right
from core.person import Role
from infra.db.channels import Channels
from tests.bot.conversation import BOT, Conversation, buttons_of

OWNER, EDITOR, STRANGER = 501, 502, 503
NEWS = -1001000000501
ALL_RIGHTS = "I have all the rights I need"


async def titles(talk: Conversation) -> list[str]:
    return [channel.facts.title for channel in await Channels(talk.database, BOT).listed()]


async def lacks(talk: Conversation, chat: int = NEWS) -> tuple[Right, ...] | None:
    return (await Channels(talk.database, BOT).get(str(chat))).lacks


async def begin(talk: Conversation) -> None:
    await talk.member(Role.EDITOR, EDITOR, "Grace")
    await talk.channel(NEWS, "Daily <News> & more", username="daily_news", members=1234)


async def test_the_bot_is_made_an_administrator_and_says_that_it_is_there(
    talk: Conversation,
) -> None:
    await begin(talk)
    await talk.admit(NEWS, EDITOR)
    await talk.sees(
        EDITOR, "Daily <News> & more has been added", "(@daily_news)", "1,235 members", ALL_RIGHTS
    )
    await talk.say(EDITOR, "/channels")
    await talk.sees(EDITOR, "1 channel", "Daily <News> & more", "Add a channel")
    assert await lacks(talk) == ()


async def test_a_channel_is_added_by_a_forwarded_post(talk: Conversation) -> None:
    await begin(talk)
    post = await talk.client.post("messages", chat=NEWS, text="Old post")
    await talk.say(EDITOR, "/channels")
    await talk.press(EDITOR, "Add a channel")
    shown = await talk.sees(EDITOR, "three ways", "@sandbox_1_bot", "Make me an administrator")
    assert "?startchannel&admin=post_messages" in str(shown["reply_markup"])
    own = await talk.say(EDITOR, "what I wrote")
    await talk.sees(EDITOR, "That's not a channel")
    mine = {"chat": EDITOR, "message_id": own["message_id"]}
    await talk.say(EDITOR, forward_from=mine)
    await talk.sees(EDITOR, "written by a person, not a channel")
    await talk.say(EDITOR, forward_from={"chat": NEWS, "message_id": post["message_id"]})
    await talk.sees(EDITOR, "Daily <News> & more has been added", ALL_RIGHTS)
    await talk.say(EDITOR, "@daily_news")  # the next one, if there was one
    await talk.sees(EDITOR, "has been added")
    await talk.press(EDITOR, "‹ Back")
    await talk.say(EDITOR, "what I wrote")  # the conversation is over
    await talk.sees(EDITOR, "I'm not sure what to do with this")
    assert await titles(talk) == ["Daily <News> & more"]


async def test_a_name_that_nobody_asked_for_is_offered_to_be_added(talk: Conversation) -> None:
    await begin(talk)
    await talk.say(EDITOR, "/new")
    await talk.press(EDITOR, "Add a channel")  # there is none to write to
    await talk.sees(EDITOR, "three ways")
    await talk.press(EDITOR, "Cancel")
    for text in ("@daily_news", "t.me/daily_news/12"):
        await talk.say(EDITOR, text)
        await talk.sees(EDITOR, "Is @daily_news a channel you want to add?")
    await talk.press(EDITOR, "Add @daily_news", times=2)
    await talk.sees(EDITOR, "Daily <News> & more has been added", ALL_RIGHTS)
    await talk.say(EDITOR, "@daily_news")
    await talk.sees(EDITOR, ALL_RIGHTS, "Check again")
    for text in ("@daily_news is good", "t.me/c/12/3", "@me"):
        await talk.say(EDITOR, text)
        await talk.sees(EDITOR, "I'm not sure what to do with this")


async def test_let_in_without_the_right_to_post_it_says_so_and_when_that_changes(
    talk: Conversation,
) -> None:
    await begin(talk)
    await talk.admit(NEWS, EDITOR, rights={"can_post_messages": False})
    await talk.sees(EDITOR, "has been added, but I can't post there yet", "— publish posts")
    assert await lacks(talk) == (Right.POST,)
    await talk.admit(NEWS, EDITOR)
    await talk.sees(EDITOR, "I can post in Daily <News> & more now", ALL_RIGHTS)
    await talk.admit(NEWS, EDITOR, "kicked")
    gone = await talk.sees(EDITOR, "have changed", "I'm not an administrator of this channel")
    assert "choose me" not in gone["text"]
    await talk.press(EDITOR, "‹ Back")
    for button in ("Daily", "Remove", "Yes, remove"):
        await talk.press(EDITOR, button)
    await talk.admit(NEWS, EDITOR, "left")  # nothing that anybody has to hear of
    await talk.sees_nothing(EDITOR)


async def test_more_channels_than_a_keyboard_holds_are_turned_by_pages(talk: Conversation) -> None:
    await talk.member(Role.EDITOR, EDITOR)
    for number in range(10, 2 * PAGE + 11):
        facts = Facts(str(NEWS - number), "channel", f"Channel {number} {'x' * 200}", None, None)
        await Channels(talk.database, BOT).add(facts)
    for command in ("/channels", "/stats"):
        await talk.say(EDITOR, command)
        shown = await talk.sees(EDITOR, "Channel 10", "Channel 17", "›")
        names = [name for name, _ in buttons_of(shown)]
        assert max(map(len, names)) <= TITLE_UNITS
        assert "Channel 18" not in str(names)
        for button in ("›", "›", "Channel 26", "‹ Back"):
            await talk.press(EDITOR, button)
        shown = await talk.sees(EDITOR, "Channel 26", "‹")
        assert "›" not in [name for name, _ in buttons_of(shown)]


async def test_a_press_that_telegram_wants_no_answer_to_is_obeyed(talk: Conversation) -> None:
    """As it is with those that wait while the bot is away."""
    await begin(talk)
    await talk.admit(NEWS, EDITOR, rights={"can_delete_messages": False})
    await talk.press(EDITOR, "‹ Back")
    await talk.press(EDITOR, "Daily")
    await talk.client.post("faults", kind="not_found", method="answerCallbackQuery")
    message, button = await talk.button(EDITOR, "Check again")
    await talk.client.post("member", user=BOT, chat=NEWS, status="administrator")
    asked = {"user": EDITOR, "chat": EDITOR, "bot": BOT, "data": button["callback_data"]}
    await talk.client.post("press", **asked, message_id=message["message_id"], wait_s=0)
    await talk.settled()
    assert "Something went wrong" not in str(await talk.history(EDITOR))
    await talk.sees(EDITOR, "Daily", ALL_RIGHTS, "Check again")


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        (ChannelButton, "channel:show:99999999999999999999:0"),
        (ChannelButton, "channel:show:1:-1"),
        (AddNamed, "addnamed:a b"),
        (StatsDays, "stats-days:1:99999999:0"),
        (At, "at:d:1:99999999999999"),
        (QueuePage, "queue:0:-3"),
        (AlertButton, "alert:show:-1:0"),
        (ChooseQuiet, "set-quiet:0:1440"),
    ],
)
def test_a_forged_press_is_that_of_a_stale_button(kind: type[CallbackData], data: str) -> None:
    with pytest.raises(ValueError, match="validation error"):
        kind.unpack(data)


@pytest.mark.parametrize(
    "named", ["@daily_news", "daily_news", "https://t.me/daily_news/12", str(NEWS)]
)
async def test_a_channel_is_added_by_its_name(talk: Conversation, named: str) -> None:
    await begin(talk)
    await talk.say(EDITOR, "/channels")
    await talk.press(EDITOR, "Add a channel")
    await talk.say(EDITOR, named)
    await talk.sees(EDITOR, "Daily <News> & more has been added", ALL_RIGHTS)


async def test_what_cannot_be_seen_or_is_no_channel_is_said(talk: Conversation) -> None:
    await begin(talk)
    await talk.client.post("chats", chat="@away_channel", fault="not_found")
    await talk.say(EDITOR, "/channels @away_channel")
    await talk.sees(EDITOR, "I can't see @away_channel", "chat not found")
    await talk.say(EDITOR, f"/channels {STRANGER}")
    await talk.sees(EDITOR, "That's not a channel")
    assert await titles(talk) == []


@pytest.mark.parametrize(
    ("rights", "told"),
    [
        ({"can_post_messages": False}, ["— publish posts"]),
        ({"can_edit_messages": False}, ["— edit posts", "— pin posts"]),
        ({"can_delete_messages": False}, ["— delete posts"]),
    ],
)
async def test_rights_that_are_missing_are_said_in_words(
    talk: Conversation, rights: dict[str, bool], told: list[str]
) -> None:
    await begin(talk)
    await talk.admit(NEWS, STRANGER, rights=rights)
    await talk.say(EDITOR, "/channels @daily_news")
    seen = await talk.sees(EDITOR, "I'm not allowed to", "open the channel's administrators")
    assert [line for line in seen["text"].splitlines() if line.startswith("—")] == told


async def test_they_are_looked_at_again_when_asked(talk: Conversation) -> None:
    await begin(talk)
    await talk.admit(NEWS, STRANGER, rights={"can_post_messages": False})
    await talk.say(EDITOR, "/channels @daily_news")
    await talk.press(EDITOR, "‹ Back")
    await talk.press(EDITOR, "Daily <News>")
    await talk.sees(EDITOR, "— publish posts")
    await talk.stop()
    await talk.client.post("member", user=BOT, chat=NEWS, status="administrator")
    talk.sandbox.telegram.mailboxes.of(BOT).clear()  # it has not heard of that
    await talk.start()
    await talk.press(EDITOR, "Check again")
    await talk.sees(EDITOR, ALL_RIGHTS)
    assert talk.answer is not None
    assert talk.answer["text"] == "Checked."


async def test_rights_that_are_taken_away_are_noted(talk: Conversation) -> None:
    await begin(talk)
    await talk.admit(NEWS, EDITOR)
    await talk.admit(NEWS, STRANGER, rights={"can_delete_messages": False})
    assert await lacks(talk) == (Right.DELETE,)
    await talk.admit(NEWS, EDITOR, rights={"can_post_messages": False})
    await talk.sees(EDITOR, "My rights in Daily <News> & more have changed", "— publish")
    await talk.admit(NEWS, BOT, rights={"can_edit_messages": False})  # by nobody that is known
    assert await lacks(talk) == (Right.EDIT, Right.PIN)
    await talk.admit(NEWS, STRANGER, "kicked")
    assert await lacks(talk) == tuple(Right)
    assert await titles(talk) == ["Daily <News> & more"]


async def test_a_stranger_adds_no_channel(talk: Conversation) -> None:
    await talk.member(Role.VIEWER, OWNER)
    await talk.user(STRANGER)
    await talk.channel(NEWS, "News")
    for user in (STRANGER, OWNER):
        await talk.admit(NEWS, user)
        await talk.sees_nothing(user)
    assert await titles(talk) == []


async def test_viewers_look_and_change_nothing(talk: Conversation) -> None:
    await begin(talk)
    await talk.admit(NEWS, EDITOR)
    await talk.member(Role.VIEWER, OWNER)
    await talk.say(OWNER, "/channels @other")
    shown = await talk.sees(OWNER, "1 channel")
    assert "Add" not in str(shown["reply_markup"])
    await talk.press(OWNER, "Daily <News>")
    shown = await talk.sees(OWNER, ALL_RIGHTS)
    assert "Remove" not in str(shown["reply_markup"])
    await talk.say(OWNER, "/queue")
    assert "/new" not in (await talk.sees(OWNER, "Nothing is scheduled"))["text"]


async def test_who_is_an_editor_no_more_presses_old_buttons_in_vain(talk: Conversation) -> None:
    await begin(talk)
    await talk.admit(NEWS, EDITOR)
    await talk.say(EDITOR, "/channels")
    await talk.say(EDITOR, "/channels @daily_news")
    await talk.press(EDITOR, "‹ Back")
    await talk.say(EDITOR, "/channels")
    await talk.press(EDITOR, "Daily")
    await talk.people.remove(EDITOR)
    await talk.member(Role.VIEWER, EDITOR)
    for button in ("Remove", "Check again", "Add a channel"):
        await talk.press(EDITOR, button)
        assert talk.answer is not None
        assert "no longer works" in talk.answer["text"]
    assert await titles(talk) == ["Daily <News> & more"]


async def test_a_channel_is_removed_and_added_again(talk: Conversation) -> None:
    await begin(talk)
    await talk.admit(NEWS, EDITOR)
    await talk.say(EDITOR, "/channels")
    for button in ("Daily", "Remove"):
        await talk.press(EDITOR, button)
    await talk.sees(EDITOR, "Remove Daily <News> & more?")
    await talk.press(EDITOR, "Yes, remove")
    await talk.sees(EDITOR, "Daily <News> & more has been removed")
    assert await titles(talk) == []
    await talk.press(EDITOR, "‹ Back")
    await talk.sees(EDITOR, "No channels yet")
    await talk.say(EDITOR, "/channels @daily_news")
    await talk.sees(EDITOR, "has been added")
    assert await titles(talk) == ["Daily <News> & more"]


async def test_in_a_group_rights_are_a_groups(talk: Conversation) -> None:
    await talk.member(Role.EDITOR, EDITOR)
    group = -1002000000501
    await talk.client.post("chats", chat=group, type="supergroup", title="Talk")
    await talk.admit(group, EDITOR, "member")
    await talk.sees(EDITOR, "Talk has been added", "— delete posts\n— pin posts", "of the group")
