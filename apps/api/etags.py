"""`ETag`, `If-Match`: who changes what he has read changes nothing else (RFC 9110, 13.1.1)."""

import re
from typing import Annotated

from fastapi import Depends, Header, Request

from core.errors import ChangedMeanwhile
from core.message import Message

ANY = "*"
TAG = re.compile(r'(?:W/)?"[\x21\x23-\x7e\x80-\xff]*"')
WEAK = "W/"


def etag_of(message: Message) -> str:
    """A strong one: of what a person may change, and of whether he still may."""
    return f'"{message.version[:32]}"'


Told = Annotated[str | None, Header(description="An `ETag`: only if it is in that version.")]


class IfMatch:
    """The versions that the caller would change; of any, where he named none."""

    def __init__(self, request: Request, if_match: Told = None) -> None:
        self.given = ", ".join(request.headers.getlist("if-match")).strip()

    @property
    def is_any(self) -> bool:
        return self.given in ("", ANY)

    def check(self, message: Message) -> None:
        """Raises ChangedMeanwhile. A weak tag, or what is none, is never the one."""
        if not self.is_any and etag_of(message) not in TAG.findall(self.given):
            detail = f"message {message.id} is not the one that was read; read it anew"
            raise ChangedMeanwhile(detail)


Expected = Annotated[IfMatch, Depends(IfMatch)]
