"""People write, edit, press and react, and the bot is told."""

import asyncio
from typing import Any

import pytest

from sandbox.client import Client
from sandbox.server import Sandbox
from tests.integration.bot_mail import told

BUTTONS = {
    "inline_keyboard": [
        [{"text": "Yes", "callback_data": "yes"}, {"text": "No", "callback_data": "no"}],
        [{"text": "Site", "url": "https://example.com/"}],
    ]
}


@pytest.fixture
def sandbox(sandbox_of_one_bot: Sandbox) -> Sandbox:
    return sandbox_of_one_bot


@pytest.fixture
def client(client_told_of_all: Client) -> Client:
    return client_told_of_all


async def test_a_user_has_his_names_wherever_he_writes(client: Client) -> None:
    names = {"first_name": "Ada", "username": "ada_l", "language_code": "de"}
    user = await client.post("users", user=7, **names)
    assert user == {"id": 7, "is_bot": False, **names}
    await client.post("write", user=7, text="/start CODE")
    [(kind, message)] = await told(client)
    assert (kind, message["from"], message["text"]) == ("message", user, "/start CODE")
    assert message["chat"] == {
        "id": 7,
        "first_name": "Ada",
        "username": "ada_l",
        "type": "private",
    }
    assert message["entities"] == [{"type": "bot_command", "offset": 0, "length": 6}]
    assert (await client.send("@ada_l")).result["chat"]["id"] == 7
    assert (await client.get("users"))["users"] == [{**user, "blocked": False}]


async def test_people_send_files_albums_replies_and_forwards(client: Client) -> None:
    asked = (await client.send(7, "Send me a photo")).result["message_id"]
    album = {"user": 7, "media_group_id": "9"}
    await client.post("write", **album, photo="cat", caption="see #cat", reply_to=asked)
    await client.post("write", **album, document="list.pdf")
    await client.post("write", user=7, forward_from={"chat": 7, "message_id": asked})
    (_, photo), (_, document), (_, forward) = await told(client)
    assert photo["reply_to_message"]["text"] == "Send me a photo"
    assert photo["caption_entities"][0]["type"] == "hashtag"
    assert photo["media_group_id"] == document["media_group_id"] == "9"
    assert document["document"]["file_name"] == "list.pdf"
    assert forward["forward_origin"]["sender_user"]["id"] == 1


async def test_a_post_in_a_channel_and_its_edit_arrive_as_such(client: Client) -> None:
    post = await client.post("write", user=7, chat="@news_of_us", text="new")
    where = {"user": 7, "chat": "@news_of_us", "message_id": post["message_id"]}
    edited = await client.post("edit", **where, text="newer")
    assert [kind for kind, _ in await told(client)] == ["channel_post", "edited_channel_post"]
    assert (edited["text"], "edit_date" in edited, "from" in edited) == ("newer", True, False)


async def test_people_edit_only_what_they_wrote(client: Client) -> None:
    mine = (await client.send(7, "the bot's")).result
    his = await client.post("write", user=7, text="tpyo", entities=[])
    await client.post("edit", user=7, chat=7, message_id=his["message_id"], text="typo @anna_b")
    (_, _), (kind, edited) = await told(client)
    assert (kind, edited["text"]) == ("edited_message", "typo @anna_b")
    assert edited["entities"][0]["type"] == "mention"
    for author, message in ((7, mine), (8, his)):
        body = {"user": author, "chat": 7, "message_id": message["message_id"], "text": "x"}
        assert (await client.request("POST", "/admin/edit", json=body)).status == 400


async def test_a_press_waits_for_its_answer(client: Client) -> None:
    message = (await client.send(7, "Well?", reply_markup=BUTTONS)).result
    where = {"user": 7, "chat": 7, "message_id": message["message_id"], "row": 0, "column": 1}
    pressing = asyncio.create_task(client.post("press", **where, wait_s=60))
    [update] = (await client.call("getUpdates", timeout=10)).result
    query = update["callback_query"]
    assert (query["data"], query["from"]["id"]) == ("no", 7)
    assert query["message"] == message
    answer = {"callback_query_id": query["id"], "text": "Oh", "show_alert": True}
    assert (await client.call("answerCallbackQuery", **answer)).result is True
    answered = await asyncio.wait_for(pressing, timeout=5)
    assert answered == {"answer": {"text": "Oh", "show_alert": True, "url": ""}}


async def test_a_press_without_an_answer_ends_in_time(client: Client) -> None:
    message = (await client.send(7, "Well?", reply_markup=BUTTONS)).result
    where = {"user": 7, "chat": 7, "message_id": message["message_id"], "data": "yes"}
    assert await client.post("press", **where, wait_s=0.02) == {"answer": None}


async def test_an_answer_to_an_old_or_unknown_press_is_refused(
    sandbox: Sandbox, client: Client
) -> None:
    message = (await client.send(7, "Well?", reply_markup=BUTTONS)).result
    where = {"user": 7, "chat": 7, "message_id": message["message_id"], "data": "yes"}
    await client.post("press", **where)
    [(_, query)] = await told(client)
    began = sandbox.telegram.clock()
    sandbox.telegram.clock = lambda: began + 61
    for query_id in (query["id"], "99"):
        reply = await client.call("answerCallbackQuery", callback_query_id=query_id)
        assert reply.description == (
            "Bad Request: query is too old and response timeout expired or query ID is invalid"
        )


@pytest.mark.parametrize("which", [{"data": "maybe"}, {"row": 1, "column": 0}, {"row": 5}])
async def test_only_a_button_that_is_there_can_be_pressed(
    client: Client, which: dict[str, Any]
) -> None:
    message = (await client.send(7, "Well?", reply_markup=BUTTONS)).result
    body = {"user": 7, "chat": 7, "message_id": message["message_id"], **which}
    reply = await client.request("POST", "/admin/press", json=body)
    assert "it has ['no', 'yes']" in reply.body["error"]


async def test_a_reaction_has_a_name_in_a_group_and_none_in_a_channel(client: Client) -> None:
    for chat in (-5, "@news_of_us"):
        message_id = (await client.send(chat)).result["message_id"]
        for user, emoji in (
            (7, "\N{THUMBS UP SIGN}"),
            (8, "\N{THUMBS UP SIGN}"),
            (8, None),
            (9, "\N{FIRE}"),
            (7, "\N{THUMBS UP SIGN}"),
        ):
            where = {"user": user, "chat": chat, "message_id": message_id}
            await client.post("react", **where, emoji=emoji)
    updates = await told(client)
    named, counted = updates[:4], updates[4:]
    assert [kind for kind, _ in named] == ["message_reaction"] * 4
    assert [content["user"]["id"] for _, content in named] == [7, 8, 8, 9]
    assert named[2][1]["old_reaction"] == [{"type": "emoji", "emoji": "\N{THUMBS UP SIGN}"}]
    assert named[2][1]["new_reaction"] == []
    counts = [[r["total_count"] for r in content["reactions"]] for _, content in counted]
    assert [kind for kind, _ in counted] == ["message_reaction_count"] * 4
    assert counts == [[1], [2], [1], [1, 1]]
    [shown] = (await client.get("history", chat=-5))["messages"]
    assert shown["reactions"] == [
        {"emoji": "\N{THUMBS UP SIGN}", "count": 1},
        {"emoji": "\N{FIRE}", "count": 1},
    ]


async def test_a_chats_list_and_history_show_both_sides(client: Client) -> None:
    for number in range(3):
        await client.post("write", user=7, text=f"question {number}")
        await client.send(7, f"answer {number}")
    newest = await client.get("history", chat=7, limit=2)
    assert [m["text"] for m in newest["messages"]] == ["question 2", "answer 2"]
    assert newest["more"] is True
    oldest = await client.get("history", chat=7, before=newest["messages"][0]["message_id"])
    assert ([m["message_id"] for m in oldest["messages"]], oldest["more"]) == ([1, 2, 3, 4], False)
    [chat] = (await client.get("chats"))["chats"]
    assert (chat["last"], chat["last_at"]) == ("answer 2", newest["messages"][1]["date"])


async def test_a_channels_history_has_views(client: Client) -> None:
    await client.send("@news_of_us")
    [post] = (await client.get("history", chat="@news_of_us"))["messages"]
    [message] = [(await client.send(7)).result]
    [shown] = (await client.get("history", chat=7))["messages"]
    assert post["views"] >= 1
    assert shown == {**message, "views": None}


async def test_changes_tell_which_chats_to_look_at(client: Client) -> None:
    await client.send(5)
    await client.send(6)
    before = await client.get("changes")
    assert before["chats"] == [6, 5]
    waiting = asyncio.create_task(client.get("changes", since=before["last"], wait_s=10))
    await client.post("write", user=5, text="hi")
    change = await waiting
    assert (change["last"], change["chats"]) == (before["last"] + 1, [5])
    await client.post("reset")
    assert await client.get("changes", since=change["last"], wait_s=5) == {
        "last": change["last"] + 1,
        "chats": [],
    }


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("write", {"user": 7}),
        ("write", {"text": "no user"}),
        ("write", {"user": 7, "chat": 8, "text": "his private chat"}),
        ("write", {"user": 7, "text": "x", "reply_to": 99}),
        ("write", {"user": 7, "forward_from": {"chat": 7}}),
        ("press", {"user": 7, "chat": 7, "message_id": 1, "data": "x"}),
        ("react", {"user": 7, "chat": 7, "emoji": "\N{THUMBS UP SIGN}"}),
        ("member", {"user": 7, "chat": 7, "status": "kicked"}),
        ("member", {"user": 7, "chat": -5, "status": "chief"}),
        ("member", {"user": 7, "chat": -5, "status": "administrator", "rights": []}),
    ],
)
async def test_what_nobody_could_do_is_refused(
    client: Client, what: str, body: dict[str, Any]
) -> None:
    reply = await client.request("POST", f"/admin/{what}", json=body)
    assert reply.status == 400
    assert reply.body["error"]
