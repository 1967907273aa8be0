"""/web: a link to log in with, for the bot's people alone."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from apps.bot.handlers.web import takes_button
from core.person import Role
from infra.db.account_admin import AccountAdmin
from infra.db.accounts import Account, Accounts
from infra.db.login_links import LoginLinks
from tests.bot.conversation import BOT, Conversation, buttons_of, conversing
from tests.servers.valkey import ValkeyServer

OWNER, OTHER = 501, 502


@pytest.fixture
async def public(folder: Path, valkey_server: ValkeyServer) -> AsyncIterator[Conversation]:
    """The web has a name of its own."""
    at = {"api_url": "https://bot.example.org"}
    async with conversing(folder, valkey_server.url(), **at) as conversation:
        await conversation.start()
        yield conversation


async def account_of(talk: Conversation, link: str) -> Account:
    """Whom it logs in."""
    number = await LoginLinks(talk.database, BOT).use(link.rpartition("/login/")[2].split()[0])
    assert number is not None
    return await Accounts(talk.database, BOT).get(number)


async def test_a_link_makes_the_account_and_logs_it_in(talk: Conversation) -> None:
    await talk.member(Role.EDITOR, OWNER, "Ada")
    await talk.say(OWNER, "/web")
    seen = await talk.sees(OWNER, "http://127.0.0.1:8000/login/", "15 minutes")
    assert buttons_of(seen) == []
    first = await account_of(talk, seen["text"])
    assert (first.name, first.role, first.user_id) == ("u501", Role.EDITOR, OWNER)
    await talk.say(OWNER, "/web")
    again = await talk.sees(OWNER, "http://127.0.0.1:8000/login/")
    assert (await account_of(talk, again["text"])).id == first.id


async def test_where_telegram_takes_it_the_link_is_a_button(public: Conversation) -> None:
    await public.user(OWNER, "Ada", username="Ada_L")
    await public.member(Role.VIEWER, OWNER, "Ada")
    await public.user(OWNER, "Ada", username="Ada_L")
    await public.say(OWNER, "/web")
    message, button = await public.button(OWNER, "Log in")
    assert "/login/" not in message["text"]
    assert button["url"].startswith("https://bot.example.org/login/")
    assert (await account_of(public, button["url"])).name == "ada_l"


async def test_a_stranger_has_none(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    await talk.user(OTHER)
    await talk.say(OTHER, "/web")
    assert all("/login/" not in message.get("text", "") for message in await talk.news(OTHER))
    assert await Accounts(talk.database, BOT).listed() == []


async def test_who_is_shut_out_is_told_so(talk: Conversation) -> None:
    await talk.member(Role.OWNER, OWNER)
    accounts, admin = Accounts(talk.database, BOT), AccountAdmin(talk.database, BOT)
    await accounts.create("boss", Role.OWNER)
    await admin.disable((await accounts.of_person(OWNER, "")).id)
    await talk.say(OWNER, "/web")
    await talk.sees(OWNER, "is shut out")


async def test_without_the_web_there_is_no_such_command(
    folder: Path, valkey_server: ValkeyServer
) -> None:
    async with conversing(folder, valkey_server.url(), api_enabled=False) as talk:
        await talk.start()
        await talk.member(Role.OWNER, OWNER)
        await talk.say(OWNER, "/help")
        assert "/web" not in (await talk.sees(OWNER, "/people"))["text"]
        await talk.say(OWNER, "/web")
        await talk.sees(OWNER, "switched off")


@pytest.mark.parametrize(
    ("link", "taken"),
    [
        ("https://bot.example.org/login/x", True),
        ("http://93.184.215.14:8000/login/x", True),
        ("http://127.0.0.1:8000/login/x", False),
        ("http://localhost:8000/login/x", False),
        ("http://192.168.1.7:8000/login/x", False),
        ("http://[::1]:8000/login/x", False),
        ("http://nas.local/login/x", False),
        ("http://nas/login/x", False),
    ],
)
def test_a_button_leads_to_the_internet_alone(link: str, taken: bool) -> None:
    assert takes_button(link) is taken
