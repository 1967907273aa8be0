"""What can be done with channels: add, list, remove."""

from datetime import datetime
from typing import Any

from rich.text import Text

from apps.cli.show import as_json, as_values, console, plain, table
from core.channel import NONE, OPEN, Channel
from core.chat_id import parse_chat_id
from core.errors import AnalyticBotError, LedgerUnavailable
from infra.celery.analytics import process_channel
from infra.celery.channel_facts import bot_rights, take_on
from infra.celery.runtime import Runtime, current


def add(chat: str, *, json: bool) -> None:
    """Take the channel on, and look at it once: so its preview is known at once, if it has one."""
    runtime = current()
    made = runtime.call(take_on(runtime, parse_chat_id(chat)))
    rights = runtime.call(bot_rights(runtime, made.facts.chat_id))
    failed = _look(runtime, made)
    channel = find(runtime, made.facts.chat_id)
    if json:
        return as_json({**facts(channel), "bot": rights})
    plain(f"{channel.facts.title} ({channel.name}) is recorded from now on")
    plain(f"bot: {rights}")
    return plain(f"views: {failed or views_of(channel)}")


def show_all(*, json: bool) -> None:
    runtime = current()
    found = runtime.call(runtime.channels.listed())
    if json:
        return as_json([facts(channel) for channel in found])
    rows = table("channel", "title", "members", "views", "looked at (UTC)")
    for channel in found:
        rows.add_row(
            channel.name,
            Text(channel.facts.title),
            "" if channel.facts.members is None else f"{channel.facts.members:,}",
            Text(views_of(channel)),
            _time(channel.looked_at),
        )
    console().print(rows)
    return None if found else plain("no channels; `analyticbot channels add @name` takes one on")


def remove(chat: str, *, json: bool) -> None:
    runtime = current()
    channel = find(runtime, parse_chat_id(chat))
    runtime.call(runtime.channels.remove(channel.id))
    removed = find(runtime, channel.facts.chat_id)
    as_json(facts(removed)) if json else plain(f"{channel.name} is recorded no more")


def find(runtime: Runtime, chat_id: str) -> Channel:
    """Raises NotFound."""
    return runtime.call(runtime.channels.get(chat_id))


def views_of(channel: Channel) -> str:
    """Whether there are views to be had, and why not."""
    if channel.trouble:
        return f"none for now: {channel.trouble}"
    if channel.preview == OPEN:
        return "open"
    return f"none: {channel.preview_reason}" if channel.preview == NONE else "nobody has looked yet"


def facts(channel: Channel) -> dict[str, Any]:
    """A channel as JSON; times are ISO 8601 in UTC."""
    known = channel.facts
    values: dict[str, Any] = as_values(
        {
            "chat_id": known.chat_id,
            "type": known.type,
            "title": known.title,
            "username": known.username,
            "members": known.members,
            "preview": channel.preview,
            "preview_reason": channel.preview_reason,
            "trouble": channel.trouble,
            "added_at": channel.added_at,
            "removed_at": channel.removed_at,
            "looked_at": channel.looked_at,
        }
    )
    return values


def _look(runtime: Runtime, channel: Channel) -> str:
    """Why nobody could look; "" where one did. The channel is in the ledger either way."""
    try:
        runtime.call(process_channel(runtime, channel.facts.chat_id))
    except LedgerUnavailable:
        raise
    except AnalyticBotError as error:
        return f"not read yet ({error}); a running stack looks every five minutes"
    return ""


def _time(moment: datetime | None) -> str:
    return f"{moment:%Y-%m-%d %H:%M}" if moment else ""
