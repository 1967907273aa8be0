"""Who may use the web, and what it remembers: accounts, their links and sessions, keys, answers,
imports. Of a link, a session or a key only the hash is kept: who reads the ledger has none.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)

from infra.db.tables import Id, UtcTime, metadata, partial_index

# Its number is never given again: messages that it asked for are found by that and their keys.
accounts = Table(
    "accounts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    # In small letters, as it is typed at the login.
    Column("name", String(64), nullable=False),
    # Null for one of the bot's people: theirs is in `people`, and gone where they are.
    Column("role", String(6)),
    Column("user_id", BigInteger),
    # argon2's, with its salt and its parameters; null for one who comes by links alone.
    Column("password_hash", Text),
    Column("zone", String(64)),
    Column("created_at", UtcTime, nullable=False),
    # First.
    Column("logged_in_at", UtcTime),
    Column("disabled_at", UtcTime),
    Index("accounts_by_name", "bot_id", "name", unique=True),
    sqlite_autoincrement=True,
)
_OF_PERSON = text("user_id IS NOT NULL")
partial_index(
    "accounts_of_people", accounts.c.bot_id, accounts.c.user_id, where=_OF_PERSON, unique=True
)

login_links = Table(
    "login_links",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_at", UtcTime),
    Index("login_links_by_code", "bot_id", "code_hash", unique=True),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("account_id", BigInteger, nullable=False),
    Column("token_hash", String(64), nullable=False),
    # The browser's word for itself.
    Column("agent", Text, nullable=False),
    Column("created_at", UtcTime, nullable=False),
    # Written at most once a minute.
    Column("seen_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Index("sessions_by_token", "bot_id", "token_hash", unique=True),
    Index("sessions_of_account", "account_id"),
)

# Logins that failed, by the account's name and by the address; old ones are of no use.
login_failures = Table(
    "login_failures",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("subject", String(80), nullable=False),
    Column("at", UtcTime, nullable=False),
    Index("login_failures_of", "bot_id", "subject", "at"),
)

api_keys = Table(
    "api_keys",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("name", Text, nullable=False),
    # How it begins, by which its owner knows it again.
    Column("prefix", String(16), nullable=False),
    Column("secret_hash", String(64), nullable=False),
    Column("scope", String(5), nullable=False),
    # The account; null for one that the console has made.
    Column("made_by", BigInteger),
    Column("created_at", UtcTime, nullable=False),
    # Written at most once a minute.
    Column("last_used_at", UtcTime),
    Column("revoked_at", UtcTime),
    Index("api_keys_by_secret", "bot_id", "secret_hash", unique=True),
)

# Answers to requests with an Idempotency-Key; `status` is null while the first is being worked on.
idempotent_answers = Table(
    "idempotent_answers",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    # "key:" and its id, or "account:" and its id.
    Column("caller", String(32), primary_key=True),
    Column("key", String(255), primary_key=True),
    # Of method, path and body.
    Column("fingerprint", String(64), nullable=False),
    Column("status", SmallInteger),
    Column("headers", JSON(none_as_null=True)),
    Column("body", LargeBinary),
    Column("created_at", UtcTime, nullable=False),
    Index("idempotent_answers_made", "bot_id", "created_at"),
)

# Files of people that were uploaded, each taken in by one worker at a time.
imports = Table(
    "imports",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("state", String(9), nullable=False),
    Column("file_name", Text, nullable=False),
    # Below DATA_DIR/imports, by a name of ours.
    Column("stored_as", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("list_name", Text),
    Column("tags", JSON, nullable=False),
    # As infra.importing.Progress counts.
    Column("bytes_read", BigInteger, nullable=False, server_default=text("0")),
    Column("rows", Integer, nullable=False, server_default=text("0")),
    Column("new", Integer, nullable=False, server_default=text("0")),
    Column("changed", Integer, nullable=False, server_default=text("0")),
    Column("unchanged", Integer, nullable=False, server_default=text("0")),
    Column("repeated", Integer, nullable=False, server_default=text("0")),
    Column("bad", Integer, nullable=False, server_default=text("0")),
    # The first rows that were not taken: [{"line", "problem"}].
    Column("rejects", JSON, nullable=False),
    # Why it failed.
    Column("trouble", Text),
    # The account; null for a key's.
    Column("made_by", BigInteger),
    # How often a worker has begun it.
    Column("attempts", SmallInteger, nullable=False, server_default=text("0")),
    Column("created_at", UtcTime, nullable=False),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    # Until then whoever works on it is believed to be alive.
    Column("lease_until", UtcTime),
)
_OPEN_IMPORTS = text("ended_at IS NULL")
partial_index("imports_open", imports.c.bot_id, imports.c.id, where=_OPEN_IMPORTS)
