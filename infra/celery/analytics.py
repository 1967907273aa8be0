"""Channel analytics: facts and views, read page by page, of the channels whose time has come."""

import logging
from collections.abc import Coroutine, Sequence
from datetime import UTC, datetime
from typing import Any

from celery import current_task

from core.channel import NONE, OPEN, Channel, Facts, SeenPost
from core.chat_id import parse_chat_id
from core.errors import InvalidInput, PreviewUnreadable, TelegramRefused
from core.telegram_limits import MESSAGE_ID_MAX
from infra.celery.blocking import in_thread
from infra.celery.celery_app import celery_app
from infra.celery.channel_facts import refresh, take_on
from infra.celery.runtime import Runtime
from infra.db.channels import AHEAD_S, LEASE_S
from infra.db.posts import Noted, Page
from infra.telegram.preview_page import PreviewPage
from infra.telegram.views import NoPreview

log = logging.getLogger(__name__)

PROCESS = "infra.celery.tasks.process_analytics"
FAN_OUT = "apps.bot.tasks.update_post_views"
QUEUE = "analytics"

SLICE = 60
SLICE_S = AHEAD_S
"""A slice takes on what is due within this time, and spreads it over no more than this time. So
no look is published further ahead than twice of it: the broker holds what has a later ETA over.
"""

LATER_S = 1.0
"""Clocks differ. A look that comes just before its moment would be due again in that moment."""

RECENT_S = 600.0
"""Messages of ours that ended within this time make their channel due, if nobody looked since."""

NO_USERNAME = "it has no @username: Telegram shows posts of public channels only"
EMPTY = "its page shows no posts; Telegram shows such a page as well to who asks too often"
NO_CHANNEL = "it is a {}: Telegram shows posts of channels only"


async def process_channel(
    runtime: Runtime, channel_id: int | str, before: int | None = None
) -> dict[str, Any]:
    """Read a channel's facts and one page of its posts' views into samples.

    `channel_id` is the chat ("-100…" or "@name"); one that is not known is added. `before` reads
    older posts than that message, and no facts. Where older posts are due, the next slice is
    published. Returns {chat_id, title, username, members, preview ("open", "none" or, where
    nobody could look, None), reason, posts, new, sampled, gone, continues_before}: `reason` says
    why there are no views, or that the page was empty. What Telegram refuses is told there as
    well, and not raised.
    Raises TelegramUnavailable, PreviewBusy, GovernorUnavailable, LedgerUnavailable.
    """
    chat_id = parse_chat_id(channel_id, "channel_id")
    _check_before(before)
    channel = await runtime.channels.find(chat_id)
    if channel is not None and channel.removed_at is not None:
        return _told(channel, f"removed; `analyticbot channels add {channel.name}` takes it on")
    try:
        if channel is None:
            channel = await take_on(runtime, chat_id)
        elif before is None:
            channel = await refresh(runtime, channel)
    except TelegramRefused as refused:
        return await _refused(runtime, chat_id, channel, refused)
    return await _read_views(runtime, channel, before)


def fan_out(runtime: Runtime, follows: bool = False) -> Coroutine[Any, Any, dict[str, Any]]:
    """Publish a look at each channel whose time comes before the next tick, at its time, spread
    by PREVIEW_RATE.

    A slice of them: for those due later it publishes itself again (`follows`), until the task
    that it runs in would have expired: by then the next tick has begun a chain of its own. Call
    it in the task's own thread. Returns {called: channels that are due because something was
    sent there, published, left: to be looked at before the next tick, continues}.
    """
    return _fan_out(runtime, _expires_in_s(runtime.settings.beat_update_post_views), follows)


async def _fan_out(runtime: Runtime, expires_in_s: float, follows: bool) -> dict[str, Any]:
    rate = runtime.settings.preview_rate
    step_s = min(1 / rate, SLICE_S) if rate else 0.0
    size = max(1, min(SLICE, int(SLICE_S * rate))) if rate else SLICE
    # Once a tick: its slices would find the same.
    called = 0 if follows else await _call_for_recent(runtime)
    due = await runtime.channels.count_due(max(expires_in_s, SLICE_S))
    taken = await runtime.channels.take_due(size, SLICE_S)
    now = await runtime.ledger.database.now()
    published = await in_thread(_publish_looks, taken, now, step_s)
    left = max(0, due - len(taken))
    next_in_s = len(taken) * step_s if len(taken) == size else SLICE_S
    continues = left > 0 and published == len(taken) and next_in_s < expires_in_s
    if continues:
        await in_thread(_publish, FAN_OUT, [True], next_in_s, expires_in_s)
    return {"called": called, "published": published, "left": left, "continues": continues}


async def _call_for_recent(runtime: Runtime) -> int:
    recent_s = max(RECENT_S, 2 * runtime.settings.beat_update_post_views)
    return await runtime.channels.call_for(recent_s)


def _check_before(before: Any) -> None:
    whole = isinstance(before, int) and not isinstance(before, bool)
    if before is not None and not (whole and 0 < before <= MESSAGE_ID_MAX):
        raise InvalidInput("before", f"{before!r} is no message id", f"1 to {MESSAGE_ID_MAX}")


async def _read_views(runtime: Runtime, channel: Channel, before: int | None) -> dict[str, Any]:
    if channel.facts.type != "channel":
        return await _without_views(runtime, channel, NO_CHANNEL.format(channel.facts.type))
    if channel.facts.username is None:
        return await _without_views(runtime, channel, NO_USERNAME)
    asked_at = await runtime.ledger.database.now()
    try:
        page = await runtime.previews.read(channel.facts.username, before)
    except PreviewUnreadable as error:
        log.error("%s", error)  # no trace: the page is at fault
        return await _in_trouble(runtime, channel, str(error))
    if isinstance(page, NoPreview):
        return await _without_views(runtime, channel, page.reason)
    seen = _seen(page)
    ids = [post.message_id for post in page.posts]
    noted = await runtime.channels.posts.note(channel.id, Page(asked_at, seen, ids, before))
    if noted.due_before is not None:
        arguments = [channel.facts.chat_id, noted.due_before]
        await in_thread(_publish, PROCESS, arguments, 0.0, LEASE_S)
    return _told(channel, EMPTY if page.is_empty else "", OPEN, noted)


def _seen(page: PreviewPage) -> list[SeenPost]:
    """The posts that have views: service messages have none, and are no posts."""
    return [
        SeenPost(post.message_id, post.posted_at, post.text_head, post.views)
        for post in page.posts
        if post.views is not None and post.posted_at is not None
    ]


async def _without_views(runtime: Runtime, channel: Channel, reason: str) -> dict[str, Any]:
    await runtime.channels.note_no_preview(channel.id, reason)
    return _told(channel, reason, NONE)


async def _refused(
    runtime: Runtime, chat_id: str, channel: Channel | None, refused: TelegramRefused
) -> dict[str, Any]:
    if refused.reason == "unauthorized":
        raise refused  # the bot is at fault, not the channel
    words = f"{refused.reason}: {refused.description}"
    if channel is None:
        return _told(Facts(chat_id, "", "", None, None), words)
    return await _in_trouble(runtime, channel, words)


async def _in_trouble(runtime: Runtime, channel: Channel, words: str) -> dict[str, Any]:
    await runtime.channels.note_trouble(channel.id, words)
    return _told(channel, words)


def _told(
    channel: Channel | Facts, reason: str, preview: str | None = None, noted: Noted | None = None
) -> dict[str, Any]:
    facts = channel.facts if isinstance(channel, Channel) else channel
    return {
        "chat_id": facts.chat_id,
        "title": facts.title,
        "username": facts.username,
        "members": facts.members,
        "preview": preview,
        "reason": reason,
        "posts": noted.seen if noted else 0,
        "new": noted.new if noted else 0,
        "sampled": noted.sampled if noted else 0,
        "gone": noted.gone if noted else 0,
        "continues_before": noted.due_before if noted else None,
    }


def _publish_looks(channels: Sequence[Channel], now: datetime, step_s: float) -> int:
    """How many the broker took. The others are due again when their lease ends."""
    in_s = 0.0
    for place, channel in enumerate(channels):
        due_in_s = (channel.look_at - now).total_seconds()
        in_s = max(in_s + step_s if place else 0.0, due_in_s + LATER_S if due_in_s > 0 else 0.0)
        expires_s = max(due_in_s, 0.0) + LEASE_S
        if not _publish(PROCESS, [channel.facts.chat_id], in_s, expires_s):
            return place
    return len(channels)


def _publish(task: str, arguments: list[Any], in_s: float, expires_s: float) -> bool:
    try:
        celery_app.send_task(
            task,
            args=arguments,
            queue=QUEUE,
            countdown=in_s or None,
            # When its lease has ended, another is published in its place.
            expires=expires_s,
            retry=False,
        )
    except Exception as error:  # whatever the broker's client raises
        log.warning("%s%s waits for its next turn: %s", task, tuple(arguments), error)
        return False
    return True


def _expires_in_s(otherwise_s: float) -> float:
    """How long from now the present task expires; without a task, `otherwise_s`."""
    expires = current_task.request.expires if current_task else None
    if expires is None:
        return otherwise_s
    if isinstance(expires, str):
        expires = datetime.fromisoformat(expires)
    return float((expires - datetime.now(UTC)).total_seconds())
