"""Whether messages can be taken in, and if not, why not: in words that tell nothing secret."""

from core.errors import LedgerUnavailable
from infra.db.engine import Database
from infra.db.probe import Probe, check_file
from infra.settings import Settings

PATIENCE_S = 1.5
"""A locked file or a frozen server shall be told, not waited for."""

AWAY = "the ledger cannot be reached, or is not migrated"
FULL = "the ledger takes no writes"


class Readiness:
    """A message is taken in where its row is written: a look, and a write that stands for nothing,
    over a connection that gives up soon.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._database: Database | None = None

    async def reasons(self) -> list[str]:
        """Why none can be taken in; empty where they can."""
        try:
            probe = self._probe()
            read_ms = await probe.read_ms()
        except LedgerUnavailable:
            return [AWAY]
        try:
            facts = await probe.database(read_ms)
        except LedgerUnavailable:
            return [FULL]
        return [FULL] if facts.read_only else []

    async def close(self) -> None:
        if self._database is not None:
            await self._database.close()

    def _probe(self) -> Probe:
        settings = self._settings
        check_file(settings.ledger_url)
        if self._database is None:
            self._database = Database(settings.ledger_url, 1, PATIENCE_S)
        return Probe(self._database, settings.bot_id, settings.token_fingerprint)
