"""Files to send: given to Telegram once, then known by an id."""

import asyncio
from typing import Annotated, Literal

from fastapi import APIRouter, File, Form, UploadFile

from apps.api.access import Writer
from apps.api.idempotency import OncePerKey
from apps.api.office import TheOffice
from apps.api.schemas.media import Uploaded
from apps.api.schemas.problem import problems
from apps.api.uploaded_file import FIELD, on_disk
from core.errors import InvalidInput
from core.message import Content
from infra.celery.uploading import file_id_of
from infra.telegram.media_file import STAND_IN, MediaFile

router = APIRouter(prefix="/media", tags=["media"], route_class=OncePerKey)

Kind = Literal["photo", "video", "animation", "document", "audio", "voice"]


@router.post("", status_code=201, responses=problems(409, 413))
async def upload(
    office: TheOffice,
    caller: Writer,
    file: Annotated[UploadFile, File(description="At most 50 MB; 10 MB as a photo.")],
    kind: Annotated[Kind, Form(description="As what it is to be shown.")] = "document",
    upload_to: Annotated[
        str, Form(max_length=64, description="The chat to give it to; the first owner's if empty.")
    ] = "",
) -> Uploaded:
    """Upload a file

    Telegram gets it once, silently, in a private chat; the same file again is known by what it
    holds. Send it then with `POST /messages`: `{"photo": "<file_id>", …}`.
    """
    async with on_disk(file, kind) as path:
        media = await asyncio.to_thread(MediaFile.at, kind, path)
        content = Content(f"send{kind.capitalize()}", {kind: STAND_IN})
        try:
            file_id = await file_id_of(office, media, content, upload_to or None)
        except InvalidInput as refused:
            raise _called_as_here(refused, kind) from None
        size = path.stat().st_size
        return Uploaded(file_id=file_id, kind=kind, name=path.name, size_bytes=size)


def _called_as_here(refused: InvalidInput, kind: str) -> InvalidInput:
    field = FIELD if refused.field == kind else refused.field
    return InvalidInput(field, refused.problem, refused.remedy)
