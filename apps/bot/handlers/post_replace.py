"""The new version of a post, once it is agreed to: of one that waits, or of one that was sent."""

from aiogram import F, Router
from aiogram.types import CallbackQuery

from apps.bot.draft_screen import agreed_draft
from apps.bot.drafts import Aim
from apps.bot.filters import May
from apps.bot.handlers.queued_post import replace_queued
from apps.bot.handlers.sent_posts import replace_sent
from apps.bot.post_callbacks import DraftButton, DraftStep
from apps.bot.talk import Talk, Talking
from core.person import Role


def router() -> Router:
    made = Router(name="post_replace")
    made.callback_query.filter(May(Role.EDITOR))
    made.callback_query.middleware(Talking())
    made.callback_query.register(replace, DraftButton.filter(F.step == DraftStep.REPLACE))
    return made


async def replace(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await agreed_draft(talk, query, callback_data.draft, callback_data.revision)
    if draft is not None:
        do = replace_sent if draft.aim is Aim.SENT else replace_queued
        await do(talk, query, draft)
