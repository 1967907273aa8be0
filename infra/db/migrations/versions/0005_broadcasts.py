"""Broadcasts: their states, how they are built, and their tallies"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import JSON

from infra.db.tables import UtcTime

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

OF_IT = "FROM messages WHERE broadcast_id = broadcasts.id AND broadcast_id <> 0"
ACTIVE = "state IN ('scheduled', 'queued', 'sending')"
WAITING = sa.text("state = 'scheduled'")
UNREACHED = sa.text(
    "broadcast_id <> 0 AND state IN ('failed', 'uncertain', 'cancelled', 'expired')"
)
INDEXES = {
    "broadcasts_running": "state = 'running'",
    "broadcasts_unbuilt": "built_at IS NULL AND audience IS NOT NULL",
    "broadcasts_leftover": "leftover",
    "broadcasts_stopped": "why IS NOT NULL",
    "broadcasts_ended": "ended_at IS NOT NULL",
}
BY_END = {"broadcasts_ended"}


def upgrade() -> None:
    op.add_column("messages", sa.Column("personal", JSON(none_as_null=True), nullable=True))
    for column in _columns():
        op.add_column("broadcasts", column)
    op.create_table(
        "broadcast_tallies",
        sa.Column("broadcast_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("shard", sa.SmallInteger(), autoincrement=False, nullable=False),
        *(
            sa.Column(name, sa.Integer(), nullable=False)
            for name in ("sent", "failed", "uncertain", "skipped", "streak")
        ),
        sa.Column("good_at", UtcTime(), nullable=True),
        sa.Column("bad_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("broadcast_id", "shard"),
    )
    _make_uploads()
    _cut_in_lanes()
    _index_the_unreached()
    _carry_over()
    op.drop_column("broadcasts", "paused")
    for name, text in INDEXES.items():
        where = sa.text(text)
        of = ["bot_id", "ended_at" if name in BY_END else "id"]
        op.create_index(name, "broadcasts", of, postgresql_where=where, sqlite_where=where)


def _make_uploads() -> None:
    op.create_table(
        "uploads",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("file_id", sa.Text(), nullable=False),
        sa.Column("uploaded_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "kind", "digest"),
    )


def _cut_in_lanes() -> None:
    lane = sa.Column("lane", sa.SmallInteger(), server_default=sa.text("0"), nullable=False)
    op.add_column("messages", lane)
    op.create_table(
        "broadcast_lanes",
        sa.Column("broadcast_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("lane", sa.SmallInteger(), autoincrement=False, nullable=False),
        sa.Column("zone", sa.String(64), nullable=False),
        sa.Column("opens_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("broadcast_id", "lane"),
    )
    by_zone = ("broadcast_lanes_by_zone", "broadcast_lanes", ["broadcast_id", "zone"])
    op.create_index(*by_zone, unique=True)
    op.create_index("broadcast_lanes_open", "broadcast_lanes", ["broadcast_id", "opens_at"])
    _index_what_is_due("lane")


def _index_the_unreached() -> None:
    op.create_index(
        "messages_unreached",
        "messages",
        ["broadcast_id", "state", "reason", "chat_id"],
        postgresql_where=UNREACHED,
        sqlite_where=UNREACHED,
    )


def _index_what_is_due(*lane: str) -> None:
    op.drop_index("messages_due", "messages")
    columns = ["bot_id", "broadcast_id", *lane, "due_at", "id"]
    op.create_index(
        "messages_due", "messages", columns, postgresql_where=WAITING, sqlite_where=WAITING
    )


def _columns() -> list[sa.Column[object]]:
    text = sa.text
    return [
        sa.Column("name", sa.Text(), server_default=text("''"), nullable=False),
        sa.Column("state", sa.String(9), server_default=text("'draft'"), nullable=False),
        sa.Column("why", sa.Text(), nullable=True),
        sa.Column("paused_at", UtcTime(), nullable=True),
        sa.Column("leftover", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("audience", JSON(none_as_null=True), nullable=True),
        sa.Column("fields", JSON(none_as_null=True), nullable=True),
        sa.Column("list_id", sa.BigInteger(), nullable=True),
        sa.Column("built_to", sa.BigInteger(), nullable=True),
        sa.Column("built_at", UtcTime(), nullable=True),
        sa.Column("builder_until", UtcTime(), nullable=True),
        sa.Column("opens_at", UtcTime(), nullable=True),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("hours_from", sa.SmallInteger(), nullable=True),
        sa.Column("hours_to", sa.SmallInteger(), nullable=True),
        sa.Column("hours_zone", sa.String(64), nullable=True),
        sa.Column("own_zones", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("paid", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("errors_in_a_row", sa.SmallInteger(), server_default=text("0"), nullable=False),
        sa.Column("on_uncertain", sa.String(6), server_default=text("'park'"), nullable=False),
        sa.Column("max_attempts", sa.SmallInteger(), server_default=text("6"), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=True),
    ]


def _carry_over() -> None:
    """Each that stands was built and started; what has been removed of it is counted no more."""
    op.execute(
        "INSERT INTO broadcast_tallies "
        "(broadcast_id, shard, sent, failed, uncertain, skipped, streak) "
        "SELECT broadcast_id, 0, "
        "sum(CASE WHEN state = 'sent' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN state = 'uncertain' THEN 1 ELSE 0 END), "
        "sum(CASE WHEN state IN ('cancelled', 'expired') THEN 1 ELSE 0 END), 0 "
        "FROM messages WHERE broadcast_id <> 0 GROUP BY broadcast_id"
    )
    op.execute(  # constants all
        f"UPDATE broadcasts SET total = (SELECT count(*) {OF_IT}), "  # noqa: S608
        "built_at = created_at, opens_at = wanted_at, started_at = created_at, "
        f"on_uncertain = coalesce((SELECT min(on_uncertain) {OF_IT}), 'park'), "
        f"max_attempts = coalesce((SELECT max(max_attempts) {OF_IT}), 6), "
        f"expires_at = (SELECT max(expires_at) {OF_IT}), "
        "state = CASE WHEN paused THEN 'paused' "
        f"WHEN EXISTS (SELECT 1 {OF_IT} AND {ACTIVE}) THEN 'running' ELSE 'completed' END"
    )
    op.execute(
        "UPDATE broadcasts SET ended_at = "  # noqa: S608
        f"coalesce((SELECT max(ended_at) {OF_IT}), created_at) "
        "WHERE state = 'completed'"
    )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "broadcasts")
    paused: sa.Column[bool] = sa.Column(
        "paused", sa.Boolean(), server_default=sa.false(), nullable=False
    )
    op.add_column("broadcasts", paused)
    # What is a draft or cancelled must not be sent: to the schema before it is paused.
    op.execute("UPDATE broadcasts SET paused = (state IN ('draft', 'paused', 'cancelled'))")
    op.drop_table("uploads")
    op.drop_table("broadcast_tallies")
    op.drop_index("messages_unreached", "messages")
    _index_what_is_due()
    op.drop_table("broadcast_lanes")
    op.drop_column("messages", "lane")
    for column in _columns():
        op.drop_column("broadcasts", column.name)
    op.drop_column("messages", "personal")
