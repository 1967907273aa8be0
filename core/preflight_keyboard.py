"""reply_markup: the four kinds of it, and their buttons."""

from typing import Any

from core.errors import InvalidContent
from core.preflight_values import (
    Check,
    Fields,
    alternatives,
    filled,
    flag,
    items,
    link,
    nearest,
    one_of,
    record,
    sized,
    text,
    typed,
)
from core.telegram_limits import (
    CALLBACK_DATA_BYTES,
    COPY_TEXT_CHARACTERS,
    INLINE_BUTTONS,
    PLACEHOLDER_CHARACTERS,
)


def on(value: Any, field: str) -> None:
    if value is not True:
        raise InvalidContent(field, "must be true")


def _elsewhere(what: str) -> Check:
    def check(value: Any, field: str) -> None:
        raise InvalidContent(field, f"is for {what} only")

    return check


LOOK: Fields = {
    "text": filled,
    "icon_custom_emoji_id": filled,
    "style": one_of("danger", "success", "primary"),
}
WEB_APP = record({"url": link("https")}, required=("url",))

INLINE_ACTIONS: Fields = {
    "url": link("http", "https", "tg", "ton"),
    "callback_data": sized(CALLBACK_DATA_BYTES, "bytes"),
    "web_app": WEB_APP,
    "login_url": record(
        {
            "url": link("https"),
            "forward_text": text,
            "bot_username": filled,
            "request_write_access": flag,
        },
        required=("url",),
    ),
    "switch_inline_query": text,
    "switch_inline_query_current_chat": text,
    "switch_inline_query_chosen_chat": record(
        {
            "query": text,
            "allow_user_chats": flag,
            "allow_bot_chats": flag,
            "allow_group_chats": flag,
            "allow_channel_chats": flag,
        }
    ),
    "copy_text": record({"text": sized(COPY_TEXT_CHARACTERS)}, required=("text",)),
    "callback_game": _elsewhere("games"),
    "pay": _elsewhere("invoices"),
    "disabled": typed(dict),
}
KEYBOARD_ACTIONS: Fields = {
    "request_users": typed(dict),
    "request_chat": typed(dict),
    "request_managed_bot": typed(dict),
    "request_contact": flag,
    "request_location": flag,
    "request_poll": typed(dict),
    "request_user": typed(dict),
    "web_app": WEB_APP,
}

INLINE_BUTTON = record({**LOOK, **INLINE_ACTIONS}, required=("text",))
KEYBOARD_BUTTON = record({**LOOK, **KEYBOARD_ACTIONS}, required=("text",))


def inline_button(value: Any, field: str) -> None:
    typed(dict)(value, field)
    actions = [name for name in value if name not in LOOK]
    if not actions:
        remedy = "give it one, such as url or callback_data"
        raise InvalidContent(field, "does nothing", remedy)
    INLINE_BUTTON(value, field)
    if len(actions) > 1:
        problem = f"has {len(actions)} actions: {', '.join(actions)}"
        raise InvalidContent(field, problem, "a button does one thing")


def keyboard_button(value: Any, field: str) -> None:
    """A text stands for a button that sends it."""
    if isinstance(value, str):
        return filled(value, field)
    KEYBOARD_BUTTON(value, field)
    actions = [name for name in value if name in KEYBOARD_ACTIONS]
    if len(actions) > 1:
        problem = f"has {len(actions)} actions: {', '.join(actions)}"
        raise InvalidContent(field, problem, "a button does one thing")
    return None


def inline_rows(value: Any, field: str) -> None:
    items(items(inline_button))(value, field)
    count = sum(map(len, value))
    if count > INLINE_BUTTONS:
        raise InvalidContent(field, f"has {count} buttons; Telegram takes {INLINE_BUTTONS}")


def keyboard_rows(value: Any, field: str) -> None:
    items(items(keyboard_button))(value, field)
    if not any(value):
        raise InvalidContent(field, "has no buttons")


PLACEHOLDER = sized(PLACEHOLDER_CHARACTERS)

KINDS: dict[str, Fields] = {
    "inline_keyboard": {"inline_keyboard": inline_rows, "force_reply": flag},
    "keyboard": {
        "keyboard": keyboard_rows,
        "is_persistent": flag,
        "resize_keyboard": flag,
        "one_time_keyboard": flag,
        "input_field_placeholder": PLACEHOLDER,
        "selective": flag,
        "force_reply": flag,
    },
    "remove_keyboard": {"remove_keyboard": on, "selective": flag},
    "force_reply": {
        "force_reply": on,
        "input_field_placeholder": PLACEHOLDER,
        "selective": flag,
    },
}


def reply_markup(value: Any, field: str) -> None:
    typed(dict)(value, field)
    kind = next((name for name in KINDS if name in value), None)
    if kind is None:
        close = next((hint for name in value if (hint := nearest(name, KINDS))), "")
        raise InvalidContent(field, "is no keyboard", close or f"give it {alternatives(KINDS)}")
    record(KINDS[kind])(value, field)
