"""Where grids of time begin. Its own moment plays no part, as long as all agree on it."""

from datetime import UTC, datetime

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
