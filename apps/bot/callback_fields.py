"""What stands in a button's data within its bounds: a forged press is one of a stale button."""

from typing import Annotated

from pydantic import Field

LAST_ID = 2**63 - 1
"""The largest that a column of the ledger holds."""

PAGES = 100_000
LAST_MOMENT_S = 7_258_118_400
"""The year 2200: whatever is added to it, or whichever zone it is seen in, stays a date."""

Id = Annotated[int, Field(ge=0, le=LAST_ID)]
Page = Annotated[int, Field(ge=0, le=PAGES)]
Moment = Annotated[int, Field(ge=0, le=LAST_MOMENT_S)]
"""In whole seconds since 1970."""
