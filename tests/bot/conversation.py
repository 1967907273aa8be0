"""Conversations with the bot as its users have them: they write, press and read in the sandbox."""

import asyncio
import contextlib
import json
import sqlite3
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, Self, TypeVar

from pydantic import SecretStr

from apps.bot.main import ALERTS, work
from core.person import Role
from infra.db.engine import Database
from infra.db.invites import Invites
from infra.db.people import People
from infra.settings import Settings
from infra.telegram.governor import Governor, Rates
from sandbox.client import Client
from sandbox.server import Sandbox
from tests.servers.nursery import Nursery
from tests.servers.program import Program

TOKEN = "1:sandbox-secret"
BOT = 1
WITHIN_S = 20.0
NOWHERE = "redis://127.0.0.1:1/0"
LOOK_EVERY_S = 0.005

T = TypeVar("T")

Message = dict[str, Any]
Rights = dict[str, bool]
Buttons = list[tuple[str, dict[str, Any]]]


class Conversation:
    """One bot with its sandbox and its ledger; the bot runs in this process, on its loop.

    `say`, `press` and the like return once the bot has done what they lead to. `sees` looks at
    what it has written to a user, or changed, since that user's last move.
    """

    def __init__(self, sandbox: Sandbox, client: Client, settings: Settings) -> None:
        self.sandbox, self.client, self.settings = sandbox, client, settings
        self.database = Database(settings.ledger_url)
        self.people = People(self.database, BOT)
        self.rhythm = ALERTS
        self.answer: dict[str, Any] | None = None
        """What the last press was answered with: {text, show_alert, url}."""
        self._before: dict[int, dict[int, str]] = {}
        self._running: asyncio.Task[None] | None = None
        self._looks_into: sqlite3.Connection | None = None

    # The bot

    async def start(self) -> None:
        """Returns once it asks for updates."""
        counts = self.sandbox.telegram.counts
        self._running = asyncio.create_task(work(self.settings, self.rhythm))
        await self._until(lambda: counts.requests > counts.in_flight or self._running_ended())

    async def stop(self) -> None:
        """As SIGTERM does it."""
        assert self._running is not None
        self._running.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await self._running

    async def restart(self) -> None:
        await self.stop()
        await self.start()

    # Users

    async def user(self, user: int, name: str = "", language: str = "en", **more: str) -> int:
        names = {"first_name": name or f"User {user}", "language_code": language, **more}
        await self.client.post("users", user=user, **names)
        return user

    async def member(self, role: Role, user: int, name: str = "", language: str = "en") -> int:
        """A user who belongs to the people of the bot, let in by a code."""
        await self.user(user, name, language)
        code = await Invites(self.database, BOT).make(role, made_by=0)
        await self.say(user, f"/start {code}")
        return user

    async def say(self, user: int, text: str = "", **more: Any) -> Message:
        """Write to the bot; `more` as /admin/write takes it (photo=…, forward_from=…)."""
        await self._look(user)
        written: Message = await self.client.post(
            "write", user=user, bot=BOT, **({"text": text} if text else {}), **more
        )
        await self.settled()
        return written

    async def press(self, user: int, text: str, times: int = 1) -> None:
        """Press the newest button of that text, or whose text begins so; see `answer`."""
        message, button = await self.button(user, text)
        await self._look(user)
        asked = {"user": user, "chat": user, "message_id": message["message_id"], "bot": BOT}
        pressed = [
            self.client.post("press", **asked, data=button["callback_data"], wait_s=WITHIN_S)
            for _ in range(times)
        ]
        self.answer = (await asyncio.gather(*pressed))[-1]["answer"]
        await self.settled()

    async def button(self, user: int, text: str) -> tuple[Message, dict[str, Any]]:
        """The newest message with that button, and the button."""
        history = await self.history(user)
        for message in reversed(history):
            for shown, button in buttons_of(message):
                if shown.startswith(text):
                    return message, button
        names = [name for message in history for name, _ in buttons_of(message)]
        raise AssertionError(f"no button {text!r}; there are {names}")

    async def block(self, user: int, status: str = "kicked") -> None:
        """The user blocks the bot, or with "member" lets it speak again."""
        await self.client.post("member", user=BOT, chat=user, status=status)
        await self.settled()

    async def channel(self, chat: int, title: str, **more: Any) -> None:
        await self.client.post("channels", chat=chat, title=title, **more)

    async def admit(
        self, chat: int, by: int, status: str = "administrator", rights: Rights | None = None
    ) -> None:
        """A user makes the bot an administrator of a chat, or what `status` says. `rights` are
        those that differ from all of them.
        """
        asked = {"user": BOT, "chat": chat, "status": status, "by": by}
        await self._look(by)
        await self.client.post("member", **asked, **({"rights": rights} if rights else {}))
        await self.settled()

    # What they see

    async def sees(self, user: int, *texts: str) -> Message:
        """The message that the bot wrote or changed since the user's last move and that has all
        of these texts in it, or on its buttons; waits for it.
        """
        give_up_at = time.monotonic() + WITHIN_S
        while time.monotonic() < give_up_at:
            for message in reversed(await self.news(user)):
                if all(text in shown_in(message) for text in texts):
                    return message
            await asyncio.sleep(LOOK_EVERY_S)
        read = "\n---\n".join(map(shown_in, await self.news(user)))
        raise AssertionError(f"{texts} was not seen by {user}, but:\n{read or 'nothing'}")

    async def sees_nothing(self, user: int) -> None:
        assert [shown_in(message) for message in await self.news(user)] == []

    async def news(self, user: int) -> list[Message]:
        """What the bot wrote or changed since the user's last move, oldest first."""
        before = self._before.get(user, {})
        return [
            message
            for message in await self.history(user)
            if message.get("from", {}).get("is_bot")
            and before.get(message["message_id"]) != json.dumps(message, sort_keys=True)
        ]

    async def history(self, chat: int) -> list[Message]:
        found: list[Message] = (await self.client.get("history", chat=chat, limit=100))["messages"]
        return found

    async def settled(self) -> None:
        """Wait until the bot has taken every update and has done it."""
        mailbox = self.sandbox.telegram.mailboxes.of(BOT)
        await self._until(lambda: not mailbox.pending or self._running_ended())
        give_up_at = time.monotonic() + WITHIN_S
        while await self._undone():
            assert time.monotonic() < give_up_at, "the bot does not come to an end"
            await asyncio.sleep(LOOK_EVERY_S)

    async def eventually(self, look: Callable[[], Awaitable[T]], holds: Callable[[T], bool]) -> T:
        """What is seen once it is as it should be: for what the bot does beside a conversation."""
        give_up_at = time.monotonic() + WITHIN_S
        while not holds(found := await look()):
            assert time.monotonic() < give_up_at, f"in vain: {found}"
            await asyncio.sleep(LOOK_EVERY_S)
        return found

    async def _undone(self) -> int:
        """Asked all the time: without a thread, and so without a turn of the loop."""
        if self._looks_into is None:
            file = self.settings.data_dir / "ledger.db"
            self._looks_into = sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)
        query = "SELECT count(*) FROM updates WHERE done_at IS NULL"
        count: int = self._looks_into.execute(query).fetchone()[0]
        return count

    async def _look(self, user: int) -> None:
        self._before[user] = {
            message["message_id"]: json.dumps(message, sort_keys=True)
            for message in await self.history(user)
        }

    async def _until(self, holds: Callable[[], bool]) -> None:
        give_up_at = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < give_up_at, "waited in vain"
            await asyncio.sleep(LOOK_EVERY_S)

    def _running_ended(self) -> bool:
        """Raises what it has ended with."""
        if self._running is not None and self._running.done():
            self._running.result()
        return False

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._running is not None and not self._running.done():
            await self.stop()
        if self._looks_into is not None:
            self._looks_into.close()
        await self.database.close()


@asynccontextmanager
async def conversing(folder: Path, redis_url: str, **changes: Any) -> AsyncIterator[Conversation]:
    """A sandbox, and a bot that is not yet started. The ledger is in the folder."""
    if redis_url != NOWHERE:
        await warm(redis_url)
    async with (
        Sandbox(rate=0, chat_rate=0, group_rate=0, token=TOKEN) as sandbox,
        Client(sandbox.url, TOKEN) as client,
    ):
        sandbox.telegram.postman.waits_s = (0.0, 0.01)
        settings = settings_of(folder, redis_url, sandbox.url, **changes)
        async with Conversation(sandbox, client, settings) as conversation:
            yield conversation


def settings_of(folder: Path, redis_url: str, url: str, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "bot_token": SecretStr(TOKEN),
        "telegram_api_url": url,
        "telegram_preview_url": url,
        "redis_url": SecretStr(redis_url),
        "data_dir": folder,
        "telegram_rate": 0,
        "telegram_chat_rate": 0,
        "telegram_group_rate": 0,
    }
    return Settings(_env_file=None, **(values | changes))


async def warm(redis_url: str) -> None:
    """A governor that nobody has asked before wants to be left alone for two seconds."""

    async def no_holds() -> dict[str, float]:
        return {}

    async def at_once(_: float) -> None:
        return None

    governor = Governor(redis_url, BOT, Rates(0, 0, 0), no_holds, at_once)
    await governor.warm_up()
    await governor.close()


def process_of(
    conversation: Conversation, folder: Path, nursery: Nursery, module: str = "apps.bot"
) -> Program:
    """The bot as a process of its own, with the same settings; not started."""
    settings = conversation.settings
    environment = {
        "BOT_TOKEN": TOKEN,
        "TELEGRAM_API_URL": settings.telegram_api_url,
        "REDIS_URL": settings.governor_url,
        "DATA_DIR": str(settings.data_dir),
        **{f"TELEGRAM_{name}": "0" for name in ("RATE", "CHAT_RATE", "GROUP_RATE")},
    }
    made = Program("bot", (module,), folder, environment)
    made.nursery = nursery
    return made


def buttons_of(message: Message) -> Buttons:
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [(button["text"], button) for row in rows for button in row]


def shown_in(message: Message) -> str:
    """All that can be read in it."""
    text = message.get("text") or message.get("caption") or ""
    return "\n".join([text, *(name for name, _ in buttons_of(message))])
