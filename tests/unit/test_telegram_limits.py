from datetime import timedelta

import pytest

from core import telegram_limits as limits


def test_the_numbers_are_those_of_telegrams_pages() -> None:
    assert limits.BOT_MESSAGES_PER_SECOND == 30
    assert limits.CHAT_MESSAGES_PER_SECOND == 1
    assert limits.GROUP_MESSAGES_PER_MINUTE == 20
    assert limits.PAID_BROADCAST_MESSAGES_PER_SECOND == 1000
    assert (limits.TEXT_CHARACTERS, limits.CAPTION_CHARACTERS) == (4096, 1024)
    assert timedelta(days=2) == limits.DELETE_WITHIN


@pytest.mark.parametrize(
    ("sizes", "least", "most"),
    [
        (limits.ALBUM_ITEMS, 2, 10),
        (limits.COPIED_MESSAGES, 1, 100),
        (limits.CALLBACK_DATA_BYTES, 1, 64),
        (limits.COPY_TEXT_CHARACTERS, 1, 256),
        (limits.USERNAME_CHARACTERS, 4, 32),
    ],
)
def test_a_range_holds_both_of_its_ends(sizes: range, least: int, most: int) -> None:
    assert least in sizes
    assert most in sizes
    assert least - 1 not in sizes
    assert most + 1 not in sizes
