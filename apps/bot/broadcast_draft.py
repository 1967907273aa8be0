"""A broadcast that is being written: whether all could get it, who does, and how long it takes."""

from apps.bot.broadcast_words import plan_told, whom_told
from apps.bot.drafts import Draft
from apps.bot.post_refusals import refusal
from apps.bot.post_words import head_told
from apps.bot.talk import Talk
from apps.bot.texts import Words
from core.audience import Audience
from core.broadcast import Draft as Planned
from core.broadcast import key_of
from core.broadcast_plan import Plan
from core.errors import InvalidContent, NotFound
from core.message import Content, OnUncertain, Request
from core.paid import paid
from core.personal_content import (
    Misspelt,
    UnfitForSome,
    UnknownField,
    columns_of,
    is_personal,
    personal_fields,
)
from infra import broadcast_trial
from infra.celery.runtime import send_policy
from infra.personal_fit import check_fit


def audience_of(draft: Draft) -> Audience:
    """All subscribers, as long as nobody was chosen."""
    return Audience.from_json(draft.whom or {})


def planned(talk: Talk, draft: Draft) -> Planned:
    """What the ledger is asked to keep. The same draft asks for the same broadcast, however often
    it asks.
    """
    content, settings = _content(talk, draft), talk.office.settings
    request = Request(
        chat_id="",
        content=content,
        due_at=None,
        key=key_of(talk.chat_id, draft.id),
        on_uncertain=OnUncertain.PARK,  # a doubled broadcast is worse than one that misses a few
        max_attempts=send_policy(settings).max_attempts,
    )
    return Planned(
        request,
        audience=audience_of(draft),
        fields=columns_of(personal_fields(content)) if is_personal(content) else None,
        errors_in_a_row=settings.broadcast_errors_in_a_row,
    )


async def as_seen_by(talk: Talk, content: Content) -> Content:
    """As whoever writes it would get it."""
    if not is_personal(content):
        return content
    return await broadcast_trial.as_seen_by(talk.office.audiences, str(talk.chat_id), content)


async def unfit(talk: Talk, draft: Draft, content: Content) -> str:
    """Why not each of its audience could get it; "" where they can. What is asked of a content
    with placeholders looks at all of them. Raises NotFound for a list that is gone.
    """
    if not is_personal(content) and (why := refusal(content, talk.words)):
        return why
    try:
        await check_fit(talk.office.audiences, audience_of(draft), content)
    except InvalidContent as refused:
        return _unfit_told(refused, talk.words)
    return ""


async def plan_of(talk: Talk, draft: Draft) -> Plan:
    """Raises NotFound for a list that is gone."""
    recipients = await talk.office.audiences.count(audience_of(draft))
    content, settings = _content(talk, draft), talk.office.settings
    rates = (settings.telegram_rate, content.paid, settings.telegram_paid_rate)
    return Plan(recipients, content.cost, *rates)


def takes_fee(draft: Draft) -> bool:
    """Whether Telegram takes one for what this is, and so sends it faster."""
    try:
        paid(draft.content(0))
    except InvalidContent:
        return False
    return True


async def panel_head(talk: Talk, draft: Draft) -> str:
    """Who gets it, and how long that takes."""
    words = talk.words
    if draft.whom is None:
        return words.format("broadcast-whom-ask")
    whom = whom_told(audience_of(draft), words)
    try:
        plan = await plan_of(talk, draft)
    except NotFound:
        return words.format("broadcast-no-list")
    takes = plan_told(plan, words, may_pay=takes_fee(draft))
    return words.format("broadcast-plan", whom=whom, n=plan.recipients, takes=takes)


async def agree_told(talk: Talk, draft: Draft, when: str = "") -> str:
    """The question before it is started: at once where `when` is empty."""
    plan, words = await plan_of(talk, draft), talk.words
    content = draft.content(talk.chat_id)
    told: dict[str, str | int] = {
        "head": head_told(content, words),
        "n": plan.recipients,
        "whom": whom_told(audience_of(draft), words),
        "takes": plan_told(plan, words),
    }
    if when:
        return words.format("broadcast-agree-later", when=when, **told)
    return words.format("broadcast-agree", **told)


def _content(talk: Talk, draft: Draft) -> Content:
    """As all get it: for a fee where that was chosen, and Telegram takes one for it."""
    content = draft.content(talk.chat_id)
    return paid(content) if draft.paid and takes_fee(draft) else content


def _unfit_told(refused: InvalidContent, words: Words) -> str:
    if isinstance(refused, UnknownField):
        there = ", ".join(refused.known)
        return words.format("broadcast-unknown-field", field=refused.name, fields=there)
    if isinstance(refused, UnfitForSome):
        why = refusal(refused.shown, words)
        return words.format("broadcast-unfit", which=refused.which, why=why)
    if isinstance(refused, Misspelt):
        return words.format("broadcast-misspelt", written=refused.written)
    return words.format("post-refused", field=refused.field, problem=refused.problem)
