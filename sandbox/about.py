"""What a bot tells of itself: commands, name and descriptions, menu button; a file's address."""

import re
from collections.abc import Callable
from typing import Any

from sandbox.profile import DEFAULT_SCOPE, Scope
from sandbox.refusals import bad_request
from sandbox.telegram import Call, Telegram

COMMAND = re.compile(r"[a-z0-9_]{1,32}")
COMMANDS = 100
SCOPES = (
    *("default", "all_private_chats", "all_group_chats", "all_chat_administrators"),
    *("chat", "chat_administrators", "chat_member"),
)
LENGTHS = {"name": 64, "description": 512, "short_description": 120}
"""The longest, in characters (Bot API, setMyName, setMyDescription, setMyShortDescription)."""

Answer = Callable[[Telegram, Call], Any]


def set_my_commands(telegram: Telegram, call: Call) -> bool:
    asked = call.arguments.nested("commands", "commands")
    if not isinstance(asked, list):
        raise bad_request("expected an Array of BotCommand")
    if len(asked) > COMMANDS:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    profile = telegram.profiles.of(call.bot_id)
    profile.commands[_place(telegram, call)] = [_command(command) for command in asked]
    return True


def get_my_commands(telegram: Telegram, call: Call) -> list[dict[str, Any]]:
    return telegram.profiles.of(call.bot_id).commands.get(_place(telegram, call), [])


def delete_my_commands(telegram: Telegram, call: Call) -> bool:
    telegram.profiles.of(call.bot_id).commands.pop(_place(telegram, call), None)
    return True


def set_text(name: str) -> Answer:
    """The answer of setMyName and its like."""

    def answer(telegram: Telegram, call: Call) -> bool:
        text, language = call.arguments.text(name), call.arguments.text("language_code")
        if len(text) > LENGTHS[name]:
            raise bad_request(f"{name.replace('_', ' ')} is too long")
        telegram.profiles.of(call.bot_id).texts[name, language] = text
        return True

    return answer


def get_text(name: str) -> Answer:
    def answer(telegram: Telegram, call: Call) -> dict[str, str]:
        usual = telegram.bot(call.bot_id)["first_name"] if name == "name" else ""
        language = call.arguments.text("language_code")
        return {name: telegram.profiles.of(call.bot_id).text(name, language) or usual}

    return answer


def set_chat_menu_button(telegram: Telegram, call: Call) -> bool:
    button = call.arguments.nested("menu_button", "menu button") or {"type": "default"}
    kind = button.get("type") if isinstance(button, dict) else None
    if kind not in ("commands", "web_app", "default"):
        raise bad_request("can't parse MenuButton: MenuButton has unsupported type")
    buttons = telegram.profiles.of(call.bot_id).buttons
    buttons.pop(call.arguments.number("chat_id"), None)
    if kind != "default":
        buttons[call.arguments.number("chat_id")] = button
    return True


def get_chat_menu_button(telegram: Telegram, call: Call) -> dict[str, Any]:
    return telegram.profiles.of(call.bot_id).button(call.arguments.number("chat_id"))


def get_file(telegram: Telegram, call: Call) -> dict[str, Any]:
    facts = telegram.files.facts(call.arguments.text("file_id"))
    if facts is None:
        raise bad_request("wrong file_id or the file is temporarily unavailable")
    return facts


def _command(asked: Any) -> dict[str, Any]:
    if not isinstance(asked, dict) or not isinstance(asked.get("command"), str):
        raise bad_request("can't parse BotCommand: Can't find field \"command\"")
    command, description = asked["command"].removeprefix("/"), asked.get("description")
    if COMMAND.fullmatch(command) is None:
        raise bad_request("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= 256:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": command, "description": description}


def _place(telegram: Telegram, call: Call) -> tuple[Scope, str]:
    """The scope and language that a list of commands is for."""
    scope = call.arguments.nested("scope", "BotCommandScope")
    language = call.arguments.text("language_code")
    if scope is None:
        return DEFAULT_SCOPE, language
    if not isinstance(scope, dict) or scope.get("type") not in SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported scope type")
    kind, user_id = scope["type"], scope.get("user_id", 0)
    chat_id = telegram.chats.resolve(scope.get("chat_id")) if kind in SCOPES[4:] else 0
    return (kind, chat_id, user_id if isinstance(user_id, int) else 0), language
