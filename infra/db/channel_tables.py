"""Channels, their posts, and the samples taken of them.

Samples are kept by their runs: a row says that the same was seen from `at` until `until`, so
that a post whose views stand still costs no row a look.
"""

from sqlalchemy import BigInteger, Column, Index, Integer, String, Table, Text, text

from infra.db.tables import Id, UtcTime, metadata, partial_index

channels = Table(
    "channels",
    metadata,
    Column("id", Id, primary_key=True),
    Column("bot_id", BigInteger, nullable=False),
    # Telegram's number, as in messages: "-100123".
    Column("chat_id", Text, nullable=False),
    Column("type", String(10), nullable=False),
    Column("title", Text, nullable=False),
    Column("username", Text),
    Column("members", Integer),
    # "open", "none", or null where nobody has looked yet; and why there is none.
    Column("preview", String(4)),
    Column("preview_reason", Text),
    # Why Telegram told nothing of it at the last look; null where it did.
    Column("trouble", Text),
    # Which rights our bot lacks there, such as "edit pin"; "" for none, null where nobody knows.
    Column("lacks", Text),
    # Those of them that it has had before; null for none.
    Column("lost", Text),
    Column("added_at", UtcTime, nullable=False),
    Column("removed_at", UtcTime),
    Column("looked_at", UtcTime),
    # When somebody is to look next. Moved on by whoever takes the channel on, so that two do not.
    Column("look_at", UtcTime, nullable=False),
    Index("channels_by_chat", "bot_id", "chat_id", unique=True),
)
_KEPT = text("removed_at IS NULL")
partial_index("channels_to_look_at", channels.c.bot_id, channels.c.look_at, where=_KEPT)

member_samples = Table(
    "member_samples",
    metadata,
    Column("channel_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcTime, primary_key=True),
    Column("until", UtcTime, nullable=False),
    Column("members", Integer, nullable=False),
    sqlite_with_rowid=False,
)

posts = Table(
    "posts",
    metadata,
    Column("id", Id, primary_key=True),
    Column("channel_id", BigInteger, nullable=False),
    # Telegram's number of the post in its channel; of an album, its first message's.
    Column("message_id", BigInteger, nullable=False),
    Column("posted_at", UtcTime, nullable=False),
    Column("head", Text, nullable=False),
    # The newest sample, so that a list of posts needs no other table; null before the first.
    Column("views", BigInteger),
    Column("views_raw", String(16)),
    Column("sampled_at", UtcTime),
    # When its views are to be read next; null where they no longer are.
    Column("sample_at", UtcTime),
    Index("posts_by_message", "channel_id", "message_id", unique=True),
    Index("posts_by_time", "channel_id", "posted_at"),
)
_SAMPLED = text("sample_at IS NOT NULL")
partial_index("posts_to_sample", posts.c.channel_id, posts.c.sample_at, where=_SAMPLED)

post_samples = Table(
    "post_samples",
    metadata,
    Column("post_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", UtcTime, primary_key=True),
    Column("until", UtcTime, nullable=False),
    # The number is at least `views` and less than `views + precision`.
    Column("views", BigInteger, nullable=False),
    Column("precision", Integer, nullable=False),
    Column("raw", String(16), nullable=False),
    Column("source", String(8), nullable=False),
    sqlite_with_rowid=False,
)
