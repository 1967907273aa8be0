"""A broadcast's file: at Telegram once, however many get it."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from core.broadcast import Draft
from core.message import Content
from core.personal_content import personal, values_of
from infra.celery.runtime import Runtime
from infra.celery.uploading import file_id_of
from infra.telegram.media_file import MediaFile, media_file, media_url


def file_of(options: Mapping[str, Any]) -> MediaFile | None:
    """What has to be given to Telegram first; None for none. Raises InvalidInput."""
    return media_file(options) or media_url(options, str(options.get("idempotency_key") or ""))


def with_file_id(runtime: Runtime, draft: Draft, file: MediaFile, upload_to: str | None) -> Draft:
    """The draft, with the file's id in its place. Raises as `file_id_of`."""
    request, shown = draft.request, draft.request.content
    if draft.fields is not None:  # as it is for somebody of whom nothing is known
        shown = personal(shown, values_of({}, upload_to or ""))
    file_id = runtime.call(file_id_of(runtime, file, shown, upload_to))
    content = Content(request.content.method, {**request.content.params, file.kind: file_id})
    return replace(draft, request=replace(request, content=content))
