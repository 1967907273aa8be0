"""What workers do with files of people that were uploaded: take them in, one at a time a process.

An import is worked on beside what the process does else, so that no message waits for it; its
lease is renewed with its progress. Where the worker dies another begins at the file's beginning:
what is written already is found unchanged.
"""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import asdict

from core.errors import AnalyticBotError, InvalidInput, LedgerUnavailable
from infra.celery.runtime import Runtime
from infra.csv_rows import CsvRows
from infra.db.contacts import Contacts
from infra.db.imports import Held, Import, Imports
from infra.db.lists import Lists
from infra.import_files import ImportFiles
from infra.importing import BATCHES, Progress, Reject, Target, import_people
from infra.log_ids import about
from infra.rejects import Rejects

log = logging.getLogger(__name__)

TOLD_EVERY_S = 1.0
REJECTS_KEPT = 100
PROBLEM_CHARACTERS = 500

NOT_HERE = "its file is not on the worker's machine: the web and the workers need one DATA_DIR"


class GivenUp(Exception):
    """The import is in other hands, or cancelled."""


async def take_in(runtime: Runtime) -> None:
    """Begin with the uploads that nobody works on, unless this process works on one. Does not
    wait for their ends.
    """
    if not runtime.taking_in.locked():
        runtime.leave(take_in_all(runtime))


async def take_in_all(runtime: Runtime) -> None:
    """One after the other, until there is none."""
    async with runtime.taking_in:
        ledger = runtime.ledger
        imports = Imports(ledger.database, ledger.bot_id)
        try:
            while (held := await imports.take()) is not None:
                await _Work(runtime, imports, held).run()
        except AnalyticBotError as error:
            log.warning("imports wait: %s", error)
        except Exception:
            log.exception("an import broke off; it is begun anew when its lease has ended")


async def sweep(runtime: Runtime) -> int:
    """Remove files that are left over; how many."""
    needed = await Imports(runtime.ledger.database, runtime.ledger.bot_id).stored()
    return await asyncio.to_thread(ImportFiles(runtime.settings.data_dir).sweep, needed)


class _Work:
    """One import in this process's hands."""

    def __init__(self, runtime: Runtime, imports: Imports, held: Held) -> None:
        self._runtime, self._imports, self._held = runtime, imports, held
        self._files = ImportFiles(runtime.settings.data_dir)
        self._progress, self._rejected = Progress(), Rejects(None)
        self._lost = False

    async def run(self) -> None:
        with about(import_id=self._held.work.id):
            await self._run(self._held.work)

    async def _run(self, work: Import) -> None:
        log.info("import %d: %s begins", work.id, work.file_name)
        try:
            await self._take_in(work)
        except GivenUp:
            log.info("import %d was cancelled, or is in other hands", work.id)
        except InvalidInput as error:
            await self._fail(str(error))
        except FileNotFoundError:
            await self._fail(NOT_HERE)
        except OSError as error:
            await self._fail(f"its file cannot be read: {error.strerror or error}")
        await self._clear(work)

    async def _take_in(self, work: Import) -> None:
        rejects = self._files.begin_rejects(work.stored_as)
        try:
            with (
                self._files.of(work.stored_as).open("rb") as file,
                Rejects(rejects, REJECTS_KEPT) as self._rejected,
            ):
                rows = await asyncio.to_thread(CsvRows, file)
                self._rejected.begin(rows.header)
                async with self._told():
                    done = await self._import(work, rows)
            if not await self._imports.finish(self._held, *self._standing()):
                raise GivenUp
            log.info("import %d is done: %s", work.id, asdict(done))
            if done.bad + done.repeated:
                rejects.replace(self._files.rejects_of(work.stored_as))
        finally:
            rejects.unlink(missing_ok=True)

    async def _import(self, work: Import, rows: CsvRows) -> Progress:
        ledger = self._runtime.ledger
        database, bot_id = ledger.database, ledger.bot_id
        made = await Lists(database, bot_id).create(work.list_name) if work.list_name else None
        target = Target(made.id if made else None, work.tags)
        contacts, batch_rows = Contacts(database, bot_id), BATCHES[database.dialect]
        return await import_people(rows, contacts, target, batch_rows, self._note, self._rejected)

    def _note(self, progress: Progress) -> None:
        """After each transaction."""
        self._progress = progress
        if self._lost:
            raise GivenUp

    @asynccontextmanager
    async def _told(self) -> AsyncIterator[None]:
        """Meanwhile how far it is, once in a while; so its lease lasts."""
        over = asyncio.Event()
        telling = asyncio.create_task(self._tell(over))
        try:
            yield
        finally:
            over.set()  # not cancelled: what is being written is known in the end
            await telling

    async def _tell(self, over: asyncio.Event) -> None:
        while True:
            try:
                await asyncio.wait_for(over.wait(), TOLD_EVERY_S)
                return
            except TimeoutError:
                with suppress(LedgerUnavailable):  # then it is told the next time
                    held = await self._imports.note(self._held, *self._standing())
                    self._lost, self._held = held is None, held or self._held

    def _standing(self) -> tuple[dict[str, int], list[dict[str, object]]]:
        return asdict(self._progress), [_as_json(each) for each in self._rejected.shown]

    async def _fail(self, trouble: str) -> None:
        log.warning("import %d failed: %s", self._held.work.id, trouble)
        await self._imports.fail(self._held, trouble)

    async def _clear(self, work: Import) -> None:
        """The file is of no more use once it has ended; not where others work on it."""
        found = await self._imports.get(work.id)
        if found.ended_at is not None:
            self._files.drop(work.stored_as)


def _as_json(reject: Reject) -> dict[str, object]:
    return {"line": reject.line, "problem": reject.problem[:PROBLEM_CHARACTERS]}
