"""A broadcast's recipients as CSV, as far as they fit."""

import csv
import io
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime

from core.message import State
from infra.broadcast_csv import HEADER, write
from infra.db.broadcast_report import Recipient

NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
GOT_IT = Recipient("7", '=Ann, "A."', "ann", State.SENT, "", "", 1, NOW, (3, 4))
MISSED_IT = Recipient("8", "", "", State.FAILED, "blocked", "Forbidden", 2, None, ())


async def pages(*given: list[Recipient]) -> AsyncIterator[list[Recipient]]:
    for page in given:
        yield page


async def test_each_recipient_is_a_row() -> None:
    file = io.StringIO()
    assert await write(file, pages([GOT_IT], [MISSED_IT]), 10_000) == 2
    header, ann, other = csv.reader(io.StringIO(file.getvalue()))
    assert tuple(header) == HEADER
    assert ann[0] == "7"
    assert not ann[1].startswith("=")  # to a spreadsheet it would be a formula
    assert ann[2:] == ["ann", "sent", "", "", "1", "2026-11-22T09:00:00+00:00", "3 4"]
    assert other == ["8", "", "", "failed", "blocked", "Forbidden", "2", "", ""]


async def test_no_text_of_anybody_is_a_formula_and_a_number_stays_one() -> None:
    told = replace(MISSED_IT, description="\t=1+1", reason="=1")
    rows = [replace(told, chat_id="@sum"), replace(told, chat_id="-100123")]
    file = io.StringIO()
    await write(file, pages(rows))
    _, name, number = csv.reader(io.StringIO(file.getvalue()))
    assert (name[0], number[0]) == ("'@sum", "-100123")
    assert name[4:6] == number[4:6] == ["'=1", "'\t=1+1"]


async def test_of_too_many_no_more_is_written_than_shows_that() -> None:
    file = io.StringIO()
    assert await write(file, pages([GOT_IT], [GOT_IT], [GOT_IT]), 100) == 1
    assert file.tell() > 100
