"""Who may talk to the bot, and how they come and go."""

import pytest
from sqlalchemy import func, select, update

from apps.bot.keyboards.pages import PAGE
from core.person import Role
from core.subscriber import Subscriber
from infra.db.bot_tables import invites
from infra.db.invites import Invites
from infra.db.moments import from_now
from infra.db.subscribers import Subscribers
from tests.bot.conversation import BOT, Conversation

OWNER, OTHER = 501, 502


async def subscriber(talk: Conversation, user: int) -> Subscriber:
    found = await Subscribers(talk.database, BOT).find(user)
    assert found is not None
    return found


async def roles(talk: Conversation) -> dict[int, str]:
    return {person.user_id: person.role.value for person in await talk.people.listed()}


async def test_the_first_owner_is_paired_by_the_consoles_code(talk: Conversation) -> None:
    await talk.user(OWNER, "Ada")
    await talk.say(OWNER, "/start")
    await talk.sees(OWNER, "no owner yet", "/start CODE")
    code = await Invites(talk.database, BOT).make(Role.OWNER, made_by=None)
    await talk.say(OWNER, f"/start {code}")
    await talk.sees(OWNER, "Hello, Ada! You are an owner", "/people")
    assert await roles(talk) == {OWNER: "owner"}


async def test_a_code_that_is_wrong_used_or_too_old_lets_nobody_in(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.user(OTHER)
    await talk.say(OTHER, "/start not-a-code")
    await talk.sees(OTHER, "I don't know this code")
    codes = Invites(talk.database, BOT)
    used, old = await codes.make(Role.EDITOR, OWNER), await codes.make(Role.EDITOR, OWNER)
    await talk.say(OWNER, f"/start {used}")
    await talk.sees(OWNER, "You are an owner")  # still: a code takes nothing away
    await talk.say(OTHER, f"/start {used}")
    await talk.sees(OTHER, "has already been used")
    async with talk.database.writing() as connection:
        await connection.execute(update(invites).values(expires_at=from_now(-1)))
    await talk.say(OTHER, f"/start {old}")
    await talk.sees(OTHER, "has expired")
    assert await roles(talk) == {OWNER: "owner"}


async def test_owners_invite_editors_and_viewers_by_a_link_for_one(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, "Ada")
    await talk.say(OWNER, "/people")
    await talk.sees(OWNER, "1 person runs this bot. It has 1 subscriber.", "Ada · owner")
    await talk.press(OWNER, "Invite an editor")
    invited = await talk.sees(OWNER, "an editor, who manages channels and posts")
    [link] = [word for word in invited["text"].split() if word.startswith("https://t.me/")]
    name, _, code = link.removeprefix("https://t.me/").partition("?start=")
    assert name == "sandbox_1_bot"
    assert f"/start {code}" in invited["text"]
    await talk.user(OTHER, "Grace", last_name="Hopper")
    await talk.say(OTHER, f"/start {code}")
    await talk.sees(OTHER, "Hello, Grace Hopper! You are an editor", "/channels")
    await talk.sees(OWNER, "Grace Hopper has used your invitation and is now an editor")
    await talk.press(OWNER, "‹ Back")
    await talk.sees(OWNER, "2 people run this bot", "Grace Hopper · editor")


async def test_two_taps_make_one_invitation(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.say(OWNER, "/people")
    await talk.press(OWNER, "Invite a viewer", times=3)
    await talk.sees(OWNER, "a viewer, who can only look")
    made = select(func.count()).where(invites.c.made_by == OWNER)
    async with talk.database.reading() as connection:
        assert await connection.scalar(made) == 1


async def test_a_button_that_is_shown_again_works_again(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.say(OWNER, "/people")
    for _ in range(2):
        await talk.press(OWNER, "Invite a viewer")
        await talk.sees(OWNER, "a viewer, who can only look")
        await talk.press(OWNER, "‹ Back")
    made = select(func.count()).where(invites.c.made_by == OWNER)
    async with talk.database.reading() as connection:
        assert await connection.scalar(made) == 2


async def test_a_press_whose_work_failed_may_be_made_again(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.say(OWNER, "/people")
    await _rename(talk, "invites", "invites_away")
    await talk.press(OWNER, "Invite a viewer")
    await talk.sees(OWNER, "database")
    await _rename(talk, "invites_away", "invites")
    await talk.press(OWNER, "Invite a viewer")
    await talk.sees(OWNER, "a viewer, who can only look")


async def _rename(talk: Conversation, table: str, to: str) -> None:
    async with talk.database.writing() as connection:
        await connection.exec_driver_sql(f"ALTER TABLE {table} RENAME TO {to}")


async def test_owners_remove_people_and_never_the_last_owner(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, "Ada")
    await talk.member(Role.EDITOR, OTHER, "Grace")
    kept = await Invites(talk.database, BOT).make(Role.VIEWER, OTHER)
    await talk.say(OWNER, "/people")
    await talk.press(OWNER, "Grace · editor")
    await talk.sees(OWNER, "Editor: manages channels", f"id {OTHER}")
    await talk.press(OWNER, "Remove")
    await talk.sees(OWNER, "Remove Grace?", "posts stay scheduled")
    await talk.say(OTHER, "/help")
    await talk.press(OWNER, "Yes, remove")
    await talk.sees(OWNER, "Grace is no longer on the team")
    await talk.sees(OTHER, "You're no longer on this bot's team")
    assert await roles(talk) == {OWNER: "owner"}
    await talk.say(OTHER, "/channels")
    await talk.sees(OTHER, "run by a team, and you're not on it")
    await talk.user(503)
    await talk.say(503, f"/start {kept}")
    await talk.sees(503, "I don't know this code")
    for button in ("‹ Back", "Ada · owner", "Remove"):
        await talk.press(OWNER, button)
    await talk.sees(OWNER, "Remove yourself, Ada?")
    await talk.press(OWNER, "Yes, remove")
    await talk.sees(OWNER, "The last owner can't be removed")
    assert await roles(talk) == {OWNER: "owner"}


async def test_more_people_than_a_keyboard_holds_are_turned_by_pages(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, "Ada")
    codes = Invites(talk.database, BOT)
    for user in range(600, 600 + PAGE):
        await codes.accept(await codes.make(Role.VIEWER, OWNER), user)
    await talk.say(OWNER, "/people")
    shown = await talk.sees(OWNER, "Ada · owner", "606 · viewer", "›", "Invite an owner")
    assert "607" not in str(shown["reply_markup"])
    await talk.press(OWNER, "›")
    await talk.press(OWNER, "607 · viewer")
    await talk.press(OWNER, "‹ Back")
    await talk.sees(OWNER, "607 · viewer", "‹")


async def test_who_may_not_do_it_is_told_who_may(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, "Ada")
    await talk.say(OWNER, "/people")
    await talk.member(Role.VIEWER, OTHER)
    for command in ("/people", "/health"):
        await talk.say(OTHER, command)
        await talk.sees(OTHER, "Only owners can do this")
    await talk.say(OTHER, "/channels")
    await talk.sees(OTHER, "No channels yet")
    await talk.say(OTHER, "/dance")
    await talk.sees(OTHER, "I don't know this command")
    await talk.say(OTHER, "hello?")
    await talk.sees(OTHER, "I'm not sure what to do with this")


async def test_a_button_that_one_may_not_press_does_nothing(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, "Ada")
    await talk.say(OWNER, "/people")
    await talk.member(Role.OWNER, OTHER, "Grace")
    await talk.say(OTHER, "/people")
    await talk.people.remove(OWNER)
    await talk.press(OWNER, "Invite an owner")
    assert talk.answer is not None
    assert "no longer works" in talk.answer["text"]
    await talk.sees_nothing(OWNER)


async def test_strangers_subscribe_stop_and_are_refused_politely(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.user(OTHER, "Joe", username="joe", last_name="Doe")
    await talk.say(OTHER, "/start")
    await talk.sees(OTHER, "You're now subscribed to this bot")
    joe = await subscriber(talk, OTHER)
    assert joe.profile.name == "Joe Doe"
    assert (joe.profile.username, joe.profile.language_code) == ("joe", "en")
    assert joe.is_reached
    for text in ("/people", "/new", "/channels", "let me in"):
        await talk.say(OTHER, text)
        await talk.sees(OTHER, "run by a team, and you're not on it")
    await talk.say(OTHER, "/stop")
    await talk.sees(OTHER, "You won't get messages from me any more")
    assert not (await subscriber(talk, OTHER)).is_reached
    await talk.say(OTHER, "thanks")
    await talk.sees(OTHER, "You don't get its messages")
    await talk.say(OTHER, "/stop")
    await talk.sees(OTHER, "You're not getting messages from me anyway")
    await talk.say(OTHER, "/start")
    await talk.sees(OTHER, "You're now subscribed to this bot")
    assert (await subscriber(talk, OTHER)).is_reached
    await talk.say(OTHER, "/help")
    await talk.sees(OTHER, "as a subscriber")


async def test_a_stranger_who_writes_on_and_on_is_answered_twenty_times_a_minute(
    talk: Conversation,
) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.user(OTHER)
    for number in range(24):
        await talk.client.post("write", user=OTHER, text=f"flood {number}", bot=BOT)
        await talk.client.post("write", user=OWNER, text="hello", bot=BOT)
    await talk.settled()
    said = [await talk.history(user) for user in (OTHER, OWNER)]
    answers = [sum(message["from"]["is_bot"] for message in each) for each in said]
    assert answers == [20, 1 + 24]


async def test_a_stranger_who_fills_the_bots_hands_keeps_nobody_waiting_and_may_go(
    talk: Conversation,
) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.user(OTHER)
    await talk.say(OTHER, "/start")
    await talk.client.post("faults", kind="hold", chat=OTHER, after=False, count=1)
    texts = [*(f"flood {number}" for number in range(130)), "/stop"]
    for text in texts:
        await talk.client.post("write", user=OTHER, text=text, bot=BOT)
    await talk.client.post("write", user=OWNER, text="/people", bot=BOT)
    await talk.sees(OWNER, "1 person runs this bot")
    assert (await subscriber(talk, OTHER)).is_reached
    await talk.client.post("release")
    await talk.settled()
    assert not (await subscriber(talk, OTHER)).is_reached
    answers = [each for each in await talk.history(OTHER) if each["from"]["is_bot"]]
    assert len(answers) <= 20


async def test_who_blocks_the_bot_is_marked_and_comes_back_by_writing(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.user(OTHER)
    await talk.say(OTHER, "/start")
    await talk.block(OTHER)
    assert (await subscriber(talk, OTHER)).blocked_at is not None
    await talk.block(OTHER, "member")
    assert (await subscriber(talk, OTHER)).blocked_at is None
    await talk.block(OTHER)
    await talk.say(OTHER, "/help")
    found = await subscriber(talk, OTHER)
    assert (found.blocked_at, found.is_reached) == (None, True)


@pytest.mark.parametrize(
    ("language", "welcome", "list_"),
    [
        ("ru", "Здравствуйте, Аня! Ваша роль в этом боте: владелец", "управляет 1 человек"),
        ("uz", "Salom, Аня! Bu botdagi rolingiz: ega", "Bu botni 1 kishi boshqaradi"),
        ("de", "Hello, Аня! You are an owner", "1 person runs this bot"),
    ],
)
async def test_it_speaks_the_language_of_telegram(
    talk: Conversation, language: str, welcome: str, list_: str
) -> None:
    await talk.member(Role.OWNER, OWNER, "Аня", language)
    await talk.sees(OWNER, welcome)
    await talk.say(OWNER, "/people")
    await talk.sees(OWNER, list_)


async def test_the_language_that_somebody_chose_comes_first(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, "Ada", "ru")
    await talk.people.choose_language(OWNER, "uz")
    await talk.say(OWNER, "/help")
    await talk.sees(OWNER, "Kanallar va bot ularda nima qila olishi")


async def test_the_menu_of_commands_goes_by_role_and_language(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER, "Ada", "ru")
    await talk.restart()
    await _menu_has(talk, {"type": "all_private_chats"}, "", "stop", "No more messages")
    await _menu_has(talk, {"type": "all_private_chats"}, "uz", "stop", "Botdan boshqa xabar")
    everybody = await _menu(talk, {"type": "all_private_chats"}, "")
    assert "people" not in everybody
    own = {"type": "chat", "chat_id": OWNER}
    await _menu_has(talk, own, "", "people", "Кто управляет ботом")
    await talk.member(Role.OWNER, OTHER)
    await talk.say(OTHER, "/people")
    for button in ("Ada · owner", "Remove", "Yes, remove"):
        await talk.press(OTHER, button)
    await talk.eventually(lambda: _menu(talk, own, ""), lambda found: not found)


async def _menu_has(
    talk: Conversation, scope: dict[str, object], language: str, name: str, begins: str
) -> None:
    menu = await talk.eventually(lambda: _menu(talk, scope, language), lambda found: name in found)
    assert menu[name].startswith(begins)


async def _menu(talk: Conversation, scope: dict[str, object], language: str) -> dict[str, str]:
    asked = {"scope": scope, "language_code": language}
    commands = (await talk.client.call("getMyCommands", **asked)).result
    return {each["command"]: each["description"] for each in commands}
