"""Brings each bot's updates to its webhook: in order, again and again until it takes them."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Iterable
from itertools import chain, repeat

import aiohttp
import orjson

from sandbox.arguments import Arguments, read_reply
from sandbox.updates import Mailbox, Update
from sandbox.webhook import Webhook

ANSWER_WITHIN_S = 60.0
WAITS_S = (0.0, 1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 60.0)
"""Between the attempts of one update, the last for ever: at once, then doubled, as Telegram's
own server does it (telegram-bot-api, WebhookActor.cpp)."""

LOOK_EVERY_S = 3600.0
SECRET = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - a header's name

Perform = Callable[[int, str, Arguments], Awaitable[None]]


class Postman:
    """Brings updates one after the other. `perform` does what a bot answers with; the
    `waits_s` stand before the second, third … attempt, the last before all others."""

    def __init__(self, now: Callable[[], float], waits_s: tuple[float, ...] = WAITS_S) -> None:
        self.perform: Perform | None = None
        self.waits_s = waits_s
        self._now = now
        self._session: aiohttp.ClientSession | None = None

    def employ(self, bot_id: int, mailbox: Mailbox, webhook: Webhook) -> None:
        """From here on this bot's updates go there."""
        self.dismiss([mailbox])
        mailbox.webhook = webhook
        webhook.task = asyncio.create_task(self._carry(bot_id, mailbox, webhook))

    def dismiss(self, mailboxes: Iterable[Mailbox]) -> None:
        """Their updates stay where they are, to be fetched."""
        for mailbox in mailboxes:
            if mailbox.webhook is not None and mailbox.webhook.task is not None:
                mailbox.webhook.task.cancel()
            mailbox.webhook = None

    async def close(self, mailboxes: Collection[Mailbox]) -> None:
        """Bring nothing any more; each update not yet taken stays in its mailbox."""
        webhooks = [mailbox.webhook for mailbox in mailboxes if mailbox.webhook is not None]
        self.dismiss(mailboxes)
        tasks = [webhook.task for webhook in webhooks if webhook.task is not None]
        await asyncio.gather(*tasks, return_exceptions=True)
        if self._session is not None:
            await self._session.close()

    async def _carry(self, bot_id: int, mailbox: Mailbox, webhook: Webhook) -> None:
        while True:
            if await mailbox.changed.wait_for(lambda: bool(mailbox.pending), LOOK_EVERY_S):
                update = mailbox.pending[0]
                reply = await self._delivered(webhook, update)
                mailbox.confirm(update["update_id"] + 1)
                await self._answer(bot_id, reply)

    async def _delivered(self, webhook: Webhook, update: Update) -> Arguments:
        """What the bot answered, after as many attempts as it took."""
        for wait_s in chain(self.waits_s, repeat(self.waits_s[-1])):
            try:
                return await self._attempt(webhook, update)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                webhook.failed_at, webhook.failure = self._now(), _told(error)
            await asyncio.sleep(wait_s)
        raise AssertionError("unreachable: the last wait comes again and again")

    async def _attempt(self, webhook: Webhook, update: Update) -> Arguments:
        headers = {"Content-Type": "application/json"}
        if webhook.secret:
            headers[SECRET] = webhook.secret
        body, session = orjson.dumps(update), self._connected()
        async with session.post(
            webhook.url, data=body, headers=headers, allow_redirects=False
        ) as reply:
            if reply.status // 100 != 2:
                raise aiohttp.ClientResponseError(
                    reply.request_info, (), status=reply.status, message=reply.reason or ""
                )
            return await read_reply(reply)

    async def _answer(self, bot_id: int, reply: Arguments) -> None:
        """Do what the reply asks for; the bot never learns how it went."""
        method = str(reply.values.pop("method", ""))
        if self.perform is not None and method and _may_be_replied(method):
            await self.perform(bot_id, method, reply)

    def _connected(self) -> aiohttp.ClientSession:
        if self._session is None:
            timeout = aiohttp.ClientTimeout(total=ANSWER_WITHIN_S)
            self._session = aiohttp.ClientSession(timeout=timeout, trust_env=False)
        return self._session


def _may_be_replied(method: str) -> bool:
    """Telegram passes over what asks for something or changes the webhook."""
    name = method.lower()
    return not name.startswith("get") and name not in ("setwebhook", "deletewebhook")


def _told(error: Exception) -> str:
    """Telegram's words."""
    if isinstance(error, aiohttp.ClientResponseError):
        return f"Wrong response from the webhook: {error.status} {error.message}"
    if isinstance(error, TimeoutError):
        return "Read timeout expired"
    if isinstance(error, aiohttp.ClientConnectorError):
        return "Connection refused"
    return "Webhook connection closed"
