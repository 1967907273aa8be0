"""How views grow, and how Telegram writes large numbers."""

import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sandbox.chats import CHANNEL, GROUP, Chat
from sandbox.growth import Growth
from sandbox.views import SERVICE, VARIATION, short_number, views_of

POSTED_AT = 1_800_000_000
DAY_S = 86_400


def channel(members: int = 100_000, growth: Growth | None = None) -> Chat:
    chat = Chat(-1001, CHANNEL, {"title": "News", "username": "news"})
    chat.members, chat.growth = members, growth or Growth()
    return chat


def post(number: int = 1, **parts: Any) -> dict[str, Any]:
    return {"message_id": number, "date": POSTED_AT, **parts}


def views_at(age_s: float, chat: Chat, message: dict[str, Any] | None = None) -> int:
    views = views_of(chat, message or post(), POSTED_AT + age_s)
    assert views is not None
    return views


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        *((0, "0"), (7, "7"), (987, "987"), (999, "999")),
        *((1_000, "1K"), (1_009, "1K"), (1_010, "1.01K"), (1_200, "1.2K"), (4_859, "4.85K")),
        *((12_399, "12.3K"), (20_050, "20K"), (100_000, "100K"), (999_999, "999K")),
        *((1_000_000, "1M"), (1_234_567, "1.23M"), (10_912_345, "10.9M"), (999_999_999, "999M")),
        (1_050_000_000, "1.05B"),
    ],
)
def test_large_numbers_are_cut_to_three_digits(number: int, shown: str) -> None:
    assert short_number(number) == shown


@given(st.integers(0, 10**12 - 1), st.integers(0, 10**9))
@settings(max_examples=60, deadline=None)
def test_a_number_is_never_shown_as_more_nor_falls_as_it_grows(number: int, more: int) -> None:
    shown, later = short_number(number), short_number(min(number + more, 10**12 - 1))
    assert sum(character.isdigit() for character in shown) <= 3
    assert not re.search(r"\.\d*0[KMB]|\.[KMB]", shown)
    assert number * 99 <= told(shown) * 100 <= number * 100
    assert told(shown) <= told(later)


def told(shown: str) -> int:
    unit = {"K": 10**3, "M": 10**6, "B": 10**9}.get(shown[-1], 1)
    whole, _, part = shown.rstrip("KMB").partition(".")
    return int(int(whole + part) * unit // 10 ** len(part))


def test_a_new_post_has_been_seen_once() -> None:
    assert views_at(0, channel()) == 1
    assert views_at(-5, channel()) == 1
    assert views_at(DAY_S, channel(members=1)) == 1
    assert views_at(-1e9, channel(growth=Growth(half_life_s=1e-6))) == 1


def test_half_of_the_views_are_there_after_the_half_life() -> None:
    chat = channel(growth=Growth(views_per_member=0.5, half_life_s=60))
    assert views_at(60, chat) == pytest.approx(views_at(DAY_S, chat) / 2, abs=1)


def test_in_the_end_a_post_has_about_the_share_that_was_asked_for() -> None:
    chat = channel(growth=Growth(views_per_member=0.5))
    for number in range(1, 50):
        views = views_at(100 * DAY_S, chat, post(number))
        assert 50_000 * (1 - VARIATION) - 1 <= views <= 50_000 * (1 + VARIATION)


@given(st.floats(0, 1e7), st.floats(0, 1e6), st.integers(1, 10**6))
@settings(max_examples=40, deadline=None)
def test_views_never_fall(age_s: float, more_s: float, number: int) -> None:
    chat = channel(number % 5_000 + 1)
    earlier = views_at(age_s, chat, post(number))
    assert 1 <= earlier <= views_at(age_s + more_s, chat, post(number))


def test_posts_differ_and_those_of_one_album_do_not() -> None:
    chat = channel()
    assert len({views_at(DAY_S, chat, post(number)) for number in range(9)}) > 5
    album = {views_at(DAY_S, chat, post(number, media_group_id="5")) for number in range(9)}
    assert len(album) == 1


@pytest.mark.parametrize("told", SERVICE)
def test_a_service_message_has_no_views(told: str) -> None:
    assert views_of(channel(), post(**{told: True}), POSTED_AT + DAY_S) is None


def test_only_a_channels_messages_have_views() -> None:
    assert views_of(Chat(-5, GROUP, {"title": "Us"}), post(), POSTED_AT + DAY_S) is None
