"""People block, join and leave; the bot is told, and held to its rights."""

from typing import Any

import pytest

from sandbox.client import Client
from sandbox.server import Sandbox
from tests.integration.bot_mail import told

CHANNEL = -1001234


@pytest.fixture
def sandbox(sandbox_of_one_bot: Sandbox) -> Sandbox:
    return sandbox_of_one_bot


@pytest.fixture
def client(client_told_of_all: Client) -> Client:
    return client_told_of_all


async def test_a_user_who_blocks_the_bot_gets_nothing_until_he_writes(client: Client) -> None:
    await client.post("write", user=7, text="hi")
    message_id = (await client.send(7)).result["message_id"]
    await told(client)
    await client.post("member", user=1, chat=7, status="kicked")
    [(kind, blocked)] = await told(client)
    statuses = [blocked[f"{time}_chat_member"]["status"] for time in ("old", "new")]
    assert (kind, statuses, blocked["from"]["id"]) == ("my_chat_member", ["member", "kicked"], 7)
    edit = await client.call("editMessageText", chat_id=7, message_id=message_id, text="x")
    for reply in (await client.send(7), edit):
        assert reply.status == 403
        assert reply.description == "Forbidden: bot was blocked by the user"
    assert (await client.get("users"))["users"][0]["blocked"] is True
    await client.post("write", user=7, text="back again")
    assert [kind for kind, _ in await told(client)] == ["my_chat_member", "message"]
    assert (await client.send(7)).status == 200


async def test_members_follow_joins_and_leaves(client: Client) -> None:
    async def count(chat: int) -> int:
        return int((await client.call("getChatMemberCount", chat_id=chat)).result)

    await client.post("chats", chat=CHANNEL, type="channel", members=12)
    await client.post("member", user=1, chat=CHANNEL, status="administrator")
    for user, status in ((7, "member"), (8, "creator"), (7, "left"), (9, "restricted")):
        await client.post("member", user=user, chat=CHANNEL, status=status)
    assert (await count(CHANNEL), await count(-5)) == (15, 2)
    updates = await told(client)
    assert [kind for kind, _ in updates] == ["my_chat_member"] + ["chat_member"] * 4
    assert [content["from"]["id"] for _, content in updates] == [1, 7, 8, 7, 9]
    member = await client.call("getChatMember", chat_id=CHANNEL, user_id=7)
    assert member.result["status"] == "left"
    admins = (await client.call("getChatAdministrators", chat_id=CHANNEL)).result
    assert [admin["user"]["id"] for admin in admins] == [1, 8]


async def test_a_named_few_are_counted_where_no_number_was_declared(client: Client) -> None:
    for user in (7, 8, 9):
        await client.post("member", user=user, chat=-5, status="member")
    assert (await client.call("getChatMemberCount", chat_id=-5)).result == 3


POST: dict[str, Any] = {"chat_id": CHANNEL, "message_id": 1}
DEEDS: list[tuple[str, dict[str, Any]]] = [
    ("sendMessage", {"chat_id": CHANNEL, "text": "x"}),
    ("editMessageText", {**POST, "text": "y"}),
    ("pinChatMessage", POST),
    ("setMessageReaction", {**POST, "reaction": [{"type": "emoji", "emoji": "x"}]}),
    ("sendChatAction", {"chat_id": CHANNEL, "action": "typing"}),
    ("deleteMessages", {"chat_id": CHANNEL, "message_ids": [99]}),
    ("deleteMessage", POST),
]


@pytest.mark.parametrize(
    ("status", "code", "description"),
    [
        (None, 403, "Forbidden: bot is not a member of the channel chat"),
        ("member", 400, "Bad Request: need administrator rights in the channel chat"),
        ("kicked", 403, "Forbidden: bot was kicked from the channel chat"),
        ("administrator", 200, ""),
    ],
)
async def test_a_channel_with_members_takes_an_administrator(
    client: Client, status: str | None, code: int, description: str
) -> None:
    await client.post("chats", chat=CHANNEL, type="channel")
    assert (await client.send(CHANNEL)).status == 200
    await client.post("member", user=8, chat=CHANNEL, status="creator")
    if status:
        await client.post("member", user=1, chat=CHANNEL, status=status)
    for method, arguments in DEEDS:
        reply = await client.call(method, **arguments)
        assert (reply.status, reply.description) == (code, description), method


async def test_an_administrator_may_lack_a_right(client: Client) -> None:
    post = await client.post("write", user=8, chat="@news_of_us", text="not the bot's")
    rights = {"can_delete_messages": False, "can_edit_messages": False}
    where = {"chat_id": "@news_of_us", "message_id": post["message_id"]}
    chat = {"user": 1, "chat": "@news_of_us", "status": "administrator"}
    await client.post("member", **chat, rights=rights)
    assert (await client.send("@news_of_us")).status == 200
    for method in ("deleteMessage", "pinChatMessage"):
        assert (await client.call(method, **where)).status == 400
    await client.post("member", **chat)
    for method in ("pinChatMessage", "deleteMessage"):
        assert (await client.call(method, **where)).status == 200


async def test_a_plain_member_of_a_group_sees_what_concerns_it(client: Client) -> None:
    await client.post("member", user=1, chat=-5, status="member")
    bots = (await client.send(-5, "Ask me")).result["message_id"]
    await told(client)
    for text in ("chat among people", "/help", "/help@other_bot", "hey @sandbox_1_bot"):
        await client.post("write", user=7, chat=-5, text=text)
    await client.post("write", user=7, chat=-5, text="a reply", reply_to=bots)
    texts = [content["text"] for _, content in await told(client)]
    assert texts == ["/help", "hey @sandbox_1_bot", "a reply"]


async def test_a_bot_that_left_is_out(client: Client) -> None:
    assert (await client.call("leaveChat", chat_id=-5)).result is True
    assert [kind for kind, _ in await told(client)] == ["my_chat_member"]
    reply = await client.send(-5)
    assert reply.description == "Forbidden: bot is not a member of the group chat"
    await client.post("write", user=7, chat=-5, text="gone?")
    assert await told(client) == []


async def test_who_adds_the_bot_is_told(client: Client) -> None:
    chat = {"chat": CHANNEL, "status": "administrator"}
    await client.post("chats", chat=CHANNEL, type="channel")
    await client.post("write", user=7, text="/start")
    await client.post("member", user=1, **chat)
    await client.post("member", user=8, chat=CHANNEL, status="creator")
    await client.post("member", user=1, **chat, rights={"can_post_messages": False})
    await client.post("member", user=1, **chat, by=9)
    mine = [content for kind, content in await told(client) if kind == "my_chat_member"]
    assert [content["from"]["id"] for content in mine] == [7, 8, 9]
    assert [content["new_chat_member"]["can_post_messages"] for content in mine] == [
        True,
        False,
        True,
    ]
