"""Imports: a CSV file of people becomes subscribers, by a worker."""

import asyncio
import io
from collections.abc import Iterable
from typing import Annotated, cast

from fastapi import APIRouter, File, Form, Response, UploadFile
from starlette.responses import FileResponse

from apps.api import cursors
from apps.api.access import Caller, Reader, Writer
from apps.api.idempotency import OncePerKey
from apps.api.ids import Id
from apps.api.office import Office, TheOffice
from apps.api.prefix import API
from apps.api.problems import Problem
from apps.api.schemas.lists import PER_PAGE, Cursor, Limit
from apps.api.schemas.people_import import Import, Imports, told
from apps.api.schemas.problem import problems
from apps.api.uploaded_file import FIELD, safe_name
from core.contact import BETWEEN_TAGS, parse_list_name, parse_tags
from core.contact_row import TAGS_A_ROW, parse_header
from core.errors import InvalidInput, NotFound
from infra.csv_rows import CsvRows
from infra.db.imports import NewImport
from infra.import_files import ImportFiles

MOST_BYTES = 50_000_000
OTHERWISE = "people.csv"
CSV = "text/csv; charset=utf-8"
COLUMNS = "_line,_problem,id,first_name\r\n"

router = APIRouter(prefix="/imports", tags=["imports"], route_class=OncePerKey)

ListName = Annotated[str, Form(alias="list", max_length=200, description="All are put on it.")]
TagNames = Annotated[
    list[str] | None, Form(max_length=TAGS_A_ROW, description="All get these; repeated, or a,b.")
]


@router.post("", status_code=202, responses=problems(409, 413))
async def create(
    office: TheOffice,
    caller: Writer,
    response: Response,
    file: Annotated[UploadFile, File(description="CSV with a header, at most 50 MB.")],
    list_name: ListName = "",
    tags: TagNames = None,
) -> Import:
    """Import people from a CSV file.

    Its first line names the columns: `id` is needed; `first_name`, `last_name`, `username`,
    `language`, `zone`, `tags`, `joined` are known, any other becomes a field. Run again with the
    same file, nothing is written twice. A worker does it: ask for it again to see how far it is.
    """
    name = parse_list_name(list_name) if list_name.strip() else ""
    wanted = parse_tags(_told(tags or ()), "tags")
    await asyncio.to_thread(_check, file)
    new = NewImport(
        file_name=safe_name(file.filename, OTHERWISE),
        stored_as=await asyncio.to_thread(_files(office).keep, file.file),
        size_bytes=file.size or 0,
        list_name=name,
        tags=wanted,
        made_by=_account(caller),
    )
    made = await _made(office, new)
    response.headers["Location"] = f"{API}/imports/{made.id}"
    return made


@router.get("")
async def listed(
    office: TheOffice, caller: Reader, limit: Limit = PER_PAGE, cursor: Cursor = None
) -> Imports:
    """Imports, the newest first."""
    before = cursors.number(cursor) if cursor is not None else None
    found = await office.imports.newest(limit, before)
    following = cursors.encode([found[-1].id]) if len(found) == limit else None
    return Imports(items=list(map(told, found)), next=following)


@router.get("/{import_id}", responses=problems(404))
async def show(office: TheOffice, caller: Reader, import_id: Id) -> Import:
    """An import: how far it is, and what was wrong with rows."""
    return told(await office.imports.get(import_id))


@router.get(
    "/{import_id}/rejects.csv",
    responses=problems(404) | {200: {"content": {"text/csv": {"example": COLUMNS}}}},
    response_class=FileResponse,
)
async def rejects(office: TheOffice, caller: Reader, import_id: Id) -> FileResponse:
    """All rows that were not taken, with what is wrong with each; kept for a week. Mended, they can
    be imported as they are.
    """
    found = await office.imports.get(import_id)
    path = _files(office).rejects_of(found.stored_as)
    if not await asyncio.to_thread(path.is_file):
        raise NotFound(f"import {import_id} has no file of rows that were not taken (any more)")
    return FileResponse(path, media_type=CSV, filename=f"import-{import_id}-rejects.csv")


@router.delete("/{import_id}", responses=problems(404, 409))
async def cancel(office: TheOffice, caller: Writer, import_id: Id) -> Import:
    """Cancel an import. What was written by then stays."""
    found = await office.imports.cancel(import_id)
    await asyncio.to_thread(_files(office).drop, found.stored_as)
    return told(found)


async def _made(office: Office, new: NewImport) -> Import:
    try:
        made = await office.imports.create(new)
    except BaseException:
        await asyncio.to_thread(_files(office).drop, new.stored_as)
        raise
    office.hurry_imports()
    return told(made)


def _check(file: UploadFile) -> None:
    """Raises Problem, or InvalidInput for a header that cannot be read."""
    if (file.size or 0) > MOST_BYTES:
        detail = f"at most {MOST_BYTES:,} bytes are taken here; split the file"
        raise Problem(413, "too-long", "The file is too long", detail)
    try:
        parse_header(CsvRows(cast(io.BufferedIOBase, file.file)).header)
    except InvalidInput as error:
        problem = error.problem if error.field == FIELD else f"its {error.field} {error.problem}"
        raise InvalidInput(FIELD, problem, error.remedy) from None
    file.file.seek(0)


def _told(tags: Iterable[str]) -> list[str]:
    return [tag for each in tags for tag in BETWEEN_TAGS.split(each) if tag.strip()]


def _files(office: Office) -> ImportFiles:
    return ImportFiles(office.settings.data_dir)


def _account(caller: Caller) -> int | None:
    return caller.account.id if caller.account is not None else None
