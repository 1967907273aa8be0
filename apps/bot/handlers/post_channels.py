"""Where a post goes: channels are ticked, as many as one likes."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.bot.draft_screen import may_post, pressed_draft
from apps.bot.drafts import Draft, save
from apps.bot.filters import May
from apps.bot.keyboards import posts
from apps.bot.post_callbacks import ChannelTick, DraftButton, DraftStep
from apps.bot.screen import show
from apps.bot.talk import Talk, Talking
from core.person import Role


def router() -> Router:
    made = Router(name="post_channels")
    made.callback_query.filter(May(Role.EDITOR))
    made.callback_query.middleware(Talking())
    made.callback_query.register(choose, DraftButton.filter(F.step == DraftStep.CHANNELS))
    made.callback_query.register(tick, ChannelTick.filter())
    return made


async def choose(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None:
        await show_channels(talk, query, draft)


async def tick(query: CallbackQuery, callback_data: ChannelTick, talk: Talk) -> None:
    """A second press takes the channel out again."""
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is None:
        return
    if callback_data.channel:
        chosen = set(draft.channels) ^ {callback_data.channel}
        draft = draft.changed(channels=tuple(sorted(chosen)))
        await save(talk.state, draft)
    await show_channels(talk, query, draft, callback_data.page)


async def show_channels(talk: Talk, query: CallbackQuery, draft: Draft, page: int = 0) -> None:
    """Only those in which the bot may post; that there are others is told."""
    listed = await talk.office.channels.listed()
    found = [channel for channel in listed if may_post(channel)]
    text = talk.words.format("channels-choose", hidden=len(listed) - len(found))
    await show(query, text, posts.channels(draft, found, page, talk.words))
