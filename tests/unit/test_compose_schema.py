"""Our tables against aiogram's classes, which are generated from Telegram's own page."""

import aiogram.methods
import aiogram.types
import pytest
from pydantic import BaseModel

from core import bot_methods, entity, preflight_keyboard, preflight_text
from core.bot_methods import METHODS
from core.preflight_values import Fields

TYPES: dict[str, Fields] = {
    "LinkPreviewOptions": bot_methods.LINK_PREVIEW,
    "ReplyParameters": bot_methods.REPLY,
    "InlineKeyboardButton": {**preflight_keyboard.LOOK, **preflight_keyboard.INLINE_ACTIONS},
    "KeyboardButton": {**preflight_keyboard.LOOK, **preflight_keyboard.KEYBOARD_ACTIONS},
    "InlineKeyboardMarkup": preflight_keyboard.KINDS["inline_keyboard"],
    "ReplyKeyboardMarkup": preflight_keyboard.KINDS["keyboard"],
    "ReplyKeyboardRemove": preflight_keyboard.KINDS["remove_keyboard"],
    "ForceReply": preflight_keyboard.KINDS["force_reply"],
    **{f"InputMedia{kind.capitalize()}": f for kind, f in bot_methods.ALBUM_ITEM.items()},
}
UPLOADED = {"thumbnail"}  # cannot wait in a queue
ELSEWHERE = {"ephemeral_message_id"}  # of messages that we do not send


def fields_of(model: type[BaseModel]) -> set[str]:
    return set(model.model_fields)


@pytest.mark.parametrize("name", METHODS)
def test_every_argument_that_we_send_is_one_of_the_method(name: str) -> None:
    model = getattr(aiogram.methods, name[0].upper() + name[1:])
    assert set(METHODS[name].params) <= fields_of(model)


@pytest.mark.parametrize("name", METHODS)
def test_every_argument_that_the_method_requires_is_required(name: str) -> None:
    model = getattr(aiogram.methods, name[0].upper() + name[1:])
    required = {field for field, told in model.model_fields.items() if told.is_required()}
    assert required - {"chat_id"} == set(METHODS[name].required)


@pytest.mark.parametrize("name", TYPES)
def test_every_field_of_an_object_is_known_and_no_other(name: str) -> None:
    known = fields_of(getattr(aiogram.types, name)) - UPLOADED - ELSEWHERE
    assert set(TYPES[name]) == known


def test_every_field_of_an_entity_is_known() -> None:
    ours = set(entity.Entity.__dataclass_fields__) - {"user_id"} | {"user"}
    assert ours == fields_of(aiogram.types.MessageEntity)


def test_every_type_of_an_entity_is_known() -> None:
    assert set(preflight_text.NEEDED) == set(aiogram.enums.MessageEntityType)
