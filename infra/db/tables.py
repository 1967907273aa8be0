"""The ledger's tables. Migrations make them; this module is how the code names them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    false,
    text,
)
from sqlalchemy.types import JSON, TypeEngine

from core.epoch import EPOCH


def to_microseconds(moment: datetime) -> int:
    return (moment - EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    return EPOCH + timedelta(microseconds=value)


class UtcTime(TypeDecorator[datetime]):
    """An aware UTC datetime: timestamptz on Postgres, integer microseconds on SQLite."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        on_sqlite = dialect.name == "sqlite"
        return dialect.type_descriptor(BigInteger() if on_sqlite else DateTime(timezone=True))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> Any:
        if value is None or dialect.name != "sqlite":
            return value
        return to_microseconds(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        moment: datetime | None = value
        if value is not None and dialect.name == "sqlite":
            moment = from_microseconds(value)
        return moment


# SQLite numbers rows by itself only where the key is spelt INTEGER.
Id = BigInteger().with_variant(Integer(), "sqlite")

metadata = MetaData()

bots = Table(
    "bots",
    metadata,
    Column("id", BigInteger, primary_key=True, autoincrement=False),
    Column("held_until", UtcTime),
    Column("hold_reason", Text),
    # The fingerprint of a token that Telegram answered with 401: another token is not held.
    Column("refused_token", String(64)),
)

chats = Table(
    "chats",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    Column("chat_id", Text, primary_key=True),
    Column("held_until", UtcTime),
    Column("hold_reason", Text),
    Column("unreachable", Text),
    Column("migrated_to", Text),
)

broadcasts = Table(
    "broadcasts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("content", JSON, nullable=False),
    Column("name", Text, nullable=False, server_default=text("''")),
    # core/broadcast.py. Claims and marks read it: that is all that pauses or cancels a broadcast.
    Column("state", String(9), nullable=False, server_default=text("'draft'")),
    # Why it paused itself, and when it did so last.
    Column("why", Text),
    Column("paused_at", UtcTime),
    # Some of its messages, long ended, have been removed: whom it reached is not known any more.
    Column("closed", Boolean, nullable=False, server_default=false()),
    # Cancelled, and not all of its messages have been ended.
    Column("leftover", Boolean, nullable=False, server_default=false()),
    # Null where its chats are given one by one.
    Column("audience", JSON(none_as_null=True)),
    # The list that the audience names, whatever it is called by now.
    Column("list_id", BigInteger),
    # Names of the placeholders whose values are taken for each recipient; null for none.
    Column("fields", JSON(none_as_null=True)),
    # The last of the audience that has its row; null for none.
    Column("built_to", BigInteger),
    # When the last of its rows was there.
    Column("built_at", UtcTime),
    # Until then whoever makes it is believed to be writing its rows: nobody else needs to.
    Column("builder_until", UtcTime),
    Column("total", Integer, nullable=False),
    Column("wanted_at", UtcTime, nullable=False),
    # Not claimed before. Moved on to the next opening where it is outside of its hours.
    Column("opens_at", UtcTime),
    Column("started_at", UtcTime),
    Column("ended_at", UtcTime),
    # Minutes since midnight in the zone; all three or none.
    Column("hours_from", SmallInteger),
    Column("hours_to", SmallInteger),
    Column("hours_zone", String(64)),
    # The hours are meant in each recipient's zone; `hours_zone` is for who has none.
    Column("own_zones", Boolean, nullable=False, server_default=false()),
    Column("paid", Boolean, nullable=False, server_default=false()),
    # So many pause it; 0 for never.
    Column("errors_in_a_row", SmallInteger, nullable=False, server_default=text("0")),
    # What its rows are written with.
    Column("on_uncertain", String(6), nullable=False, server_default=text("'park'")),
    Column("max_attempts", SmallInteger, nullable=False, server_default=text("6")),
    Column("expires_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    Index("broadcasts_by_key", "bot_id", "key", unique=True),
)

# How many of a broadcast's messages have ended, and how: the sum over its shards. A process adds
# to one shard, in the transaction that ends the messages, so that few wait for each other.
broadcast_tallies = Table(
    "broadcast_tallies",
    metadata,
    Column("broadcast_id", BigInteger, primary_key=True, autoincrement=False),
    Column("shard", SmallInteger, primary_key=True, autoincrement=False),
    Column("sent", Integer, nullable=False),
    Column("failed", Integer, nullable=False),
    Column("uncertain", Integer, nullable=False),
    # Cancelled or expired.
    Column("skipped", Integer, nullable=False),
    # Errors since its last success; see infra/db/tallies.py.
    Column("streak", Integer, nullable=False),
    # When the process met its last success, and its last error in a row.
    Column("good_at", UtcTime),
    Column("bad_at", UtcTime),
)

# A broadcast with hours in its recipients' zones has a lane for each zone, from 1 on: the first
# is for who has no zone of their own. What waits in a lane is not claimed before `opens_at`, which
# claims move on to the next opening where it is outside of its hours.
broadcast_lanes = Table(
    "broadcast_lanes",
    metadata,
    Column("broadcast_id", BigInteger, primary_key=True, autoincrement=False),
    Column("lane", SmallInteger, primary_key=True, autoincrement=False),
    Column("zone", String(64), nullable=False),
    Column("opens_at", UtcTime, nullable=False),
    Index("broadcast_lanes_by_zone", "broadcast_id", "zone", unique=True),
    Index("broadcast_lanes_open", "broadcast_id", "opens_at"),
)

messages = Table(
    "messages",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    # 0 for a post: no null, so that one index serves posts and broadcasts alike.
    Column("broadcast_id", BigInteger, nullable=False),
    Column("chat_id", Text, nullable=False),
    # Null in a broadcast's rows, which are unique by chat and share the broadcast's content.
    Column("key", Text),
    Column("fingerprint", String(64)),
    Column("content", JSON(none_as_null=True)),
    Column("cost", SmallInteger, nullable=False),
    Column("state", String(9), nullable=False),
    Column("wanted_at", UtcTime, nullable=False),
    # The message's place among those to its chat. A hold moves due_at and leaves this alone.
    Column("turn_at", UtcTime, nullable=False),
    Column("due_at", UtcTime, nullable=False),
    Column("token", BigInteger),
    Column("lease_until", UtcTime),
    Column("attempts", SmallInteger, nullable=False),
    Column("max_attempts", SmallInteger, nullable=False),
    Column("hidden", SmallInteger, nullable=False),
    Column("on_uncertain", String(6), nullable=False),
    Column("reason", Text),
    Column("description", Text),
    Column("message_ids", JSON(none_as_null=True)),
    Column("sent_at", UtcTime),
    Column("ended_at", UtcTime),
    Column("created_at", UtcTime, nullable=False),
    # A recurrence's message, and which of its occurrences it stands for.
    Column("series_id", BigInteger),
    Column("occurrence_at", UtcTime),
    # Not sent at or after this moment.
    Column("expires_at", UtcTime),
    # Values of the placeholders that the shared content names, for this recipient.
    Column("personal", JSON(none_as_null=True)),
    # Of its broadcast, see there; 0 where that has none, and for a post.
    Column("lane", SmallInteger, nullable=False, server_default=text("0")),
)

IS_RECIPIENT: Any = text("broadcast_id <> 0")
"""The indexes of recipients serve only who names it."""
IS_POST: Any = text("broadcast_id = 0")
"""The same of the indexes of posts."""
_WAITING = text("state = 'scheduled'")
_ACTIVE = text("state IN ('scheduled', 'queued', 'sending')")
_LEASED = text("state IN ('queued', 'sending')")
_SENDING = text("state = 'sending'")


def partial_index(name: str, *columns: Any, where: Any, unique: bool = False) -> Index:
    return Index(name, *columns, unique=unique, postgresql_where=where, sqlite_where=where)


m = messages.c
partial_index("messages_due", m.bot_id, m.broadcast_id, m.lane, m.due_at, m.id, where=_WAITING)
partial_index(
    "messages_in_turn", m.bot_id, m.chat_id, m.broadcast_id, m.turn_at, m.id, where=_ACTIVE
)
partial_index("messages_in_flight", m.bot_id, m.chat_id, where=_SENDING)
partial_index("messages_leased", m.bot_id, m.lease_until, where=_LEASED)
partial_index("messages_by_key", m.bot_id, m.key, where=text("key IS NOT NULL"), unique=True)
partial_index(
    "messages_by_recipient",
    m.broadcast_id,
    m.chat_id,
    where=IS_RECIPIENT,
    unique=True,
)
# Entered only at these ends: nothing of it is written while all goes well.
_UNREACHED = text("broadcast_id <> 0 AND state IN ('failed', 'uncertain', 'cancelled', 'expired')")
partial_index("messages_unreached", m.broadcast_id, m.state, m.reason, m.chat_id, where=_UNREACHED)
partial_index(
    "messages_by_occurrence",
    m.series_id,
    m.occurrence_at,
    where=text("series_id IS NOT NULL"),
    unique=True,
)
_EXPIRING = text("expires_at IS NOT NULL AND state IN ('scheduled', 'queued')")
partial_index("messages_expiring", m.bot_id, m.expires_at, where=_EXPIRING)
partial_index("messages_ended", m.bot_id, m.ended_at, where=text("ended_at IS NOT NULL"))
partial_index("messages_uncertain", m.bot_id, m.id, where=text("state = 'uncertain'"))
# Of posts alone, that broadcasts do not pay for them: what a calendar and a chat's history show.
partial_index("messages_by_time", m.bot_id, m.wanted_at, m.id, where=IS_POST)
partial_index("messages_by_chat", m.bot_id, m.chat_id, m.id, where=IS_POST)
partial_index("messages_posts", m.bot_id, m.id, where=IS_POST)
# Entered only at these ends, as the unreached; on SQLite it serves who names all of them.
_TROUBLED = text("state IN ('failed', 'uncertain', 'cancelled', 'expired')")
partial_index("messages_troubled", m.bot_id, m.state, m.id, where=_TROUBLED)
partial_index("messages_by_reason", m.bot_id, m.state, m.reason, m.id, where=_TROUBLED)

b = broadcasts.c
partial_index("broadcasts_running", b.bot_id, b.id, where=text("state = 'running'"))
_UNBUILT = text("built_at IS NULL AND audience IS NOT NULL")
partial_index("broadcasts_unbuilt", b.bot_id, b.id, where=_UNBUILT)
partial_index("broadcasts_leftover", b.bot_id, b.id, where=text("leftover"))
partial_index("broadcasts_stopped", b.bot_id, b.id, where=text("why IS NOT NULL"))
partial_index("broadcasts_ended", b.bot_id, b.ended_at, where=text("ended_at IS NOT NULL"))

# A recurrence: `rule` (RFC 5545; where that counts, ";LAST=" and its last occurrence follow) in
# `zone`, from the wall time `starts` on (ISO 8601, no offset).
# `next_at` is the first occurrence that has no message yet; null where there is none.
series = Table(
    "series",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    Column("key", Text, nullable=False),
    Column("fingerprint", String(64), nullable=False),
    Column("chat_id", Text, nullable=False),
    Column("content", JSON, nullable=False),
    Column("cost", SmallInteger, nullable=False),
    Column("on_uncertain", String(6), nullable=False),
    Column("max_attempts", SmallInteger, nullable=False),
    Column("rule", Text, nullable=False),
    Column("zone", String(64), nullable=False),
    Column("starts", String(32), nullable=False),
    Column("missed", String(4), nullable=False),
    Column("state", String(9), nullable=False),
    Column("next_at", UtcTime),
    Column("skipped", Integer, nullable=False, server_default=text("0")),
    Column("created_at", UtcTime, nullable=False),
    Index("series_by_key", "bot_id", "key", unique=True),
)
_RECURRING = text("state = 'active'")
partial_index("series_due", series.c.bot_id, series.c.next_at, where=_RECURRING)

attempts = Table(
    "attempts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("message_id", BigInteger, nullable=False),
    Column("number", SmallInteger, nullable=False),
    Column("started_at", UtcTime, nullable=False),
    Column("ended_at", UtcTime, nullable=False),
    Column("outcome", String(16), nullable=False),
    Column("reason", Text),
    Column("description", Text),
    Index("attempts_of_message", "message_id", "id"),
)

# A Celery task that waits for a message's end. `ready` is set in the transaction that ends
# the message; the row goes when the result is stored, so a crash between the two loses none.
waiters = Table(
    "waiters",
    metadata,
    Column("message_id", BigInteger, primary_key=True, autoincrement=False),
    Column("task_id", String(255), primary_key=True),
    Column("ready", Boolean, nullable=False, server_default=false()),
)
partial_index("waiters_ready", waiters.c.message_id, where=text("ready"))

# Files that Telegram has been given already, so that none is uploaded twice.
uploads = Table(
    "uploads",
    metadata,
    Column("bot_id", BigInteger, primary_key=True, autoincrement=False),
    # "photo", say: Telegram gives one file an id of its own for each kind that it is sent as.
    Column("kind", String(16), primary_key=True),
    # SHA-256, in hex, of what tells this file from others.
    Column("digest", String(64), primary_key=True),
    Column("file_id", Text, nullable=False),
    Column("uploaded_at", UtcTime, nullable=False),
)
