"""Telegram's numbers, each with its unit and where it is written down.

"api" is https://core.telegram.org/bots/api, "faq" https://core.telegram.org/bots/faq,
"server" what api.telegram.org answers without having written it down.

*Characters* are Unicode code points, after entity parsing and trimming. Telegram's own
page on MTProto's `message_length_max` says so, and api.telegram.org was measured (2026-08)
to take 4,096 emoji, which are 8,192 UTF-16 units, and to refuse 4,097. Only the offsets
and lengths of entities are counted in UTF-16 units.
"""

from datetime import timedelta
from typing import Final

# How fast (faq, "My bot is hitting limits"; the paid rate: api, "Paid Broadcasts")
BOT_MESSAGES_PER_SECOND: Final = 30
CHAT_MESSAGES_PER_SECOND: Final = 1
GROUP_MESSAGES_PER_MINUTE: Final = 20  # groups, supergroups and channels alike
PAID_BROADCAST_MESSAGES_PER_SECOND: Final = 1000  # with allow_paid_broadcast, 0.1 Stars each

# How long (api: sendMessage, sendPhoto), in characters
TEXT_CHARACTERS: Final = 4096
CAPTION_CHARACTERS: Final = 1024

# How large (api, "Sending Files"), in bytes; api.telegram.org names the first as 10485760
PHOTO_UPLOAD_BYTES: Final = 10 * 2**20
UPLOAD_BYTES: Final = 50 * 2**20  # any other file

# How many
ALBUM_ITEMS: Final = range(2, 11)  # api: sendMediaGroup
COPIED_MESSAGES: Final = range(1, 101)  # api: copyMessages
ENTITIES: Final = 100  # server: the rest is dropped, not refused; custom emoji do not count
INLINE_BUTTONS: Final = 100  # server: a keyboard's buttons, REPLY_MARKUP_TOO_LONG above
INLINE_BUTTONS_IN_A_ROW: Final = 8  # apps show no more side by side; not refused
CALLBACK_DATA_BYTES: Final = range(1, 65)  # api: InlineKeyboardButton, UTF-8 bytes
COPY_TEXT_CHARACTERS: Final = range(1, 257)  # api: CopyTextButton
PLACEHOLDER_CHARACTERS: Final = range(1, 65)  # api: ReplyKeyboardMarkup, ForceReply
QUOTE_CHARACTERS: Final = 1024  # api: ReplyParameters, after entity parsing

# Until when (api: deleteMessage); service messages and other people's apart
DELETE_WITHIN: Final = timedelta(hours=48)

# Which ids (api: User.id, Chat.id: "at most 52 significant bits"), and names
CHAT_ID_BITS: Final = 52
MESSAGE_ID_MAX: Final = 2**31 - 1
USERNAME_CHARACTERS: Final = range(4, 33)  # 5 to 32; collectible names have 4
