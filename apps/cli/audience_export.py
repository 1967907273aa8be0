"""`audience export`: subscribers as a CSV file, streamed, that `audience import` reads."""

import asyncio
import csv
from typing import TextIO

from apps.cli.ledger import opened
from apps.cli.show import plain
from apps.cli.target import STDOUT, target
from core.audience import Audience
from core.contact_row import cells_of, header_of
from infra.db.audiences import Audiences
from infra.db.directory import Directory
from infra.settings import Settings


def run(settings: Settings, file: str, audience: Audience, *, reached: bool) -> None:
    with target(file) as out:
        count = asyncio.run(_export(settings, out, audience, reached))
    if file != STDOUT:
        plain(f"{count:,} people written to {file}")


async def _export(settings: Settings, file: TextIO, audience: Audience, reached: bool) -> int:
    rows, count = csv.writer(file), 0
    async with opened(settings) as database:
        audiences = Audiences(database, settings.bot_id)
        await audiences.check(audience)
        fields = await audiences.field_names(audience)
        rows.writerow(header_of(fields))
        async for page in Directory(database, settings.bot_id).pages(audience, reached=reached):
            rows.writerows(cells_of(contact, fields) for contact in page)
            count += len(page)
    return count
