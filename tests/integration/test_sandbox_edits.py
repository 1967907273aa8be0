"""What becomes of a message: edited, deleted, pinned; and files, commands, small sends."""

from typing import Any

import aiohttp
import pytest

from sandbox import faults
from sandbox.client import Client
from sandbox.server import Sandbox

URL = "https://example.com/photo.jpg"
KEYBOARD = {"inline_keyboard": [[{"text": "x", "callback_data": "x"}]]}
UNMODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the "
    "same as a current content and reply markup of the message"
)
HOUR_S = 3600


@pytest.fixture
def sandbox(sandbox_of_one_bot: Sandbox) -> Sandbox:
    return sandbox_of_one_bot


async def history(client: Client, chat: int = 5) -> list[dict[str, Any]]:
    messages: list[dict[str, Any]] = (await client.get("history", chat=chat))["messages"]
    return messages


async def test_an_edit_replaces_text_entities_and_keyboard(client: Client) -> None:
    sent = (await client.send(5, "<b>old</b>", parse_mode="HTML", reply_markup=KEYBOARD)).result
    this = {"chat_id": 5, "message_id": sent["message_id"]}
    edited = (await client.call("editMessageText", **this, text="new")).result
    kept = {name: sent[name] for name in ("message_id", "from", "chat", "date")}
    assert edited == {**kept, "text": "new", "edit_date": edited["edit_date"]}
    assert await history(client) == [{**edited, "views": None}]
    [receipt] = (await client.get("receipts"))["receipts"]
    assert (receipt["text"], receipt["message"]) == ("old", sent)
    assert (await client.get("stats"))["accepted"] == 1


async def test_an_edit_that_changes_nothing_is_refused(client: Client) -> None:
    message = await client.send(5, "<b>same</b>", parse_mode="HTML", reply_markup=KEYBOARD)
    this = {"chat_id": 5, "message_id": message.result["message_id"], "reply_markup": KEYBOARD}
    text = {"text": "<b>same</b>", "parse_mode": "HTML"}
    for reply in (
        await client.call("editMessageText", **this, **text),
        await client.call("editMessageReplyMarkup", **this),
    ):
        assert (reply.status, reply.description) == (400, f"Bad Request: {UNMODIFIED}")
    del this["reply_markup"]
    assert (await client.call("editMessageText", **this, **text)).status == 200


async def test_captions_and_media_are_edited(client: Client) -> None:
    sent = (await client.call("sendPhoto", chat_id=5, photo=URL, caption="old")).result
    this = {"chat_id": 5, "message_id": sent["message_id"]}
    edited = (await client.call("editMessageCaption", **this, caption="new")).result
    assert (edited["caption"], edited["photo"]) == ("new", sent["photo"])
    video = {"type": "video", "media": URL, "caption": "moving"}
    edited = (await client.call("editMessageMedia", **this, media=video)).result
    assert ("photo" in edited, edited["caption"]) == (False, "moving")
    assert edited["video"]["mime_type"] == "video/mp4"


async def test_a_copy_has_the_edited_content(client: Client) -> None:
    message_id = (await client.send(5, "old")).result["message_id"]
    await client.call("editMessageText", chat_id=5, message_id=message_id, text="new")
    source = {"from_chat_id": 5, "message_id": message_id}
    assert (await client.call("forwardMessage", chat_id=6, **source)).result["text"] == "new"


@pytest.mark.parametrize(
    ("method", "arguments", "told"),
    [
        ("editMessageText", {"message_id": 99, "text": "x"}, "message to edit not found"),
        ("editMessageText", {"message_id": 1}, "message text is empty"),
        (
            "editMessageText",
            {"message_id": 2, "text": "x"},
            "there is no text in the message to edit",
        ),
        ("editMessageText", {"message_id": 3, "text": "x"}, "message can't be edited"),
        ("editMessageText", {"message_id": 4, "text": "x"}, "message can't be edited"),
        (
            "editMessageCaption",
            {"message_id": 1, "caption": "x"},
            "there is no caption in the message to edit",
        ),
        (
            "editMessageReplyMarkup",
            {"message_id": 1, "reply_markup": {"keyboard": []}},
            "inline keyboard expected",
        ),
        ("deleteMessage", {"message_id": 99}, "message to delete not found"),
        ("deleteMessages", {"message_ids": []}, "message identifiers are not specified"),
        ("pinChatMessage", {"message_id": 99}, "message to pin not found"),
        ("unpinChatMessage", {"message_id": 99}, "message to unpin not found"),
        ("setMessageReaction", {"message_id": 99}, "message to react not found"),
        ("setMessageReaction", {"message_id": 1, "reaction": [{}]}, "REACTION_INVALID"),
        ("sendChatAction", {"action": "sleep"}, "wrong parameter action in request"),
        ("getChatMember", {}, "invalid user_id specified"),
        (
            "getChatAdministrators",
            {},
            "there are no administrators in the private chat",
        ),
        ("sendPoll", {"question": "?", "options": []}, "poll must have from 1 to 12 options"),
        ("sendLocation", {"latitude": 91, "longitude": 0}, "wrong location specified"),
        ("sendDice", {"emoji": "x"}, "can't send a dice with the specified emoji"),
        ("getFile", {"file_id": "x"}, "wrong file_id or the file is temporarily unavailable"),
        ("setMyCommands", {"commands": [{"command": "No!"}]}, "BOT_COMMAND_INVALID"),
    ],
)
async def test_what_cannot_be_done_is_told_in_telegrams_words(
    client: Client, method: str, arguments: dict[str, Any], told: str
) -> None:
    await client.send(5, "a text")
    await client.call("sendPhoto", chat_id=5, photo=URL)
    await client.post("write", user=5, text="a user's")
    await client.call("forwardMessage", chat_id=5, from_chat_id=5, message_id=1)
    reply = await client.call(method, chat_id=5, **arguments)
    assert (reply.status, reply.description) == (400, f"Bad Request: {told}")


@pytest.mark.parametrize(("age_h", "status"), [(47, 200), (49, 400)])
async def test_a_message_can_be_deleted_for_48_hours(
    sandbox: Sandbox, client: Client, age_h: int, status: int
) -> None:
    for _ in range(3):
        await client.send(5)
    began = sandbox.telegram.now()
    sandbox.telegram.now = lambda: began + age_h * HOUR_S
    one = await client.call("deleteMessage", chat_id=5, message_id=1)
    many = await client.call("deleteMessages", chat_id=5, message_ids=[2, 3, 77])
    assert (one.status, many.status) == (status, status)
    if status == 400:
        assert one.description == "Bad Request: message can't be deleted for everyone"
    assert len(await history(client)) == (0 if status == 200 else 3)


async def test_a_users_old_message_may_be_declared(sandbox: Sandbox, client: Client) -> None:
    date = sandbox.telegram.now() - 50 * HOUR_S
    old = await client.post("write", user=5, text="old", date=date)
    assert old["date"] == int(date)
    reply = await client.call("deleteMessage", chat_id=5, message_id=old["message_id"])
    assert reply.status == 400


async def test_a_deleted_message_is_nowhere(client: Client) -> None:
    message_id = (await client.send(5)).result["message_id"]
    this = {"chat_id": 5, "message_id": message_id}
    await client.call("pinChatMessage", **this)
    assert (await client.call("deleteMessage", **this)).result is True
    assert (await client.call("deleteMessage", **this)).status == 400
    assert (await client.call("editMessageText", **this, text="x")).status == 400
    assert "pinned_message" not in (await client.call("getChat", chat_id=5)).result


async def test_the_newest_pin_is_shown(client: Client) -> None:
    for text in ("one", "two", "three"):
        await client.send(5, text)
    for message_id in (1, 3, 2):
        await client.call("pinChatMessage", chat_id=5, message_id=message_id)

    async def pinned() -> str:
        chat = (await client.call("getChat", chat_id=5)).result
        return str(chat.get("pinned_message", {}).get("text", ""))

    assert await pinned() == "two"
    assert [m["pinned"] for m in (await history(client))[:3]] == [True] * 3
    await client.call("unpinChatMessage", chat_id=5)
    assert await pinned() == "three"
    await client.call("unpinChatMessage", chat_id=5, message_id=3)
    assert await pinned() == "one"
    await client.call("unpinAllChatMessages", chat_id=5)
    assert await pinned() == ""


@pytest.mark.parametrize("method", ["editMessageText", "deleteMessage", "pinChatMessage"])
async def test_faults_strike_edits_as_well(client: Client, method: str) -> None:
    await client.send(5)
    call = {"chat_id": 5, "message_id": 1, "text": "new"}
    await client.post("faults", kind="cut_after", method=method, count=1)
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await client.call(method, **call)
    await client.post("faults", kind="blocked", chat=5, count=1)
    if method != "deleteMessage":
        assert (await client.call(method, **call)).status == 403
    await client.post("faults", kind="flood", chat=faults.HELD_CHAT, method=method)
    assert (await client.call(method, **{**call, "chat_id": faults.HELD_CHAT})).status == 429


async def test_an_upload_can_be_downloaded(client: Client) -> None:
    form = aiohttp.FormData({"chat_id": "5"})
    form.add_field("photo", b"\x00\xffbytes", filename="a.jpg")
    sent = (await client.request("POST", "/bot1:sandbox/sendPhoto", data=form)).result
    for size in sent["photo"]:
        file = (await client.call("getFile", file_id=size["file_id"])).result
        assert file["file_unique_id"] == size["file_unique_id"]
        assert file["file_size"] == 7
    assert await downloaded(client, "1:sandbox", file["file_path"]) == (200, b"\x00\xffbytes")
    assert (await downloaded(client, "1:wrong", file["file_path"]))[0] == 404
    assert (await downloaded(client, "1:sandbox", "../etc/passwd"))[0] == 404


async def test_a_users_file_can_be_downloaded_too(client: Client) -> None:
    photo = (await client.post("write", user=5, photo="cat"))["photo"][-1]
    file = (await client.call("getFile", file_id=photo["file_id"])).result
    status, content = await downloaded(client, "1:sandbox", file["file_path"])
    assert (status, len(content)) == (200, file["file_size"])


async def downloaded(client: Client, token: str, path: str) -> tuple[int, bytes]:
    url = f"{client.url}/file/bot{token}/{path}"
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        return response.status, await response.read()


async def test_commands_are_kept_for_each_scope_and_language(client: Client) -> None:
    scope = {"type": "chat", "chat_id": 5}
    start = [{"command": "start", "description": "Begin"}]
    await client.call("setMyCommands", commands=start, scope=scope, language_code="de")
    here = {"scope": scope, "language_code": "de"}
    assert (await client.call("getMyCommands", **here)).result == start
    for elsewhere in ({}, {"language_code": "de"}, {"scope": scope}):
        assert (await client.call("getMyCommands", **elsewhere)).result == []
    await client.call("deleteMyCommands", **here)
    assert (await client.call("getMyCommands", **here)).result == []


async def test_a_bot_tells_what_it_is(client: Client) -> None:
    await client.call("setMyDescription", description="What it does")
    told = await client.call("getMyDescription", language_code="de")
    assert told.result == {"description": "What it does"}
    button = {"type": "web_app", "text": "Open", "web_app": {"url": "https://example.com/"}}
    await client.call("setChatMenuButton", chat_id=5, menu_button=button)
    assert (await client.call("getChatMenuButton", chat_id=5)).result == button
    assert (await client.call("getChatMenuButton")).result == {"type": "commands"}


async def test_the_bots_own_reaction_is_seen(client: Client) -> None:
    await client.send(5)
    this = {"chat_id": 5, "message_id": 1}
    await client.call(
        "setMessageReaction", **this, reaction=[{"type": "emoji", "emoji": "\N{THUMBS UP SIGN}"}]
    )
    assert (await history(client))[0]["reactions"] == [{"emoji": "\N{THUMBS UP SIGN}", "count": 1}]
    await client.call("setMessageReaction", **this)
    assert "reactions" not in (await history(client))[0]
