"""A draft as it is shown: the post as its readers will see it, and below it what can be done."""

from dataclasses import replace

from aiogram.exceptions import TelegramBadRequest
from aiogram.types import CallbackQuery, InlineKeyboardMarkup

from apps.bot.broadcast_draft import as_seen_by, panel_head, takes_fee, unfit
from apps.bot.contents import in_place_of
from apps.bot.drafts import Aim, Draft, is_done, load, save
from apps.bot.keyboards import broadcasts
from apps.bot.keyboards.posts import only_drop, panel
from apps.bot.post_refusals import refusal
from apps.bot.post_states import Posting
from apps.bot.post_words import channels_told, head_told
from apps.bot.previews import reason_of, send_content, take_away
from apps.bot.screen import show, tell
from apps.bot.sent_edits import with_text
from apps.bot.talk import Talk
from apps.bot.texts import Words
from core.channel import Channel
from core.channel_rights import Right
from core.errors import InvalidInput, NotFound
from core.message import Content


async def show_draft(talk: Talk, draft: Draft) -> None:
    """Anew, below everything else. What Telegram would refuse is told, and asked for again."""
    try:
        content = await content_for(talk, draft)
    except InvalidInput:
        return await _refuse(talk, draft, talk.words.format("sent-text-only"))
    if why := await _why_not(talk, draft, content):
        return await _refuse(talk, draft, why)
    try:
        seen = await as_seen_by(talk, content) if draft.aim is Aim.BROADCAST else content
        preview = await send_content(talk.bot, talk.chat_id, seen)
    except TelegramBadRequest as error:
        why = talk.words.format("post-refused-by-telegram", why=reason_of(error))
        return await _refuse(talk, draft, why)
    sent = await talk.say(await panel_told(talk, draft, content), panel_of(draft, talk.words))
    await take_away(talk.bot, talk.chat_id, draft.shown)
    await talk.state.set_state(Posting.ready)
    shown = (*preview, sent.message_id)
    return await save(talk.state, replace(draft, shown=shown, unseen=False))


async def show_panel(talk: Talk, query: CallbackQuery, draft: Draft) -> None:
    """In the place of the button that was pressed; anew with the post, where that was not seen."""
    if draft.unseen:
        await show_draft(talk, draft)
        return
    await talk.state.set_state(Posting.ready)
    await save(talk.state, draft)
    text = await panel_told(talk, draft, await content_for(talk, draft))
    await show(query, text, panel_of(draft, talk.words))


def panel_of(draft: Draft, words: Words) -> InlineKeyboardMarkup:
    if draft.aim is Aim.BROADCAST:
        return broadcasts.panel(draft, words, may_pay=takes_fee(draft))
    return panel(draft, words)


async def pressed_draft(talk: Talk, query: CallbackQuery, draft_id: int) -> Draft | None:
    """The draft of a button. Where it is over that is said, unless it has just been done."""
    draft = await load(talk.state)
    if draft is not None and draft.id == draft_id and draft.parts:
        return draft
    if not await is_done(talk.state, draft_id):
        await tell(query, talk.words.format("stale"), alert=True)
    return None


async def agreed_draft(
    talk: Talk, query: CallbackQuery, draft_id: int, revision: int
) -> Draft | None:
    """The draft, if it is what was shown with the button; else how it is now is shown."""
    draft = await pressed_draft(talk, query, draft_id)
    if draft is None or (draft.revision == revision and not draft.unseen):
        return draft
    await tell(query, talk.words.format("changed-meanwhile"), alert=True)
    await show_panel(talk, query, draft)
    return None


async def panel_told(talk: Talk, draft: Draft, content: Content) -> str:
    lines = [await _aim_told(talk, draft)]
    if draft.buttons and not draft.own_buttons:
        lines.append(talk.words.format("post-takes-no-buttons"))
    if "from_chat_id" in content.params:
        lines.append(talk.words.format("post-kept-here"))
    lines.append(talk.words.format("post-hint"))
    return "\n\n".join(lines)


async def content_for(talk: Talk, draft: Draft) -> Content:
    """Raises InvalidInput where the post that was sent cannot become that."""
    if draft.aim in (Aim.NEW, Aim.BROADCAST):
        return draft.content(talk.chat_id)
    old = (await talk.office.ledger.reading.get(draft.target)).content
    if draft.aim is Aim.QUEUED:
        return in_place_of(old, draft.content(talk.chat_id))
    return with_text(old, draft.parts)


async def chosen(talk: Talk, draft: Draft) -> list[Channel]:
    """Of the channels that it shall go to those where the bot may post, as far as is known."""
    return [each for each in await open_channels(talk) if each.id in draft.channels]


async def open_channels(talk: Talk) -> list[Channel]:
    return [each for each in await talk.office.channels.listed() if may_post(each)]


def may_post(channel: Channel) -> bool:
    """Where nobody has asked yet Telegram will tell."""
    return channel.lacks is None or Right.POST not in channel.lacks


async def _aim_told(talk: Talk, draft: Draft) -> str:
    words = talk.words
    if draft.aim is Aim.BROADCAST:
        return await panel_head(talk, draft)
    if draft.aim is Aim.NEW:
        names = channels_told(await chosen(talk, draft), words)
        return words.format("post-where", names=names) if names else words.format("post-nowhere")
    message = await talk.office.ledger.reading.get(draft.target)
    head = head_told(message.content, words)
    if draft.aim is Aim.SENT:
        return words.format("post-replaces-sent", head=head)
    return words.format("post-replaces", head=head, when=talk.when(message.due_at))


async def _why_not(talk: Talk, draft: Draft, content: Content) -> str:
    if draft.aim is not Aim.BROADCAST:
        return refusal(content, talk.words)
    try:
        return await unfit(talk, draft, content)
    except NotFound:  # the list is gone, which is told below
        return await unfit(talk, replace(draft, whom=None), content)


async def _refuse(talk: Talk, draft: Draft, why: str) -> None:
    await talk.state.set_state(Posting.content)
    await save(talk.state, draft.changed(parts=()))
    await talk.say(why, only_drop(draft, talk.words))
