"""reply_markup: checked as Telegram does it; an inline keyboard comes back in the message."""

from collections.abc import Callable, Mapping
from typing import Any

from core.entity_links import checked_link
from core.telegram_limits import CALLBACK_DATA_BYTES, COPY_TEXT_CHARACTERS, INLINE_BUTTONS
from sandbox.arguments import Arguments
from sandbox.refusals import Refusal, bad_request

LOOKS = ("text", "style", "icon_custom_emoji_id")
QUERIES = ("switch_inline_query", "switch_inline_query_current_chat")
OTHER_KEYBOARDS = ("keyboard", "remove_keyboard", "force_reply")


def reply_markup_of(arguments: Arguments) -> dict[str, Any]:
    """The message's `reply_markup`, or nothing: only inline keyboards stay with a message."""
    markup = arguments.nested("reply_markup", "reply keyboard markup")
    if markup is None:
        return {}
    if not isinstance(markup, dict):
        raise bad_request("object expected as reply markup")
    if "inline_keyboard" in markup:
        rows = _rows(markup["inline_keyboard"], "inline_keyboard", "inline keyboard", _inline)
        return {"reply_markup": {"inline_keyboard": rows}} if rows else {}
    if "keyboard" in markup:
        _rows(markup["keyboard"], "keyboard", "keyboard", _plain)
    return {}


def inline_keyboard_of(arguments: Arguments) -> dict[str, Any]:
    """The `reply_markup` of an edited message, or nothing: others do not belong there."""
    markup = arguments.nested("reply_markup", "reply keyboard markup")
    if isinstance(markup, dict) and any(name in markup for name in OTHER_KEYBOARDS):
        raise bad_request("inline keyboard expected")
    return reply_markup_of(arguments)


def _rows(
    rows: Any, field: str, told: str, read: Callable[[Any], dict[str, Any]]
) -> list[list[dict[str, Any]]]:
    if not isinstance(rows, list):
        raise bad_request(f'field "{field}" of the ReplyMarkup must be an Array of Arrays')
    if not all(isinstance(row, list) for row in rows):
        raise bad_request(f'field "{field}" of the ReplyMarkup must be an Array of Arrays')
    buttons = [[read(button) for button in row] for row in rows if row]
    if sum(map(len, buttons)) > INLINE_BUTTONS:
        raise bad_request("REPLY_MARKUP_TOO_LONG")
    return buttons


def _plain(button: Any) -> dict[str, Any]:
    """A button of a reply keyboard, which may be a bare string."""
    if isinstance(button, str):
        return {"text": button}
    if not isinstance(button, dict):
        raise bad_request("can't parse keyboard button: KeyboardButton must be an Object")
    return {"text": _text(button, "text", "keyboard button")}


def _inline(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise _malformed("InlineKeyboardButton must be an Object")
    text = _text(button, "text", "inline keyboard button")
    action = next((name for name in ACTIONS if button.get(name) not in (None, "")), "")
    action = action or next((name for name in QUERIES if button.get(name) == ""), "")
    if not action:
        raise _malformed("Text buttons are unallowed in the inline keyboard")
    if not text:
        raise bad_request("BUTTON_TEXT_EMPTY")
    looks = {name: button[name] for name in LOOKS if isinstance(button.get(name), str)}
    return {**looks, action: ACTIONS[action](button, action)}


def _url(button: dict[str, Any], name: str) -> str:
    url = _text(button, name, "inline keyboard button")
    checked = checked_link(url)
    if not checked:
        raise bad_request(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked


def _callback_data(button: dict[str, Any], name: str) -> str:
    data = _text(button, name, "inline keyboard button")
    if len(data.encode()) not in CALLBACK_DATA_BYTES:
        raise bad_request("BUTTON_DATA_INVALID")
    return data


def _copy_text(button: dict[str, Any], name: str) -> dict[str, Any]:
    text = _text(_object(button, name), "text", "inline keyboard button")
    if len(text) not in COPY_TEXT_CHARACTERS:
        raise bad_request("BUTTON_COPY_TEXT_INVALID")
    return {"text": text}


def _web_app(button: dict[str, Any], name: str) -> dict[str, Any]:
    url = _url(_object(button, name), "url")
    if not url.startswith("https://"):
        raise bad_request(
            f"inline keyboard button Web App URL '{url}' is invalid: Only HTTPS links are allowed"
        )
    return {"url": url}


def _login(button: dict[str, Any], name: str) -> dict[str, Any]:
    return {"url": _url(_object(button, name), "url")}


def _query(button: dict[str, Any], name: str) -> str:
    return _text(button, name, "inline keyboard button")


def _chosen_chat(button: dict[str, Any], name: str) -> dict[str, Any]:
    flags = ("user", "bot", "group", "channel")
    allowed = {f"allow_{flag}_chats" for flag in flags}
    chosen = _object(button, name)
    return {key: chosen[key] for key in chosen if key == "query" or key in allowed}


def _disabled(button: dict[str, Any], name: str) -> dict[str, Any]:
    _object(button, name)
    return {}


def _unfit(button: dict[str, Any], name: str) -> Any:
    """Buttons that belong to games and invoices alone."""
    raise bad_request("BUTTON_TYPE_INVALID")


ACTIONS: Mapping[str, Callable[[dict[str, Any], str], Any]] = {
    "url": _url,
    "callback_data": _callback_data,
    "copy_text": _copy_text,
    "web_app": _web_app,
    "login_url": _login,
    "switch_inline_query": _query,
    "switch_inline_query_current_chat": _query,
    "switch_inline_query_chosen_chat": _chosen_chat,
    "disabled": _disabled,
    "callback_game": _unfit,
    "pay": _unfit,
}


def _text(button: dict[str, Any], name: str, told: str) -> str:
    if name not in button:
        raise bad_request(f"can't parse {told}: Can't find field \"{name}\"")
    if not isinstance(button[name], str):
        raise bad_request(f'can\'t parse {told}: Field "{name}" must be of type String')
    text: str = button[name]
    return text


def _object(button: dict[str, Any], name: str) -> dict[str, Any]:
    if not isinstance(button[name], dict):
        raise _malformed(f'Field "{name}" must be of type Object')
    value: dict[str, Any] = button[name]
    return value


def _malformed(problem: str) -> Refusal:
    return bad_request(f"can't parse inline keyboard button: {problem}")
