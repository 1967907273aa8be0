"""Ids in paths: what cannot be one is not found, and never asked of the ledger."""

from typing import Annotated

from pydantic import AfterValidator

from core.errors import NotFound

ID_BITS = 63


def _known(given: int) -> int:
    if given < 1 or given.bit_length() > ID_BITS:
        raise NotFound(f"there is no {given if given.bit_length() <= ID_BITS else 'such number'}")
    return given


Id = Annotated[int, AfterValidator(_known)]
"""As a route takes it: `message_id: Id`."""
