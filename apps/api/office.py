"""What the routes and the pages work with: made once, at the start."""

import logging
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Request

from apps.api.doorkeeper import Doorkeeper
from apps.api.events.feed import Feed
from apps.api.fresh import Fresh
from apps.api.readiness import Readiness
from core.errors import LedgerUnavailable
from infra import office
from infra.celery.activity import activity
from infra.celery.gauges import Gauges
from infra.celery.hurry import Hurry
from infra.celery.schedule import IMPORT
from infra.db.account_admin import AccountAdmin
from infra.db.accounts import Accounts
from infra.db.api_keys import ApiKeys
from infra.db.changes import Watch
from infra.db.idempotent import IdempotentAnswers
from infra.db.imports import Imports
from infra.db.listing import Listing
from infra.db.login_failures import LoginFailures
from infra.db.login_links import LoginLinks
from infra.db.sessions import Sessions
from infra.db.subscriber_pages import SubscriberPages
from infra.monitoring.web import WebFigures
from infra.office import Now, utc_now
from infra.settings import Settings

log = logging.getLogger(__name__)

ACTIVITY_S = READY_S = 1.0
GAUGES_S = 5.0


class Office(office.Office):
    def __init__(self, settings: Settings, now: Now = utc_now) -> None:
        super().__init__(settings, now)
        self.accounts = Accounts(self.database, self.bot_id)
        self.account_admin = AccountAdmin(self.database, self.bot_id)
        failures = LoginFailures(self.database, self.bot_id)
        self.doorkeeper = Doorkeeper(self.accounts, failures)
        self.sessions = Sessions(self.database, self.bot_id)
        self.login_links = LoginLinks(self.database, self.bot_id)
        self.keys = ApiKeys(self.database, self.bot_id)
        self.listing = Listing(self.database, self.bot_id)
        self.answers = IdempotentAnswers(self.database, self.bot_id)
        self.imports = Imports(self.database, self.bot_id)
        self.hurry_imports = Hurry(settings.broker_url, IMPORT)
        self.subscriber_pages = SubscriberPages(self.database, self.bot_id)
        # Each question is a broadcast to all workers.
        self.activity = Fresh(lambda: activity(settings), ACTIVITY_S)
        self.feed = Feed(Watch(self.database, self.bot_id, self.paces))
        self.figures = WebFigures(lambda: len(self.feed.streams))
        self._readiness = Readiness(settings)
        self.ready = Fresh(self._readiness.reasons, READY_S)
        self._gauges = Gauges(settings, self.governor)
        self.gauges = Fresh(self._gauges.readings, GAUGES_S)
        self._noting: set[str] = set()

    def note(self, what: str, write: Callable[[], Awaitable[None]]) -> None:
        """Write beside, once at a time, what nobody need wait for: a ledger that takes no writes
        keeps nobody from reading.
        """
        if what not in self._noting:
            self._noting.add(what)
            self.leave(self._note(what, write))

    async def close(self) -> None:
        await self.feed.stop()
        await self._readiness.close()
        await self._gauges.close()
        await self.hurry_imports.close()
        await super().close()

    async def _note(self, what: str, write: Callable[[], Awaitable[None]]) -> None:
        try:
            await write()
        except LedgerUnavailable as error:
            log.info("not noted, %s: %s", what, error)
        finally:
            self._noting.discard(what)


def office_of(request: Request) -> Office:
    office: Office = request.app.state.office
    return office


async def _office(request: Request) -> Office:
    """Not a plain function: FastAPI would run that in a thread."""
    return office_of(request)


TheOffice = Annotated[Office, Depends(_office)]
"""As a route takes it: `office: TheOffice`."""
