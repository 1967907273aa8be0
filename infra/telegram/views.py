"""Reads channels' preview pages over HTTP: the one place where Telegram shows views to anybody."""

import asyncio
import re
from dataclasses import dataclass

import aiohttp
from yarl import URL

from core.errors import InvalidInput, PreviewBusy, PreviewUnreadable, TelegramUnavailable
from core.telegram_limits import MESSAGE_ID_MAX
from infra.telegram.classify import DAY_S
from infra.telegram.preview_page import PreviewPage, read_preview
from infra.telegram.spacing import Spacing

NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{3,31}")
# Where Telegram sends those who ask for a page that is not there.
TELEGRAMS = {"t.me", "telegram.me", "telegram.org"}
BODY_LIMIT = 1024**2  # a page of 20 posts has about 150 KB
PATIENCE_S = 10.0
CONNECT_WITHIN_S = 5.0
READ_WITHIN_S = 20.0
# The next request of a run follows within seconds; Telegram closes later than that.
IDLE_CONNECTION_S = 10.0
# What to wait where a 429 does not say.
UNSAID_RETRY_AFTER_S = 60.0
HEADERS = {
    "User-Agent": "AnalyticBot (self-hosted channel statistics)",
    "Accept": "text/html",
    "Accept-Language": "en",
}


@dataclass(frozen=True, slots=True)
class NoPreview:
    """The channel has no preview page; `reason` says so to a person."""

    reason: str


class PreviewReader:
    """Make it on the event loop that will use it, and close it there.

    `base_url` is where /s/NAME is, without a slash at its end. Each request waits for its
    turn, at most `patience_s`; the spacing stays its maker's to close.
    """

    def __init__(
        self,
        base_url: str,
        spacing: Spacing,
        patience_s: float = PATIENCE_S,
        read_within_s: float = READ_WITHIN_S,
    ) -> None:
        self._base, self._spacing = base_url.rstrip("/"), spacing
        self._patience_s = patience_s
        self._session = aiohttp.ClientSession(
            connector=aiohttp.TCPConnector(keepalive_timeout=IDLE_CONNECTION_S, ttl_dns_cache=60),
            timeout=aiohttp.ClientTimeout(total=read_within_s, sock_connect=CONNECT_WITHIN_S),
            cookie_jar=aiohttp.DummyCookieJar(),
            headers=HEADERS,
        )

    async def read(self, name: str, before: int | None = None) -> PreviewPage | NoPreview:
        """The channel's newest page, or the one of posts older than `before`.

        `name` is the channel's, without its @. Raises InvalidInput for what is no name or
        no message id; PreviewBusy where no turn is near, or Telegram has had enough;
        TelegramUnavailable where no page came; PreviewUnreadable where another one did;
        GovernorUnavailable where nobody can say whose turn it is. Of these the second and
        third carry `retry_after_s`.
        """
        _check(name, before)
        await self._spacing.turn(self._patience_s)
        try:
            return await self._get(name, before)
        except (aiohttp.ClientError, OSError, TimeoutError, UnicodeError) as error:
            told = str(error) or type(error).__name__
            raise TelegramUnavailable(f"{self._base}/s/{name}: {told}") from error

    async def close(self) -> None:
        await self._session.close()

    async def _get(self, name: str, before: int | None) -> PreviewPage | NoPreview:
        query = {"before": str(before)} if before else None
        url = f"{self._base}/s/{name}"
        async with self._session.get(url, params=query, allow_redirects=False) as response:
            if response.status == 200:
                body = await _body(response, name)
                # Off the loop, which has leases to renew: what got past all limits takes seconds.
                page = await asyncio.to_thread(read_preview, body, name)
                return _checked(page, name, before)
            if response.status == 404 or _leads_away(response):
                return NoPreview(
                    f"{self._base} shows no posts of @{name}: the channel does not exist, is "
                    "private or restricted, or the name is a group's, a bot's or a person's"
                )
            raise await self._error(response)

    async def _error(self, response: aiohttp.ClientResponse) -> PreviewBusy | TelegramUnavailable:
        wait_s = _retry_after_s(response)
        if response.status == 429:
            wait_s = wait_s or UNSAID_RETRY_AFTER_S
            await self._spacing.hold(wait_s)  # it is meant for all of us
            return PreviewBusy(wait_s)
        target = response.headers.get("Location")
        led = f", to {target[:200]}; check TELEGRAM_PREVIEW_URL" if target else ""
        return TelegramUnavailable(f"{response.url}: HTTP {response.status}{led}", wait_s)


def _check(name: str, before: int | None) -> None:
    if not NAME.fullmatch(name):
        raise InvalidInput(
            "channel", f"{name[:40]!r} is no channel's name", "write name, not @name"
        )
    if before is not None and not 0 < before <= MESSAGE_ID_MAX:
        raise InvalidInput("before", f"{before} is no message id", f"1 to {MESSAGE_ID_MAX}")


async def _body(response: aiohttp.ClientResponse, name: str) -> bytes:
    body = bytearray()
    async for chunk in response.content.iter_any():
        body += chunk
        if len(body) > BODY_LIMIT:
            raise PreviewUnreadable(name, f"it is larger than {BODY_LIMIT} bytes")
    return bytes(body)


def _checked(page: PreviewPage, name: str, before: int | None) -> PreviewPage:
    if before and page.older_before and page.older_before >= before:
        raise PreviewUnreadable(name, f"the page before {before} leads to {page.older_before}")
    return page


def _leads_away(response: aiohttp.ClientResponse) -> bool:
    """To a page of Telegram's that is no preview. Whoever else redirects is in between."""
    target = response.headers.get("Location")
    if target is None or not 300 <= response.status < 400:
        return False
    try:
        url = response.url.join(URL(target))
    except ValueError:
        return False
    return url.host in {response.url.host, *TELEGRAMS} and not url.path.startswith("/s/")


def _retry_after_s(response: aiohttp.ClientResponse) -> float:
    """Seconds, at most a day; 0 where it is not said, or as a date."""
    try:
        seconds = float(response.headers.get("Retry-After", "0"))
    except ValueError:
        return 0.0
    return min(seconds, DAY_S) if seconds > 0 else 0.0  # a NaN is not
