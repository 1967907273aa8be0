"""The buttons below a post: lines of "text - url", several to a row with "|"."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from apps.bot.contents import takes_buttons
from apps.bot.cutting import one_line
from apps.bot.draft_screen import pressed_draft, show_draft
from apps.bot.drafts import Rows, load, save
from apps.bot.filters import May
from apps.bot.keyboards.posts import only_back, writing_buttons
from apps.bot.post_callbacks import DraftButton, DraftStep
from apps.bot.post_states import Posting
from apps.bot.screen import show, tell
from apps.bot.talk import Talk, Talking
from apps.bot.texts import Words
from core.entity_links import checked_link
from core.person import Role
from core.telegram_limits import INLINE_BUTTONS, INLINE_BUTTONS_IN_A_ROW

DASHES = ("-", "–", "—")
SHOWN_UNITS = 60
LINKS = ("http://", "https://", "tg://")


def router() -> Router:
    made = Router(name="post_buttons")
    for observer in (made.message, made.callback_query):
        observer.filter(May(Role.EDITOR))
        observer.middleware(Talking())
    made.callback_query.register(ask, DraftButton.filter(F.step == DraftStep.BUTTONS))
    made.callback_query.register(remove, DraftButton.filter(F.step == DraftStep.BARE))
    made.message.register(take, Posting.buttons, F.text & ~F.text.startswith("/"))
    return made


async def ask(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is None:
        return
    if not takes_buttons(draft.parts, forward=draft.forward):
        await tell(query, talk.words.format("post-takes-no-buttons"), alert=True)
        return
    await talk.state.set_state(Posting.buttons)
    await save(talk.state, draft)
    await show(query, talk.words.format("buttons-ask"), writing_buttons(draft, talk.words))


async def remove(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None:
        await show_draft(talk, draft.changed(buttons=()))


async def take(message: Message, talk: Talk) -> None:
    draft = await load(talk.state)
    if draft is None:
        return
    rows, why = read_buttons(message.text or "", talk.words)
    if why:
        await talk.say(why, only_back(draft, talk.words))
    else:
        await show_draft(talk, draft.changed(buttons=rows))


def read_buttons(text: str, words: Words) -> tuple[Rows, str]:
    """The rows; or none, and why not."""
    rows: Rows = []
    for line in filter(str.strip, text.splitlines()):
        row: list[dict[str, str]] = []
        for each in line.split("|"):
            *name, dash, link = ["", "", *each.split()]
            if not any(name) or dash not in DASHES:
                return [], words.format("buttons-bad", line=one_line(each, SHOWN_UNITS))
            url = _link(link)
            if not url:
                return [], words.format("buttons-bad-link", link=one_line(each, SHOWN_UNITS))
            row.append({"text": " ".join(filter(None, name)), "url": url})
        rows.append(row)
    return _within_limits(rows, words)


def _within_limits(rows: Rows, words: Words) -> tuple[Rows, str]:
    if sum(map(len, rows)) > INLINE_BUTTONS:
        return [], words.format("buttons-too-many", limit=INLINE_BUTTONS)
    if any(len(row) > INLINE_BUTTONS_IN_A_ROW for row in rows):
        return [], words.format("buttons-row-too-long", limit=INLINE_BUTTONS_IN_A_ROW)
    return rows, ""


def _link(text: str) -> str:
    """With https:// where that was left off; "" where Telegram would not take it."""
    url = text if text.lower().startswith(LINKS) else f"https://{text}"
    host_has_dot = "." in url.partition("://")[2].partition("/")[0]
    return url if checked_link(url) and (host_has_dot or url.startswith("tg:")) else ""
