"""The bot as people use it: who runs it, who follows it, and what they are talking about."""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    SmallInteger,
    String,
    Table,
    Text,
    text,
    true,
)
from sqlalchemy.dialects.postgresql import JSONB

from infra.db.tables import Id, UtcTime, metadata, partial_index

Fields = JSON().with_variant(JSONB(), "postgresql")
"""JSON that the database can merge and compare."""

people = Table(
    "people",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    # Telegram's number of the user, which is also that of the private chat with the bot.
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("role", String(6), nullable=False),
    Column("invited_by", BigInteger),
    Column("joined_at", UtcTime, nullable=False),
    # What they have chosen; null for nothing yet.
    Column("language", String(8)),
    Column("zone", String(64)),
    # Minutes since midnight in their zone; both or neither.
    Column("quiet_from", SmallInteger),
    Column("quiet_to", SmallInteger),
    Column("alerts", Boolean, nullable=False, server_default=true()),
    # Kinds of alerts that they do not want, such as "failed health"; null for none.
    Column("muted", Text),
)

# A one-time code that lets somebody in. Only its hash is kept: who reads the ledger has no code.
invites = Table(
    "invites",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("code_hash", String(64), nullable=False),
    Column("role", String(6), nullable=False),
    # Null for the code that the console has printed.
    Column("made_by", BigInteger),
    Column("made_at", UtcTime, nullable=False),
    Column("expires_at", UtcTime, nullable=False),
    Column("used_by", BigInteger),
    Column("used_at", UtcTime),
    Index("invites_by_code", "bot_id", "code_hash", unique=True),
)

subscribers = Table(
    "subscribers",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("first_name", Text, nullable=False),
    Column("last_name", Text, nullable=False),
    Column("username", Text, nullable=False),
    Column("language_code", String(35), nullable=False),
    # Null for one who was imported and has not written yet.
    Column("first_seen_at", UtcTime),
    Column("last_seen_at", UtcTime),
    Column("started_at", UtcTime),
    Column("stopped_at", UtcTime),
    Column("blocked_at", UtcTime),
    # What a file told of them, by the names of placeholders; all values are texts.
    Column("fields", Fields, nullable=False, server_default=text("'{}'")),
    Column("zone", String(64)),
    Column("imported_at", UtcTime),
    # Since when they may be written to: as a file tells it, else from their first /start or
    # their import. Null for one who has only written something.
    Column("joined_at", UtcTime),
)
_REACHED = text("joined_at IS NOT NULL AND stopped_at IS NULL AND blocked_at IS NULL")
partial_index("subscribers_reached", subscribers.c.bot_id, subscribers.c.user_id, where=_REACHED)

# How far somebody is in a conversation. `taps` are the buttons that did their work already,
# each with the press that it did it for, oldest first: they outlive the conversation.
conversations = Table(
    "conversations",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("state", Text),
    Column("data", JSON, nullable=False),
    Column("taps", JSON, nullable=False),
    Column("changed_at", UtcTime, nullable=False),
)

# What Telegram has handed over, kept until it is done: Telegram forgets it once it was fetched.
# A row without content is done, and stays a while so that the same update is not taken twice.
updates = Table(
    "updates",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("update_id", BigInteger, primary_key=True, autoincrement=False),
    Column("content", JSON(none_as_null=True)),
    Column("tries", SmallInteger, nullable=False, server_default=text("0")),
    Column("came_at", UtcTime, nullable=False),
    Column("done_at", UtcTime),
)
_UNDONE = text("done_at IS NULL")
partial_index("updates_undone", updates.c.bot_id, updates.c.update_id, where=_UNDONE)
_DONE = text("done_at IS NOT NULL")
partial_index("updates_done", updates.c.bot_id, updates.c.done_at, where=_DONE)

# What owners are to be told. One that stands (not ended) is unique by what it is about, so that
# it is told once however often it is noticed.
alerts = Table(
    "alerts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    # What it is about: a kind such as "failed" or "rights", and of which message, channel, part.
    Column("kind", String(16), nullable=False),
    Column("subject", Text, nullable=False),
    Column("facts", JSON, nullable=False),
    Column("raised_at", UtcTime, nullable=False),
    # When nobody was left who had to be told.
    Column("told_at", UtcTime),
    Column("ended_at", UtcTime),
    # Of one that tells that another is over: which. It has ended from its beginning.
    Column("ends", BigInteger),
)
_STANDING = text("ended_at IS NULL")
partial_index(
    "alerts_standing",
    *(alerts.c.bot_id, alerts.c.kind, alerts.c.subject),
    where=_STANDING,
    unique=True,
)
_UNTOLD = text("told_at IS NULL")
partial_index("alerts_untold", alerts.c.bot_id, alerts.c.id, where=_UNTOLD)
_ENDED = text("ended_at IS NOT NULL")
partial_index("alerts_ended", alerts.c.bot_id, alerts.c.ended_at, where=_ENDED)

# Whom an alert was told: written before that is sent, `message_id` once it was. Several alerts
# that were told in one message share `told_in`, the first of them.
alert_messages = Table(
    "alert_messages",
    metadata,
    Column("alert_id", BigInteger, primary_key=True, autoincrement=False),
    Column("user_id", BigInteger, primary_key=True, autoincrement=False),
    Column("told_in", BigInteger, nullable=False),
    Column("message_id", BigInteger),
    Index("alert_messages_told_in", "told_in", "user_id"),
)

# Up to when messages that ended have been looked through for what owners are to be told.
alert_marks = Table(
    "alert_marks",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("ended_until", UtcTime, nullable=False),
)
