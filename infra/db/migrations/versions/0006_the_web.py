"""The web's tables, and what shows a calendar, a chat's history and what failed"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.types import JSON

from infra.db.tables import Id, UtcTime

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

POSTS = "broadcast_id = 0"
TROUBLED = "state IN ('failed', 'uncertain', 'cancelled', 'expired')"
INDEXES = {
    "messages_by_time": (["bot_id", "wanted_at", "id"], POSTS),
    "messages_by_chat": (["bot_id", "chat_id", "id"], POSTS),
    "messages_posts": (["bot_id", "id"], POSTS),
    "messages_troubled": (["bot_id", "state", "id"], TROUBLED),
    "messages_by_reason": (["bot_id", "state", "reason", "id"], TROUBLED),
}
TABLES = (
    "accounts",
    "login_links",
    "sessions",
    "login_failures",
    "api_keys",
    "idempotent_answers",
    "imports",
)


def upgrade() -> None:
    _make_accounts()
    _make_login_links()
    _make_sessions()
    _make_login_failures()
    _make_api_keys()
    _make_idempotent_answers()
    _make_imports()
    for name, (columns, where) in INDEXES.items():
        _partial(name, "messages", columns, where)


def _make_accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("role", sa.String(6), nullable=True),
        sa.Column("user_id", sa.BigInteger(), nullable=True),
        sa.Column("password_hash", sa.Text(), nullable=True),
        sa.Column("zone", sa.String(64), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("logged_in_at", UtcTime(), nullable=True),
        sa.Column("disabled_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
        sqlite_autoincrement=True,
    )
    op.create_index("accounts_by_name", "accounts", ["bot_id", "name"], unique=True)
    _partial(
        "accounts_of_people", "accounts", ["bot_id", "user_id"], "user_id IS NOT NULL", unique=True
    )


def _make_login_links() -> None:
    op.create_table(
        "login_links",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("code_hash", sa.String(64), nullable=False),
        sa.Column("made_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.Column("used_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("login_links_by_code", "login_links", ["bot_id", "code_hash"], unique=True)


def _make_sessions() -> None:
    op.create_table(
        "sessions",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("account_id", sa.BigInteger(), nullable=False),
        sa.Column("token_hash", sa.String(64), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("seen_at", UtcTime(), nullable=False),
        sa.Column("expires_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("sessions_by_token", "sessions", ["bot_id", "token_hash"], unique=True)
    op.create_index("sessions_of_account", "sessions", ["account_id"])


def _make_login_failures() -> None:
    op.create_table(
        "login_failures",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("subject", sa.String(80), nullable=False),
        sa.Column("at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("login_failures_of", "login_failures", ["bot_id", "subject", "at"])


def _make_api_keys() -> None:
    op.create_table(
        "api_keys",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("secret_hash", sa.String(64), nullable=False),
        sa.Column("scope", sa.String(5), nullable=False),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("last_used_at", UtcTime(), nullable=True),
        sa.Column("revoked_at", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("api_keys_by_secret", "api_keys", ["bot_id", "secret_hash"], unique=True)


def _make_idempotent_answers() -> None:
    op.create_table(
        "idempotent_answers",
        sa.Column("bot_id", sa.BigInteger(), autoincrement=False, nullable=False),
        sa.Column("caller", sa.String(32), nullable=False),
        sa.Column("key", sa.String(255), nullable=False),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("status", sa.SmallInteger(), nullable=True),
        sa.Column("headers", JSON(none_as_null=True), nullable=True),
        sa.Column("body", sa.LargeBinary(), nullable=True),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.PrimaryKeyConstraint("bot_id", "caller", "key"),
    )
    op.create_index("idempotent_answers_made", "idempotent_answers", ["bot_id", "created_at"])


def _make_imports() -> None:
    op.create_table(
        "imports",
        sa.Column("id", Id, nullable=False),
        sa.Column("bot_id", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(9), nullable=False),
        sa.Column("file_name", sa.Text(), nullable=False),
        sa.Column("stored_as", sa.String(64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("list_name", sa.Text(), nullable=True),
        sa.Column("tags", JSON(), nullable=False),
        sa.Column("bytes_read", sa.BigInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("rows", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("new", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("changed", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("unchanged", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("repeated", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("bad", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("rejects", JSON(), nullable=False),
        sa.Column("trouble", sa.Text(), nullable=True),
        sa.Column("made_by", sa.BigInteger(), nullable=True),
        sa.Column("attempts", sa.SmallInteger(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", UtcTime(), nullable=False),
        sa.Column("started_at", UtcTime(), nullable=True),
        sa.Column("ended_at", UtcTime(), nullable=True),
        sa.Column("lease_until", UtcTime(), nullable=True),
        sa.PrimaryKeyConstraint("id"),
    )
    _partial("imports_open", "imports", ["bot_id", "id"], "ended_at IS NULL")


def _partial(
    name: str, table: str, columns: list[str], where: str, *, unique: bool = False
) -> None:
    condition = sa.text(where)
    op.create_index(
        name,
        table,
        columns,
        unique=unique,
        postgresql_where=condition,
        sqlite_where=condition,
    )


def downgrade() -> None:
    for name in INDEXES:
        op.drop_index(name, "messages")
    for table in TABLES:
        op.drop_table(table)
