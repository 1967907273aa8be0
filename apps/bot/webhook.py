"""Updates that Telegram brings, instead of the bot fetching them: BOT_WEBHOOK_URL."""

import asyncio
import hmac
import json
import logging
from hashlib import sha256
from typing import Any
from urllib.parse import urlsplit

from aiogram import Bot
from aiogram.methods import SetWebhook
from aiohttp import web

from apps.bot.config import BotConfig
from apps.bot.patience import REFUSALS, patiently
from apps.bot.reception import Reception
from core.errors import ConfigurationError, LedgerUnavailable

log = logging.getLogger(__name__)

SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name
LONGEST_BYTES = 4 * 2**20


async def listen(bot: Bot, config: BotConfig, reception: Reception) -> None:
    """Until it is cancelled. What is answered 200 is written down; all else Telegram brings again.

    Raises ConfigurationError where the port is taken, or Telegram refuses the URL.
    """
    hook = Hook(secret_of(config), reception)
    server = web.Server(hook.answer, access_log=None)
    runner = web.ServerRunner(server)
    await runner.setup()
    try:
        await _open(runner, config)
        await _announce(bot, config)
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()


def secret_of(config: BotConfig) -> str:
    """BOT_WEBHOOK_SECRET; where it is not set, one that only who has the token can know."""
    derived = hmac.new(config.token.encode(), b"webhook", sha256).hexdigest()
    return config.webhook_secret or derived


class Hook:
    """The one request handler: it knows Telegram by the secret."""

    def __init__(self, secret: str, reception: Reception) -> None:
        self._secret, self._reception = secret.encode(), reception

    async def answer(self, request: web.BaseRequest) -> web.Response:
        # aiohttp reads a header's odd bytes as surrogates.
        given = request.headers.get(SECRET_HEADER, "").encode(errors="surrogateescape")
        if request.method != "POST" or not hmac.compare_digest(given, self._secret):
            return web.Response(status=404)
        body = await _body(request)
        if body is None:
            return web.Response(status=413)
        update = _update(body)
        if update is None:
            return web.Response(status=400)
        try:
            await self._reception.receive([update])
        except LedgerUnavailable as error:
            log.warning("an update is left with Telegram: %s", error)
            return web.Response(status=503)
        return web.Response()


async def _body(request: web.BaseRequest) -> bytes | None:
    """All of it, however many pieces it comes in; None where it is too long."""
    body = bytearray()
    async for piece in request.content.iter_any():
        body += piece
        if len(body) > LONGEST_BYTES:
            return None
    return bytes(body)


def _update(body: bytes) -> dict[str, Any] | None:
    try:
        update = json.loads(body)
    except ValueError:
        return None
    known = isinstance(update, dict) and isinstance(update.get("update_id"), int)
    return update if known else None


async def _open(runner: web.ServerRunner, config: BotConfig) -> None:
    where = f"{config.webhook_host}:{config.webhook_port}"
    try:
        await web.TCPSite(runner, config.webhook_host, config.webhook_port).start()
    except OSError as error:
        raise ConfigurationError(
            f"BOT_WEBHOOK_PORT: nothing can listen at {where} ({error.strerror}); choose another"
        ) from error


async def _announce(bot: Bot, config: BotConfig) -> None:
    asked = SetWebhook(
        url=config.webhook_url,
        secret_token=secret_of(config),
        allowed_updates=list(config.allowed_updates),
    )
    try:
        await patiently(lambda: bot(asked), "setWebhook")
    except REFUSALS as error:
        raise ConfigurationError(
            f"BOT_WEBHOOK_URL: Telegram refuses it ({error.message}); mend it, or unset it"
        ) from error
    log.info("updates are brought to %s", urlsplit(config.webhook_url).hostname)
