"""The sandbox held against aiogram, whose methods and types are made from Telegram's page."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest
from aiogram import Bot, methods
from aiogram import exceptions as refused
from aiogram.client.default import Default
from aiogram.client.session.aiohttp import AiohttpSession
from aiogram.client.telegram import TelegramAPIServer
from aiogram.methods import TelegramMethod
from aiogram.types import BufferedInputFile, InputMediaPhoto, ReplyParameters
from pydantic import BaseModel, TypeAdapter

from sandbox.client import Client
from sandbox.methods import METHODS
from sandbox.server import Sandbox

CHAT, SOURCE = 42, -1001234567890
URL = "https://example.com/file.bin"
BOLD = [{"type": "bold", "offset": 0, "length": 2}]
KEYBOARD = {
    "inline_keyboard": [
        [
            {"text": "open", "url": "https://example.com/"},
            {"text": "press", "callback_data": "data", "style": "primary"},
            {"text": "copy", "copy_text": {"text": "copied"}},
            {"text": "app", "web_app": {"url": "https://example.com/app"}},
        ],
        [
            {"text": "login", "login_url": {"url": "https://example.com/login"}},
            {"text": "ask", "switch_inline_query": ""},
            {"text": "choose", "switch_inline_query_chosen_chat": {"allow_user_chats": True}},
            {"text": "rest", "disabled": {}},
        ],
    ]
}

REQUIRED: dict[str, Any] = {
    "chat_id": CHAT,
    "from_chat_id": SOURCE,
    "message_id": 1,
    "message_ids": [1, 2],
    "text": "some text",
    "media": [
        {"type": "photo", "media": URL, "caption": "<i>one</i>", "parse_mode": "HTML"},
        {"type": "video", "media": URL, "duration": 5, "has_spoiler": True},
    ],
    **dict.fromkeys(("photo", "video", "document", "animation", "audio", "voice"), URL),
    **dict.fromkeys(("video_note", "sticker"), URL),
    "url": "http://127.0.0.1:9/",
    "callback_query_id": "1",
    "file_id": "AgACAgIAAxk0123456789",
    "commands": [{"command": "start", "description": "begin"}],
    "user_id": 42,
    "action": "typing",
    "latitude": 52.5,
    "longitude": 13.4,
    "title": "title",
    "address": "a street",
    "phone_number": "+49123",
    "first_name": "first",
    "question": "which?",
    "options": [{"text": "this"}, {"text": "that"}],
}
OPTIONAL: dict[str, Any] = {
    "business_connection_id": "connection",
    "message_thread_id": 3,
    "direct_messages_topic_id": 4,
    "parse_mode": "HTML",
    "entities": BOLD,
    "caption": "a <b>caption</b>",
    "caption_entities": BOLD,
    "show_caption_above_media": True,
    "has_spoiler": True,
    "duration": 12,
    "width": 640,
    "height": 480,
    "performer": "performer",
    "thumbnail": URL,
    "cover": URL,
    "start_timestamp": 2,
    "video_start_timestamp": 2,
    "supports_streaming": True,
    "disable_content_type_detection": True,
    "link_preview_options": {"url": "https://example.com/", "show_above_text": True},
    "disable_notification": True,
    "protect_content": True,
    "allow_paid_broadcast": True,
    "remove_caption": True,
    "message_effect_id": "5104841245755180586",
    "suggested_post_parameters": {"price": {"currency": "XTR", "amount": 100}},
    "reply_parameters": {"message_id": 1, "quote": "text"},
    "reply_markup": KEYBOARD,
    "ephemeral_message_parameters": {"receiver_user_id": 42},
    "receiver_user_id": 42,
    "allow_sending_without_reply": True,
    "disable_web_page_preview": False,
    "reply_to_message_id": 1,
    **{"offset": 1, "limit": 5, "timeout": 0, "allowed_updates": ["message", "chat_member"]},
    **{"ip_address": "127.0.0.1", "max_connections": 5, "drop_pending_updates": True},
    **{"secret_token": "secret", "show_alert": True, "cache_time": 5},
    **{"scope": {"type": "chat", "chat_id": CHAT}, "language_code": "de", "name": "name"},
    **{"description": "a description", "short_description": "short"},
    **{"menu_button": {"type": "commands"}, "return_bots": True, "inline_message_id": "inline"},
    **{"reaction": [{"type": "emoji", "emoji": "👍"}], "is_big": True, "length": 240},
    **{"emoji": "🎲", "horizontal_accuracy": 5.0, "live_period": 60, "heading": 90},
    **{"proximity_alert_radius": 9, "last_name": "last", "vcard": "BEGIN:VCARD"},
    **{"foursquare_id": "f", "foursquare_type": "t", "google_place_id": "g"},
    **{"google_place_type": "p", "question_parse_mode": "HTML", "question_entities": BOLD},
    **{"is_anonymous": False, "type": "regular", "allows_multiple_answers": True},
    **dict.fromkeys(("allows_revoting", "shuffle_options", "allow_adding_options"), True),
    **{"hide_results_until_closes": True, "members_only": True, "country_codes": ["DE"]},
    **{"correct_option_ids": [0], "correct_option_id": 0, "explanation": "why"},
    **{"explanation_parse_mode": "HTML", "explanation_entities": BOLD, "open_period": 60},
    **{"close_date": 2_000_000_000, "is_closed": True, "description_parse_mode": "HTML"},
    "description_entities": BOLD,
}
NOTHING = dict.fromkeys(("certificate", "rich_message", "explanation_media"))
UNSENT = {"thumbnail", "certificate", "rich_message", "explanation_media"}
"""aiogram takes them as uploads alone, or they are a world of their own."""

THERE = {"chat_id": SOURCE, "message_id": 1}
PHOTO = {"chat_id": SOURCE, "message_id": 2}
OWN: dict[str, dict[str, Any]] = {
    "editMessageText": THERE,
    "editMessageCaption": PHOTO,
    "editMessageMedia": PHOTO | {"media": {"type": "video", "media": URL, "caption": "new"}},
    "editMessageReplyMarkup": PHOTO,
    "getChatAdministrators": {"chat_id": SOURCE},
    "leaveChat": {"chat_id": SOURCE},
    "sendPoll": {"media": None},
}
"""What a method must be given to find what it is about."""


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(rate=0, chat_rate=0, group_rate=0) as running:
        yield running


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
@pytest.mark.parametrize("full", [False, True], ids=["minimal", "full"])
@pytest.mark.parametrize("way", ["json", "data", "params"])
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
