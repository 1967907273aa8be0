"""From the options of send_message_task to one call of the Bot API."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from core.bot_methods import MEDIA, METHODS
from core.chat_id import bot_api_id, parse_chat_id
from core.entities import PARSERS, Parsed
from core.errors import InvalidContent, InvalidInput
from core.json_values import as_json
from core.message import Content
from core.preflight import OPTION_OF, check
from core.preflight_values import nearest

Names = Mapping[str, str]
Check = Callable[[Content, Names], None]

SELECTS: Mapping[str, str] = {  # the option that makes a message more than a text
    **{kind: f"send{kind.capitalize()}" for kind in MEDIA},
    "media": "sendMediaGroup",
    "copy_message_id": "copyMessage",
    "copy_message_ids": "copyMessages",
}
TEXTS = frozenset({"text", "caption"})  # the message itself, never an option

LEGACY: Mapping[str, tuple[str, str]] = {  # older spellings, and where their value goes now
    "disable_web_page_preview": ("link_preview_options", "is_disabled"),
    "reply_to_message_id": ("reply_parameters", "message_id"),
    "allow_sending_without_reply": ("reply_parameters", "allow_sending_without_reply"),
}

STRUCTURED = frozenset(
    {
        "entities",
        "link_preview_options",
        "reply_parameters",
        "reply_markup",
        "media",
        "copy_message_ids",
    }
)
"""Options that may come as a dict or list, or as Telegram's own JSON text of it."""


def _options_of(method: str) -> dict[str, str]:
    """The options that go with this method, and the argument that each becomes."""
    params = (name for name in METHODS[method].params if name not in TEXTS)
    own = {OPTION_OF.get(name, name): name for name in params}
    if method == "sendMediaGroup":  # these two go to the item that the message becomes part of
        own |= {"parse_mode": "parse_mode", "entities": "caption_entities"}
    return own


FORWARDS = frozenset({"forwardMessage", "forwardMessages"})  # only the bot makes these

OPTIONS: Mapping[str, Mapping[str, str]] = {
    method: _options_of(method) for method in METHODS if method not in FORWARDS
}
KNOWN = frozenset(LEGACY).union(*OPTIONS.values())

ELSEWHERE: Mapping[str, str] = {  # Telegram's arguments that are given in another way
    "text": "give it as message",
    "caption": "give it as message",
    "caption_entities": "give them as entities",
    "thumbnail": "Telegram takes a thumbnail only as an upload",
    "from_chat_id": "give it as copy_from_chat_id",
    "message_id": "to copy a message, give it as copy_message_id",
    "message_ids": "give them as copy_message_ids",
}


def compose(message: str | None, options: Mapping[str, Any], checked: Check = check) -> Content:
    """The content that these options describe, `checked`; or InvalidInput."""
    given = _given(options)
    method = _method(given)
    _refuse_misplaced(given, method)
    params = {
        OPTIONS[method][name]: _canonical(name, value)
        for name, value in _without_legacy(given).items()
        if value != "" or name != "parse_mode"
    }
    content, names = _with_message(method, params, _message(message))
    checked(content, names)
    return content


def _given(options: Mapping[str, Any]) -> dict[str, Any]:
    """What was given, as JSON. None is the same as not given."""
    for name in options:
        if name not in KNOWN:
            problem = "is not an option of send_message_task"
            remedy = ELSEWHERE.get(name) or nearest(str(name), KNOWN)
            raise InvalidInput(str(name), problem, remedy)
    return {
        name: as_json(_decoded(name, value), name)
        for name, value in options.items()
        if value is not None
    }


def _decoded(name: str, value: Any) -> Any:
    if name not in STRUCTURED or not isinstance(value, str):
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError) as error:
        raise InvalidContent(name, f"is not JSON ({error})") from None


def _method(given: Mapping[str, Any]) -> str:
    chosen = [name for name in SELECTS if name in given]
    if len(chosen) > 1:
        problem = f"cannot be combined with {chosen[0]}"
        remedy = "several photos, videos, documents or audios make an album: media=[...]"
        raise InvalidInput(chosen[1], problem, remedy)
    if chosen:
        return SELECTS[chosen[0]]
    return "copyMessage" if "copy_from_chat_id" in given else "sendMessage"


def _refuse_misplaced(given: Iterable[str], method: str) -> None:
    for name in given:
        target = LEGACY.get(name, (name,))[0]
        if target not in OPTIONS[method]:
            remedy = f"it goes with {', '.join(_companions(target))}"
            raise InvalidInput(name, f"does not go with {_companion(method)}", remedy)


def _companions(name: str) -> list[str]:
    return [_companion(method) for method, options in OPTIONS.items() if name in options]


def _companion(method: str) -> str:
    return next((name for name, made in SELECTS.items() if made == method), "a text message")


def _without_legacy(given: Mapping[str, Any]) -> dict[str, Any]:
    """Older spellings become parts of the options that took their place."""
    modern = {name: value for name, value in given.items() if name not in LEGACY}
    for name in LEGACY:
        if name in given:
            target, key = LEGACY[name]
            if target in given:
                raise InvalidInput(name, f"cannot be combined with {target}", "leave one out")
            modern[target] = {**modern.get(target, {}), key: given[name]}
    return modern


def _canonical(name: str, value: Any) -> Any:
    """One spelling for what Telegram reads alike."""
    if name == "parse_mode" and isinstance(value, str):
        return next((mode for mode in PARSERS if mode.lower() == value.lower()), value)
    if name == "copy_from_chat_id":
        return _chat(value, name)
    if name == "reply_parameters" and isinstance(value, dict) and "chat_id" in value:
        return {**value, "chat_id": _chat(value["chat_id"], "reply_parameters.chat_id")}
    return value


def _chat(value: Any, field: str) -> int | str:
    return bot_api_id(parse_chat_id(value, field))


def _message(message: str | None) -> str:
    """The text; "" where there is nothing to be seen in it."""
    if message is None:
        return ""
    if not isinstance(message, str):
        raise InvalidInput("message", f"must be a text, not {type(message).__name__}")
    text: str = as_json(message, "message")
    return "" if Parsed(text).is_blank else text


def _with_message(method: str, params: dict[str, Any], message: str) -> tuple[Content, Names]:
    """The content, and what the caller calls its arguments."""
    if method == "sendMediaGroup":
        return _album(params, message)
    name = next((text for text in TEXTS if text in METHODS[method].params), None)
    if message and name is None:
        raise InvalidInput("message", f"does not go with {_companion(method)}", "leave it out")
    if name and (message or method == "sendMessage"):
        params = {name: message, **params}
    return Content(method, params), {}


def _album(params: dict[str, Any], message: str) -> tuple[Content, Names]:
    """The message becomes the first item's caption."""
    mode, entities = params.pop("parse_mode", None), params.pop("caption_entities", None)
    items = params["media"]
    if entities is not None and not message:
        raise InvalidInput("entities", "has no message to format", "give the message as well")
    if message and isinstance(items, list) and items and isinstance(items[0], dict):
        items = [_first_item(items[0], message, entities), *items[1:]]
    content = Content("sendMediaGroup", {**params, "media": _with_mode(items, mode)})
    return content, IN_FIRST_ITEM if message else {}


IN_FIRST_ITEM: Names = {  # who gave a message knows it by that name
    "media[0].caption": "message",
    "media[0].caption_entities": "entities",
    "media[0].parse_mode": "parse_mode",
}


def _first_item(item: dict[str, Any], message: str, entities: Any) -> dict[str, Any]:
    if item.get("caption"):
        raise InvalidInput("message", "and media[0].caption are both given", "leave one out")
    more = {} if entities is None else {"caption_entities": entities}
    return {**item, "caption": message, **more}


def _with_mode(items: Any, mode: Any) -> Any:
    """parse_mode serves every caption that does not bring its own formatting."""
    if mode is None or not isinstance(items, list):
        return items
    return [{**item, "parse_mode": mode} if _bare_caption(item) else item for item in items]


def _bare_caption(item: Any) -> bool:
    return (
        isinstance(item, dict)
        and "caption" in item
        and "parse_mode" not in item
        and ("caption_entities" not in item)
    )
