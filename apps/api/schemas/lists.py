"""What every list is asked with."""

from typing import Annotated

from fastapi import Query

Limit = Annotated[int, Query(ge=1, le=200, description="How many a page, at most.")]
Cursor = Annotated[str | None, Query(description="`next` of the page before, as it is.")]
PER_PAGE = 50
