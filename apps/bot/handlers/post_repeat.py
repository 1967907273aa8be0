"""How a post repeats: a rule by a button or in words, then the time of the first."""

from aiogram import F, Router
from aiogram.types import CallbackQuery, Message

from apps.bot.agreements import ask_agreement
from apps.bot.draft_screen import pressed_draft
from apps.bot.drafts import Draft, load, save
from apps.bot.filters import May
from apps.bot.handlers.post_send import targets
from apps.bot.handlers.post_time import show_ways
from apps.bot.keyboards import posts, times
from apps.bot.post_callbacks import DraftButton, DraftStep, Of, RuleButton
from apps.bot.post_states import Posting
from apps.bot.rule_words import rule_told
from apps.bot.screen import show
from apps.bot.talk import Talk, Talking
from core.common_times import common_times
from core.errors import InvalidInput
from core.person import Role
from core.reading import Moment
from core.recurrence_rule import read_rule
from core.recurrence_words import rule_of


def router() -> Router:
    made = Router(name="post_repeat")
    for observer in (made.message, made.callback_query):
        observer.filter(May(Role.EDITOR))
        observer.middleware(Talking())
    made.callback_query.register(ask, DraftButton.filter(F.step == DraftStep.REPEAT))
    made.callback_query.register(chosen_rule, RuleButton.filter())
    made.message.register(read, Posting.rule, F.text & ~F.text.startswith("/"))
    return made


async def ask(query: CallbackQuery, callback_data: DraftButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is not None and await targets(talk, query, draft):
        await show(query, talk.words.format("rule-ask"), posts.rules(draft, talk.words))


async def chosen_rule(query: CallbackQuery, callback_data: RuleButton, talk: Talk) -> None:
    draft = await pressed_draft(talk, query, callback_data.draft)
    if draft is None:
        return
    if callback_data.rule:
        await save(talk.state, draft.changed(rule=str(read_rule(callback_data.rule))))
        await show_ways(talk, query, Of.DRAFT, draft.id)
        return
    await talk.state.set_state(Posting.rule)
    await show(query, talk.words.format("rule-write-ask"), posts.only_back(draft, talk.words))


async def read(message: Message, talk: Talk) -> None:
    draft = await load(talk.state)
    if draft is None:
        return
    try:
        rule = read_rule(rule_of(message.text or ""))
    except InvalidInput:
        text = talk.words.format("rule-unread")
        await talk.say(text, posts.only_back(draft, talk.words))
        return
    changed = draft.changed(rule=str(rule))
    await save(talk.state, changed)
    await talk.state.set_state(Posting.ready)
    tells_time = rule.is_elapsed or "BYHOUR" in rule.by
    await (_ask_agreement(talk, changed) if tells_time else _ask_time(talk, changed))


async def _ask_agreement(talk: Talk, draft: Draft) -> None:
    """A rule that tells the time by itself begins at once."""
    now = Moment(talk.office.now(), talk.zone)
    await ask_agreement(talk, Of.DRAFT, draft.id, now, None)


async def _ask_time(talk: Talk, draft: Draft) -> None:
    words, common = talk.words, common_times(talk.office.now(), talk.zone, talk.person.quiet)
    rule = rule_told(draft.rule, words)
    text = words.format("rule-time-ask", rule=rule, zone=talk.zone.key)
    await talk.say(text, times.ways(Of.DRAFT, draft.id, common, words))
