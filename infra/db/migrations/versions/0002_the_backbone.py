"""Recurrences, channels and their samples, health, figures"""

import sqlalchemy as sa
from alembic import op

from infra.db.tables import Id, UtcTime

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "channels",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("type", sa.String(length=10), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=True),
        sa.Column("members", sa.Integer(), nullable=True),
        sa.Column("preview", sa.String(length=4), nullable=True),
        sa.Column("preview_reason", sa.Text(), nullable=True),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("added_at", UtcTime(), nullable=False),
        sa.Column("removed_at", UtcTime(), nullable=True),
        sa.Column("looked_at", UtcTime(), nullable=True),
        sa.Column("look_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("channels_by_chat", "channels", ["bot_id", "chat_id"], unique=True)
    op.create_index(
        "channels_to_look_at",
        "channels",
        ["bot_id", "look_at"],
        postgresql_where=sa.text("removed_at IS NULL"),
        sqlite_where=sa.text("removed_at IS NULL"),
    )
    op.create_table(
        "health",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.Column("since", UtcTime(), nullable=False),
        sa.Column("checked_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "part"),
    )
    op.create_table(
        "health_changes",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("part", sa.String(length=32), nullable=False),
        sa.Column("was", sa.String(length=9), nullable=True),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("remedy", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("health_changes_newest", "health_changes", ["bot_id", "id"])
    op.create_table(
        "health_checks",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("took_ms", sa.Integer(), nullable=False),
        sa.Column("parts", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("health_checks_by_time", "health_checks", ["bot_id", "at"])
    op.create_table(
        "member_samples",
        sa.Column("channel_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.Column("members", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("channel_id", "at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "metrics",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("name", sa.String(length=64), nullable=False),
        sa.Column("label", sa.String(length=64), nullable=False),
        sa.Column("span_s", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("n", sa.Integer(), nullable=False),
        sa.Column("total", sa.Double(), nullable=False),
        sa.Column("least", sa.Double(), nullable=False),
        sa.Column("most", sa.Double(), nullable=False),
        sa.Column("last", sa.Double(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "name", "label", "span_s", "at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "post_samples",
        sa.Column("post_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("until", UtcTime(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=False),
        sa.Column("precision", sa.Integer(), nullable=False),
        sa.Column("raw", sa.String(length=16), nullable=False),
        sa.Column("source", sa.String(length=8), nullable=False),
        sa.PrimaryKeyConstraint("post_id", "at"),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "posts",
        sa.Column("id", Id, nullable=False),
        sa.Column("channel_id", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=False),
        sa.Column("posted_at", UtcTime(), nullable=False),
        sa.Column("head", sa.Text(), nullable=False),
        sa.Column("views", sa.BigInteger(), nullable=True),
        sa.Column("views_raw", sa.String(length=16), nullable=True),
        sa.Column("sampled_at", UtcTime(), nullable=True),
        sa.Column("sample_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("posts_by_message", "posts", ["channel_id", "message_id"], unique=True)
    op.create_index("posts_by_time", "posts", ["channel_id", "posted_at"])
    op.create_index(
        "posts_to_sample",
        "posts",
        ["channel_id", "sample_at"],
        postgresql_where=sa.text("sample_at IS NOT NULL"),
        sqlite_where=sa.text("sample_at IS NOT NULL"),
    )
    op.create_table(
        "series",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("chat_id", sa.Text(), nullable=False),
        sa.Column("content", sa.JSON(), nullable=False),
        sa.Column("cost", sa.SmallInteger(), nullable=False),
        sa.Column("on_uncertain", sa.String(length=6), nullable=False),
        sa.Column("max_attempts", sa.SmallInteger(), nullable=False),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("zone", sa.String(length=64), nullable=False),
        sa.Column("starts", sa.String(length=32), nullable=False),
        sa.Column("missed", sa.String(length=4), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("next_at", UtcTime(), nullable=True),
        sa.Column("skipped", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("series_by_key", "series", ["bot_id", "key"], unique=True)
    op.create_index(
        "series_due",
        "series",
        ["bot_id", "next_at"],
        postgresql_where=sa.text("state = 'active'"),
        sqlite_where=sa.text("state = 'active'"),
    )
    op.create_table(
        "task_failures",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("task", sa.Text(), nullable=False),
        sa.Column("task_id", sa.String(length=255), nullable=False),
        sa.Column("error", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("task_failures_newest", "task_failures", ["bot_id", "id"])
    op.create_table(
        "ticks",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("entry", sa.String(length=64), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.Column("every_s", sa.Double(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "entry"),
    )
    op.add_column(
        "broadcasts", sa.Column("closed", sa.Boolean(), server_default=sa.false(), nullable=False)
    )
    op.add_column("messages", sa.Column("series_id", sa.BigInteger(), nullable=True))
    op.add_column("messages", sa.Column("occurrence_at", UtcTime(), nullable=True))
    op.add_column("messages", sa.Column("expires_at", UtcTime(), nullable=True))
    op.create_index(
        "messages_by_occurrence",
        "messages",
        ["series_id", "occurrence_at"],
        unique=True,
        postgresql_where=sa.text("series_id IS NOT NULL"),
        sqlite_where=sa.text("series_id IS NOT NULL"),
    )
    op.create_index(
        "messages_ended",
        "messages",
        ["bot_id", "ended_at"],
        postgresql_where=sa.text("ended_at IS NOT NULL"),
        sqlite_where=sa.text("ended_at IS NOT NULL"),
    )
    op.create_index(
        "messages_uncertain",
        "messages",
        ["bot_id", "id"],
        postgresql_where=sa.text("state = 'uncertain'"),
        sqlite_where=sa.text("state = 'uncertain'"),
    )
    op.create_index(
        "messages_expiring",
        "messages",
        ["bot_id", "expires_at"],
        postgresql_where=sa.text("expires_at IS NOT NULL AND state IN ('scheduled', 'queued')"),
        sqlite_where=sa.text("expires_at IS NOT NULL AND state IN ('scheduled', 'queued')"),
    )


def downgrade() -> None:
    op.drop_index("messages_by_occurrence", "messages")
    op.drop_index("messages_ended", "messages")
    op.drop_index("messages_uncertain", "messages")
    op.drop_index("messages_expiring", "messages")
    op.drop_column("messages", "series_id")
    op.drop_column("messages", "occurrence_at")
    op.drop_column("messages", "expires_at")
    op.drop_column("broadcasts", "closed")
    op.drop_table("ticks")
    op.drop_table("task_failures")
    op.drop_table("series")
    op.drop_table("posts")
    op.drop_table("post_samples")
    op.drop_table("metrics")
    op.drop_table("member_samples")
    op.drop_table("health_checks")
    op.drop_table("health_changes")
    op.drop_table("health")
    op.drop_table("channels")
