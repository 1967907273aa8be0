"""How the system itself fares: its health, Beat's ticks, its figures, and tasks that failed."""

from sqlalchemy import JSON, BigInteger, Column, Double, Index, Integer, String, Table, Text

from infra.db.tables import Id, UtcTime, metadata

# How each part stands now, and since when; the part "" is the whole.
health = Table(
    "health",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("part", String(32), primary_key=True),
    Column("state", String(9), nullable=False),
    Column("reason", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Column("since", UtcTime, nullable=False),
    Column("checked_at", UtcTime, nullable=False),
)

health_changes = Table(
    "health_changes",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("part", String(32), nullable=False),
    Column("was", String(9)),
    Column("state", String(9), nullable=False),
    Column("reason", Text, nullable=False),
    Column("remedy", Text, nullable=False),
    Index("health_changes_newest", "bot_id", "id"),
)

health_checks = Table(
    "health_checks",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("state", String(9), nullable=False),
    Column("took_ms", Integer, nullable=False),
    Column("parts", JSON, nullable=False),
    Index("health_checks_by_time", "bot_id", "at"),
)

# When Beat last published each of its entries, and how often it means to: written by Beat itself.
ticks = Table(
    "ticks",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("entry", String(64), primary_key=True),
    Column("at", UtcTime, nullable=False),
    Column("every_s", Double),
)

# Figures by bucket of `span_s` that begins at `at`: n values, their sum, bounds, and the last.
metrics = Table(
    "metrics",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("name", String(64), primary_key=True),
    Column("label", String(64), primary_key=True),
    Column("span_s", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcTime, primary_key=True),
    Column("n", Integer, nullable=False),
    Column("total", Double, nullable=False),
    Column("least", Double, nullable=False),
    Column("most", Double, nullable=False),
    Column("last", Double, nullable=False),
    sqlite_with_rowid=False,
)

task_failures = Table(
    "task_failures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("at", UtcTime, nullable=False),
    Column("task", Text, nullable=False),
    Column("task_id", String(255), nullable=False),
    Column("error", Text, nullable=False),
    Index("task_failures_newest", "bot_id", "id"),
)
