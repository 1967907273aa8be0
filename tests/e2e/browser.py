"""A real browser at a real dashboard: Chromium, a worker, the web, and the sandbox as Telegram."""

import shutil
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from playwright.async_api import (
    Browser,
    BrowserContext,
    Page,
    ViewportSize,
    async_playwright,
    expect,
)

from apps.api.access import COOKIE
from apps.api.pages.render import ZONE_COOKIE
from core.channel import Facts
from core.person import Role
from infra.db.accounts import Account, Accounts
from infra.db.channels import Channels
from infra.db.login_links import LoginLinks
from infra.db.sessions import Sessions
from tests.servers.stack import Rates, Stack

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
ARGS = ("--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage")
WIDE = ViewportSize(width=1280, height=900)
PHONE = ViewportSize(width=390, height=844)
PATIENCE_MS = 15_000
BOT = 42


def chromium() -> str:
    """Where it is; the test is skipped where there is none."""
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("no Chromium on this machine: pages are not tested in a browser")
    return found


@dataclass
class Dashboard:
    """`faults` are what the browser complains of, whatever page it was: errors of scripts, what
    its policy forbids, requests to anybody else's address.
    """

    stack: Stack
    url: str
    browser: Browser
    faults: list[str] = field(default_factory=list)

    @asynccontextmanager
    async def as_one(
        self, role: Role, name: str, zone: str = "UTC", size: ViewportSize = WIDE
    ) -> AsyncIterator[Page]:
        """A page of a browser of their own, logged in, and nowhere yet."""
        account = await self.account(role, name)
        async with self.as_nobody(zone, size) as page:
            ledger = self.stack.book.ledger
            token = await Sessions(ledger.database, ledger.bot_id).open(account.id, "a browser")
            # As the page of the login leaves them.
            await page.context.add_cookies(
                [
                    {"name": COOKIE, "value": token, "url": self.url},
                    {"name": ZONE_COOKIE, "value": zone, "url": self.url},
                ]
            )
            yield page

    @asynccontextmanager
    async def as_nobody(self, zone: str = "UTC", size: ViewportSize = WIDE) -> AsyncIterator[Page]:
        """A page of a browser that has never been here. Goes to "/queue" are to ours."""
        context = await self.browser.new_context(
            base_url=self.url, viewport=size, timezone_id=zone, reduced_motion="reduce"
        )
        context.set_default_timeout(PATIENCE_MS)
        self._watch(context)
        yield await context.new_page()
        await context.close()

    async def account(self, role: Role, name: str) -> Account:
        ledger = self.stack.book.ledger
        return await Accounts(ledger.database, ledger.bot_id).create(name, role)

    async def link_for(self, account: Account) -> str:
        """It logs in once."""
        ledger = self.stack.book.ledger
        code = await LoginLinks(ledger.database, ledger.bot_id).make(account.id)
        return f"{self.url}/login/{code}"

    async def channel(self, chat_id: int, title: str, username: str | None = None) -> None:
        """One that the bot may post to, in the sandbox and in the ledger."""
        named = {"username": username} if username else {}
        sandbox, ledger = self.stack.sandbox, self.stack.book.ledger
        await sandbox.post("channels", chat=chat_id, title=title, members=250, **named)
        rights = {f"can_{right}_messages": True for right in ("post", "edit", "delete")}
        member = {"user": BOT, "status": "administrator", "rights": rights}
        await sandbox.post("member", chat=chat_id, **member)
        facts = Facts(str(chat_id), "channel", title, username, 250)
        await Channels(ledger.database, ledger.bot_id).add(facts)

    def _watch(self, context: BrowserContext) -> None:
        context.on("weberror", lambda told: self.faults.append(str(told.error)))
        context.on("console", lambda told: self._note(told.type, told.text))
        context.on("request", lambda request: self._look_at(request.url))

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.faults.append(text)

    def _look_at(self, url: str) -> None:
        if not url.startswith((f"{self.url}/", "data:", "blob:")):
            self.faults.append(f"a request to {url}")


@asynccontextmanager
async def dashboard(rates: Rates, **settings: Any) -> AsyncIterator[Dashboard]:
    program = chromium()
    expect.set_options(timeout=PATIENCE_MS)
    async with (
        Stack(workers=1, rates=rates, settings=settings) as stack,
        async_playwright() as play,
        await play.chromium.launch(executable_path=program, args=ARGS) as browser,
    ):
        yield Dashboard(stack, await stack.start_api(), browser)
