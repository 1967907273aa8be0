"""getUpdates, and the webhook that takes its place."""

import re
from typing import Any
from urllib.parse import urlsplit

from sandbox.refusals import Refusal, bad_request
from sandbox.telegram import Call, Telegram
from sandbox.updates import Update
from sandbox.webhook import MAX_CONNECTIONS, Webhook

POLL_S = 50
"""The longest that Telegram lets a getUpdates wait (telegram-bot-api, Client.h)."""

LIMIT = 100
SECRET = re.compile(r"[A-Za-z0-9_-]{0,256}")


async def get_updates(telegram: Telegram, call: Call) -> list[Update]:
    """A request that waits for updates is not counted as in flight: there is always one."""
    arguments, mailbox = call.arguments, telegram.mailboxes.of(call.bot_id)
    telegram.bot(call.bot_id)
    if mailbox.webhook is not None:
        raise _webhook_is_active()
    mailbox.allow(_allowed(call))
    limit = arguments.number("limit") if arguments.text("limit") else LIMIT
    timeout_s = min(max(arguments.number("timeout"), 0), POLL_S)
    with telegram.counts.aside():
        offset = arguments.number("offset")
        return await mailbox.fetch(offset, min(max(limit, 1), LIMIT), timeout_s)


async def set_webhook(telegram: Telegram, call: Call) -> bool:
    """Unlike Telegram it takes http:// and any port: the bot is in the same house."""
    arguments, url = call.arguments, call.arguments.text("url").strip()
    if not url:
        return await delete_webhook(telegram, call)
    webhook = Webhook(_checked(url), _secret(call), _connections(call))
    telegram.bot(call.bot_id)
    mailbox = telegram.mailboxes.of(call.bot_id)
    mailbox.allow(_allowed(call))
    if arguments.flag("drop_pending_updates"):
        mailbox.pending.clear()
    mailbox.end_poll("setWebhook request")
    telegram.postman.employ(call.bot_id, mailbox, webhook)
    return True


async def delete_webhook(telegram: Telegram, call: Call) -> bool:
    mailbox = telegram.mailboxes.of(call.bot_id)
    telegram.postman.dismiss([mailbox])
    if call.arguments.flag("drop_pending_updates"):
        mailbox.pending.clear()
    return True


def get_webhook_info(telegram: Telegram, call: Call) -> dict[str, Any]:
    return telegram.mailboxes.of(call.bot_id).webhook_info()


def _allowed(call: Call) -> list[Any] | None:
    """None where nothing is said, or nothing that makes sense: then all stays as it was."""
    asked = call.arguments.nested("allowed_updates", "allowed updates")
    return asked if isinstance(asked, list) else None


def _checked(url: str) -> str:
    address = url if "://" in url else f"https://{url}"
    try:
        parts = urlsplit(address)
        is_known = parts.scheme in ("http", "https") and bool(parts.hostname)
        is_known = is_known and parts.port != 0
    except ValueError:
        is_known = False
    if not is_known:
        raise bad_request("invalid webhook URL specified")
    return address


def _secret(call: Call) -> str:
    secret = call.arguments.text("secret_token")
    if SECRET.fullmatch(secret) is None:
        raise bad_request("secret token contains unallowed characters")
    return secret


def _connections(call: Call) -> int:
    asked = call.arguments.number("max_connections")
    return min(max(asked, 1), 100) if asked else MAX_CONNECTIONS


def _webhook_is_active() -> Refusal:
    return Refusal(
        409,
        "Conflict: can't use getUpdates method while webhook is active; "
        "use deleteWebhook to delete the webhook first",
    )
