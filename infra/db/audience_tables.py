"""How subscribers are told apart: saved lists of them, and tags."""

from sqlalchemy import BigInteger, Column, Index, String, Table, Text

from infra.db.tables import Id, UtcTime, metadata

# Its number is never given again: rows of members that outlive a list are nobody's.
lists = Table(
    "lists",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    Index("lists_by_name", "bot_id", "name", unique=True),
    sqlite_autoincrement=True,
)

list_members = Table(
    "list_members",
    metadata,
    Column("list_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)

# By tag first: who has one is a range of the key, in the order of recipients.
subscriber_tags = Table(
    "subscriber_tags",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("tag", String(64), primary_key=True),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    sqlite_with_rowid=False,
)
