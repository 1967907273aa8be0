"""/web: a link by which one of the bot's people logs in to the web, once."""

import ipaddress
from urllib.parse import urlsplit

from aiogram import F, Router
from aiogram.enums import ChatType
from aiogram.exceptions import TelegramBadRequest
from aiogram.filters import Command
from aiogram.fsm.context import FSMContext
from aiogram.types import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    LinkPreviewOptions,
    Message,
)

from apps.bot.drafts import look_away
from apps.bot.filters import May
from apps.bot.office import Office
from apps.bot.texts import Words
from core.person import Person, Role
from infra.db.login_links import VALID_S

UNSEEN = LinkPreviewOptions(is_disabled=True)
MINUTES = round(VALID_S / 60)


def router() -> Router:
    made = Router(name="web")
    made.message.register(web, Command("web"), F.chat.type == ChatType.PRIVATE, May(Role.VIEWER))
    return made


async def web(
    message: Message, office: Office, words: Words, person: Person, state: FSMContext
) -> None:
    """Whoever has the link is let in: it is told in the private chat alone."""
    await look_away(state)
    if not office.settings.api_enabled:
        await message.answer(words.format("web-off"))
        return
    account = await office.accounts.of_person(person.user_id, person.username)
    if account.disabled_at is not None:
        await message.answer(words.format("web-shut-out"))
        return
    link = f"{office.settings.web_url}/login/{await office.login_links.make(account.id)}"
    if not (takes_button(link) and await _with_button(message, link, words)):
        text = words.format("web-link", link=link, minutes=MINUTES)
        await message.answer(text, link_preview_options=UNSEEN)


def takes_button(link: str) -> bool:
    """Whether Telegram takes it on a button: it refuses hosts that are none on the internet."""
    host = urlsplit(link).hostname or ""
    try:
        return ipaddress.ip_address(host).is_global
    except ValueError:
        return "." in host and not host.endswith((".local", ".localhost", ".internal"))


async def _with_button(message: Message, link: str, words: Words) -> bool:
    """Whether Telegram has taken it after all."""
    button = InlineKeyboardButton(text=words.format("web-button"), url=link)
    buttons = InlineKeyboardMarkup(inline_keyboard=[[button]])
    try:
        text = words.format("web-ready", minutes=MINUTES)
        await message.answer(text, reply_markup=buttons)
    except TelegramBadRequest:
        return False
    return True
