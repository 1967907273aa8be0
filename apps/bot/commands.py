"""The commands that Telegram shows in its menu: by role and language."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from aiogram import Bot
from aiogram.types import BotCommand, BotCommandScopeAllPrivateChats, BotCommandScopeChat

from apps.bot.office import Office
from apps.bot.patience import REFUSALS, patiently
from apps.bot.texts import DEFAULT, Words
from core.person import Person, Role

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Command:
    """`text` is the key of its description. For everybody where `role` is None. `of_web`: it is
    there only where the web is.
    """

    name: str
    text: str
    role: Role | None
    of_web: bool = False


COMMANDS = (
    Command("new", "command-new", Role.EDITOR),
    Command("cancel", "command-cancel", Role.VIEWER),
    Command("queue", "command-queue", Role.VIEWER),
    Command("broadcast", "command-broadcast", Role.VIEWER),
    Command("channels", "command-channels", Role.VIEWER),
    Command("stats", "command-stats", Role.VIEWER),
    Command("settings", "command-settings", Role.VIEWER),
    Command("web", "command-web", Role.VIEWER, of_web=True),
    Command("people", "command-people", Role.OWNER),
    Command("health", "command-health", Role.OWNER),
    Command("help", "command-help", None),
    Command("start", "command-start", None),
    Command("stop", "command-stop", None),
)
"""In the order in which they are shown."""


def named(text: str) -> Command | None:
    """The one that a text such as "/stats@name" or "/start CODE" gives."""
    asked = text.lower().partition(" ")[0].partition("@")[0]
    return next((each for each in COMMANDS if asked == f"/{each.name}"), None)


def commands_for(role: Role | None, office: Office) -> list[Command]:
    """What somebody of this role may ask for; None for a stranger."""
    there = office.settings.api_enabled
    return [each for each in COMMANDS if may(role, each) and (there or not each.of_web)]


def may(role: Role | None, command: Command) -> bool:
    return command.role is None or (role is not None and role.may(command.role))


def described(role: Role | None, words: Words, office: Office) -> list[BotCommand]:
    return [
        BotCommand(command=each.name, description=words.format(each.text))
        for each in commands_for(role, office)
    ]


async def publish(bot: Bot, office: Office) -> None:
    """Everybody's menu, as it is when the bot starts. Telegram out of reach is waited for."""
    for language, words in office.texts.all.items():
        code = "" if language == DEFAULT else language
        await _set(bot, described(None, words, office), BotCommandScopeAllPrivateChats(), code)
    for person in await office.people.listed():
        await publish_for(bot, office, person)


async def publish_for(bot: Bot, office: Office, person: Person) -> None:
    """One person's menu: after a change of role or of language."""
    commands = described(person.role, office.words(person), office)
    await _set(bot, commands, BotCommandScopeChat(chat_id=person.user_id), "")


async def withdraw_from(bot: Bot, user_id: int) -> None:
    """Somebody who does not belong here any more sees what strangers see."""
    scope = BotCommandScopeChat(chat_id=user_id)
    await _ask(lambda: bot.delete_my_commands(scope=scope))


async def _set(
    bot: Bot,
    commands: list[BotCommand],
    scope: BotCommandScopeAllPrivateChats | BotCommandScopeChat,
    language: str,
) -> None:
    code = language or None
    await _ask(lambda: bot.set_my_commands(commands, scope=scope, language_code=code))


async def _ask(ask: Callable[[], Awaitable[bool]]) -> None:
    """A menu is worth no more than this: one of whom Telegram knows nothing has none."""
    try:
        await patiently(ask, "setMyCommands")
    except REFUSALS as error:
        log.info("a menu of commands could not be set: %s", error)
