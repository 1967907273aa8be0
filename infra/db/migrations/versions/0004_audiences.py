"""Audiences: what is known of subscribers, lists and tags"""

import sqlalchemy as sa
from alembic import op

from infra.db.bot_tables import Fields
from infra.db.tables import Id, UtcTime

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

INDEX = "subscribers_reached"
REACHED = "joined_at IS NOT NULL AND stopped_at IS NULL AND blocked_at IS NULL"
REACHED_BEFORE = "started_at IS NOT NULL AND stopped_at IS NULL AND blocked_at IS NULL"


def upgrade() -> None:
    op.drop_index(INDEX, "subscribers")
    # On SQLite the table is made anew: its columns cannot be made nullable otherwise.
    with op.batch_alter_table("subscribers") as subscribers:
        subscribers.add_column(
            sa.Column("fields", Fields, server_default=sa.text("'{}'"), nullable=False)
        )
        subscribers.add_column(sa.Column("zone", sa.String(length=64), nullable=True))
        subscribers.add_column(sa.Column("imported_at", UtcTime(), nullable=True))
        subscribers.add_column(sa.Column("joined_at", UtcTime(), nullable=True))
        subscribers.alter_column("first_seen_at", existing_type=UtcTime(), nullable=True)
        subscribers.alter_column("last_seen_at", existing_type=UtcTime(), nullable=True)
    op.execute("UPDATE subscribers SET joined_at = started_at WHERE started_at IS NOT NULL")
    _index(REACHED)
    op.create_table(
        "lists",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("lists_by_name", "lists", ["bot_id", "name"], unique=True)
    op.create_table(
        "list_members",
        sa.Column("list_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("list_id", "user_id"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "subscriber_tags",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("tag", sa.String(length=64), nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "tag", "user_id"),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("subscriber_tags")
    op.drop_table("list_members")
    op.drop_table("lists")
    op.drop_index(INDEX, "subscribers")
    # Who was only imported has never been seen: the schema before has no place for them.
    op.execute("DELETE FROM subscribers WHERE first_seen_at IS NULL")
    with op.batch_alter_table("subscribers") as subscribers:
        subscribers.alter_column("last_seen_at", existing_type=UtcTime(), nullable=False)
        subscribers.alter_column("first_seen_at", existing_type=UtcTime(), nullable=False)
        subscribers.drop_column("joined_at")
        subscribers.drop_column("imported_at")
        subscribers.drop_column("zone")
        subscribers.drop_column("fields")
    _index(REACHED_BEFORE)


def _index(reached: str) -> None:
    where = sa.text(reached)
    op.create_index(
        INDEX,
        "subscribers",
        ["bot_id", "user_id"],
        postgresql_where=where,
        sqlite_where=where,
    )
