"""The sandbox held against aiogram, whose methods and types are made from Telegram's page."""

import asyncio
import json
from collections import deque
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiogram import Bot, Dispatcher, F, methods
from aiogram import exceptions as refused
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.filters import CommandObject, CommandStart
from aiogram.methods import SendMessage, TelegramMethod
from aiogram.types import (
    BufferedInputFile,
    CallbackQuery,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaPhoto,
    Message,
    ReplyParameters,
    Update,
)
from aiogram.webhook.aiohttp_server import SimpleRequestHandler
from aiohttp import web
from aiohttp.test_utils import TestServer
from pydantic import BaseModel, TypeAdapter

from sandbox.client import Client
from sandbox.methods import METHODS
from sandbox.server import Sandbox
from sandbox.updates import KINDS, NAMES
from tests.integration.bot_api_arguments import (
    CHAT,
    KEYBOARD,
    NOTHING,
    OPTIONAL,
    OWN,
    REQUIRED,
    SOURCE,
    UNSENT,
    URL,
)


@pytest.fixture
async def client(sandbox: Sandbox) -> AsyncIterator[Client]:
    """With messages there to copy and to reply to."""
    async with Client(sandbox.url) as connected:
        await connected.send(SOURCE, "first", reply_markup=KEYBOARD)
        pressed = {"inline_keyboard": [[{"text": "press", "callback_data": "data"}]]}
        await connected.call(
            "sendPhoto", chat_id=SOURCE, photo=URL, caption="second", reply_markup=pressed
        )
        await connected.send(CHAT, "mine")
        await connected.post("press", user=CHAT, chat=SOURCE, message_id=2, data="data")
        yield connected


@pytest.fixture
async def bot(sandbox: Sandbox) -> AsyncIterator[Bot]:
    session = AiohttpSession(api=TelegramAPIServer.from_base(sandbox.url))
    async with Bot("1:sandbox", session=session) as running:
        yield running


def method_class(name: str) -> type[TelegramMethod[Any]]:
    found: type[TelegramMethod[Any]] = getattr(methods, name[0].upper() + name[1:])
    return found


def arguments_of(name: str, *, full: bool) -> dict[str, Any]:
    """aiogram's method as it goes over the wire: the fields that it must have, or all."""
    fields = method_class(name).model_fields
    values = {field: REQUIRED[field] for field, info in fields.items() if info.is_required()}
    if full:
        values |= {field: (REQUIRED | OPTIONAL | NOTHING)[field] for field in fields}
    values |= OWN.get(name, {})
    text = {field: value for field, value in values.items() if field not in UNSENT}
    built = method_class(name).model_validate(text).model_dump(exclude_none=True, warnings=False)
    sent = {field: value for field, value in built.items() if not isinstance(value, Default)}
    plain: dict[str, Any] = _plain(sent)
    return {**plain, **({"thumbnail": URL} if "thumbnail" in values else {})}


def _plain(value: Any) -> Any:
    """JSON values alone, without aiogram's marks for a bot's defaults."""
    if isinstance(value, dict):
        return {k: _plain(v) for k, v in value.items() if not isinstance(v, Default)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return getattr(value, "value", value)


def form_of(arguments: dict[str, Any]) -> dict[str, str]:
    return {k: v if isinstance(v, str) else json.dumps(v) for k, v in arguments.items()}


def unknown_fields(value: Any) -> Iterator[str]:
    """What the sandbox told and aiogram's types have no name for."""
    if isinstance(value, list):
        for item in value:
            yield from unknown_fields(item)
    if isinstance(value, BaseModel):
        yield from (f"{type(value).__name__}.{name}" for name in value.model_extra or {})
        for field in value.model_fields_set:
            yield from unknown_fields(getattr(value, field))


@pytest.mark.parametrize("name", sorted(method.name for method in METHODS.values()))
@pytest.mark.parametrize(
    ("full", "way"),
    [(False, "json"), (True, "json"), (True, "data"), (True, "params")],
    ids=["minimal", "full", "full form", "full query"],
)
async def test_every_method_takes_and_tells_what_aiogram_knows(
    client: Client, name: str, full: bool, way: str
) -> None:
    arguments = arguments_of(name, full=full)
    options: dict[str, Any] = {way: arguments if way == "json" else form_of(arguments)}
    reply = await client.request("POST", f"/bot1:token/{name}", **options)
    assert reply.status == 200, reply.text
    result = TypeAdapter(method_class(name).__returning__).validate_python(reply.result)
    assert list(unknown_fields(result)) == []


async def test_options_show_in_the_message(client: Client) -> None:
    reply = await client.call("sendMessage", **arguments_of("sendMessage", full=True))
    message = reply.result
    assert message["reply_markup"] == KEYBOARD
    assert message["reply_to_message"]["text"] == "mine"
    assert message["link_preview_options"]["show_above_text"] is True
    assert message["has_protected_content"] is True


async def test_aiograms_bot_can_send_to_it(bot: Bot) -> None:
    assert (await bot.get_me()).id == 1
    message = await bot.send_message(CHAT, "<b>hello</b>", parse_mode="HTML")
    assert message.html_text == "<b>hello</b>"
    upload = BufferedInputFile(b"bytes", "photo.jpg")
    photo = await bot.send_photo(
        CHAT, upload, caption="x", reply_parameters=ReplyParameters(message_id=message.message_id)
    )
    assert photo.photo is not None
    again = await bot.send_photo(CHAT, photo.photo[-1].file_id)
    assert again.photo is not None
    assert again.photo[-1].file_id == photo.photo[-1].file_id


async def test_aiograms_bot_can_send_an_album_of_uploads(bot: Bot) -> None:
    media: list[Any] = [
        InputMediaPhoto(media=BufferedInputFile(b"bytes", f"{n}.jpg")) for n in range(3)
    ]
    messages = await bot.send_media_group(CHAT, media)
    assert len({message.media_group_id for message in messages}) == 1
    copies = await bot.copy_messages(7, CHAT, [message.message_id for message in messages])
    assert [copy.message_id for copy in copies] == [1, 2, 3]


async def updates_of_every_kind(client: Client) -> None:
    """A user of a private chat, then people in a group, then a channel."""
    await client.post("users", user=7, first_name="Ada", username="ada_l", language_code="de")
    written = await client.post("write", user=7, text="/start CODE at https://example.com/")
    await client.post("edit", user=7, chat=7, message_id=written["message_id"], text="#other")
    await client.post("write", user=7, photo="cat", caption="see", reply_to=written["message_id"])
    await client.post("member", user=1, chat=7, status="kicked")
    await client.post("write", user=7, forward_from={"chat": SOURCE, "message_id": 1})
    for status in ("creator", "restricted", "kicked", "left"):
        await client.post("member", user=8, chat=-5, status=status)
    group = await client.post("write", user=8, chat=-5, text="hello all")
    await client.post(
        "react", user=8, chat=-5, message_id=group["message_id"], emoji="\N{THUMBS UP SIGN}"
    )
    await client.post("chats", chat="@news_of_us", title="News")
    await client.post("member", user=1, chat="@news_of_us", status="administrator")
    post = await client.post("write", user=8, chat="@news_of_us", video="clip")
    where = {"user": 8, "chat": "@news_of_us", "message_id": post["message_id"]}
    await client.post("edit", **where, text="a caption")
    await client.post("react", **where, emoji="\N{THUMBS UP SIGN}")


async def test_updates_of_every_kind_are_what_aiogram_knows(client: Client) -> None:
    await client.call("getUpdates", allowed_updates=sorted(KINDS))
    await updates_of_every_kind(client)
    told = (await client.call("getUpdates")).result
    updates = TypeAdapter(list[Update]).validate_python(told)
    assert list(unknown_fields(updates)) == []
    assert {update.event_type for update in updates} == KINDS
    assert set(Update.model_fields) == NAMES | {"update_id"}
    numbers = [update.update_id for update in updates]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


async def test_aiograms_dispatcher_polls_and_answers_a_press(
    sandbox: Sandbox, client: Client, bot: Bot
) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message(CommandStart(deep_link=True))
    async def started(message: Message, command: CommandObject) -> None:
        button = InlineKeyboardButton(text="Count", callback_data="count:1")
        markup = InlineKeyboardMarkup(inline_keyboard=[[button]])
        await message.answer(f"Welcome, {command.args}", reply_markup=markup)

    @dispatcher.callback_query(F.data.startswith("count:"))
    async def counted(query: CallbackQuery) -> None:
        assert isinstance(query.message, Message)
        await query.message.edit_text(f"Pressed {query.data}")
        await query.answer("counted", show_alert=True)

    polling = asyncio.create_task(dispatcher.start_polling(bot, handle_signals=False))
    since = (await client.get("receipts"))["last"]
    await client.post("write", user=7, text="/start CODE", bot=1)
    [welcome] = (await client.get("receipts", since=since, wait_s=10))["receipts"]
    where = {"user": 7, "chat": 7, "message_id": welcome["message_id"]}
    press = await client.post("press", **where, row=0, column=0, wait_s=10)
    history = (await client.get("history", chat=7))["messages"]
    await dispatcher.stop_polling()
    await polling
    assert welcome["text"] == "Welcome, CODE"
    assert press["answer"] == {"text": "counted", "show_alert": True, "url": ""}
    assert history[-1]["text"] == "Pressed count:1"
    assert sandbox.telegram.mailboxes.of(1).pending == deque()


async def test_aiogram_may_answer_a_webhook_with_a_method(client: Client, bot: Bot) -> None:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> SendMessage:
        return SendMessage(chat_id=message.chat.id, text=f"You said {message.text}")

    application = web.Application()
    handler = SimpleRequestHandler(
        dispatcher, bot, handle_in_background=False, secret_token="secret"
    )
    handler.register(application, "/hook")
    async with TestServer(application) as server:
        url = str(server.make_url("/hook"))
        await bot.set_webhook(url, secret_token="secret", drop_pending_updates=True)
        since = (await client.get("receipts"))["last"]
        await client.post("write", user=7, text="hello", bot=1)
        [echoed] = (await client.get("receipts", since=since, wait_s=10))["receipts"]
        assert (await bot.get_webhook_info()).url == url
    assert (echoed["text"], echoed["chat_id"]) == ("You said hello", 7)


FAULTS: list[tuple[str, dict[str, Any], type[Exception]]] = [
    ("flood", {"retry_after": 7}, refused.TelegramRetryAfter),
    ("blocked", {}, refused.TelegramForbiddenError),
    ("migrated", {"to": -1009}, refused.TelegramMigrateToChat),
    ("error", {}, refused.TelegramServerError),
    ("error", {"html": True}, refused.ClientDecodeError),
    ("no_rights", {}, refused.TelegramBadRequest),
    ("bad_token", {}, refused.TelegramUnauthorizedError),
    ("cut_before", {}, refused.TelegramNetworkError),
    ("cut_after", {}, refused.TelegramNetworkError),
]


async def test_aiogram_raises_its_own_error_for_each_fault(sandbox: Sandbox, bot: Bot) -> None:
    for chat_id, (kind, details, error) in enumerate(FAULTS, start=1):
        sandbox.telegram.faults.add(kind, -chat_id, **details)
        with pytest.raises(error) as caught:
            await bot.send_message(-chat_id, "text")
        if isinstance(caught.value, refused.TelegramRetryAfter):
            assert caught.value.retry_after == 7
        if isinstance(caught.value, refused.TelegramMigrateToChat):
            assert caught.value.migrate_to_chat_id == -1009
