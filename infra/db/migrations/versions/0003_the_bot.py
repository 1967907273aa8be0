"""The bot: people, invites, subscribers, conversations, updates, alerts"""

import sqlalchemy as sa
from alembic import op

from infra.db.tables import Id, UtcTime

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "people",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("invited_by", sa.BigInteger(), nullable=True),
        sa.Column("joined_at", UtcTime(), nullable=False),
        sa.Column("language", sa.String(length=8), nullable=True),
        sa.Column("zone", sa.String(length=64), nullable=True),
        sa.Column("quiet_from", sa.SmallInteger(), nullable=True),
        sa.Column("quiet_to", sa.SmallInteger(), nullable=True),
        sa.Column("alerts", sa.Boolean(), server_default=sa.true(), nullable=False),
        sa.Column("muted", sa.Text(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "user_id"),
    )
    op.create_table(
        "invites",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.Column("role", sa.String(length=6), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_by", sa.BigInteger(), nullable=True),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("invites_by_code", "invites", ["bot_id", "code_hash"], unique=True)
    op.create_table(
        "subscribers",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("first_name", sa.Text(), nullable=False),
        sa.Column("last_name", sa.Text(), nullable=False),
        sa.Column("username", sa.Text(), nullable=False),
        sa.Column("language_code", sa.String(length=35), nullable=False),
        sa.Column("first_seen_at", UtcTime(), nullable=False),
        sa.Column("last_seen_at", UtcTime(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("stopped_at", UtcTime(), nullable=True),
        sa.Column("blocked_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "user_id"),
    )
    reached = sa.text("started_at IS NOT NULL AND stopped_at IS NULL AND blocked_at IS NULL")
    op.create_index(
        "subscribers_reached",
        "subscribers",
        ["bot_id", "user_id"],
        postgresql_where=reached,
        sqlite_where=reached,
    )
    op.create_table(
        "conversations",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("chat_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("state", sa.Text(), nullable=True),
        sa.Column("data", sa.JSON(), nullable=False),
        sa.Column("taps", sa.JSON(), nullable=False),
        sa.Column("changed_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "chat_id", "user_id"),
    )
    op.create_table(
        "updates",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("update_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("content", sa.JSON(), nullable=True),
        sa.Column("tries", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("came_at", UtcTime(), nullable=False),
        sa.Column("done_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("bot_id", "update_id"),
    )
    undone, done = sa.text("done_at IS NULL"), sa.text("done_at IS NOT NULL")
    op.create_index(
        "updates_undone",
        "updates",
        ["bot_id", "update_id"],
        postgresql_where=undone,
        sqlite_where=undone,
    )
    op.create_index(
        "updates_done", "updates", ["bot_id", "done_at"], postgresql_where=done, sqlite_where=done
    )
    op.create_table(
        "alerts",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("facts", sa.JSON(), nullable=False),
        sa.Column("raised_at", UtcTime(), nullable=False),
        sa.Column("told_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("ends", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    standing = sa.text("ended_at IS NULL")
    op.create_index(
        "alerts_standing",
        "alerts",
        ["bot_id", "kind", "subject"],
        unique=True,
        postgresql_where=standing,
        sqlite_where=standing,
    )
    untold, ended = sa.text("told_at IS NULL"), sa.text("ended_at IS NOT NULL")
    op.create_index(
        "alerts_untold", "alerts", ["bot_id", "id"], postgresql_where=untold, sqlite_where=untold
    )
    op.create_index(
        "alerts_ended", "alerts", ["bot_id", "ended_at"], postgresql_where=ended, sqlite_where=ended
    )
    op.create_table(
        "alert_messages",
        sa.Column("alert_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("user_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("told_in", sa.BigInteger(), nullable=False),
        sa.Column("message_id", sa.BigInteger(), nullable=True),
        sa.PrimaryKeyConstraint("alert_id", "user_id"),
    )
    op.create_index("alert_messages_told_in", "alert_messages", ["told_in", "user_id"])
    op.create_table(
        "alert_marks",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("ended_until", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id"),
    )
    op.add_column("channels", sa.Column("lacks", sa.Text(), nullable=True))
    op.add_column("channels", sa.Column("lost", sa.Text(), nullable=True))


def downgrade() -> None:
    op.drop_column("channels", "lost")
    op.drop_column("channels", "lacks")
    op.drop_table("alert_marks")
    op.drop_table("alert_messages")
    op.drop_table("alerts")
    op.drop_table("updates")
    op.drop_table("conversations")
    op.drop_table("subscribers")
    op.drop_table("invites")
    op.drop_table("people")
