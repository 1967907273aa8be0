"""Who is meant: read from words, kept as JSON, told in words."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from core.audience import FILTERS, Audience, parse_audience
from core.contact import parse_list_name
from core.errors import InvalidInput

FIRST, SECOND = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)

# What is written, and what is meant.
READ: list[tuple[dict[str, Any], Audience]] = [
    ({}, Audience()),
    ({"list": "  Spring  sale "}, Audience(list_name="Spring sale")),
    ({"tags": ["VIP ", "vip", "big  spender"]}, Audience(tags=("vip", "big spender"))),
    (
        {"any_tags": ["a", "b"], "without_tags": ["b"]},
        Audience(any_tags=("a", "b"), without_tags=("b",)),
    ),
    ({"languages": ["pt_BR", "EN"]}, Audience(languages=("pt-br", "en"))),
    ({"joined_since": "2026-01-01"}, Audience(joined_since=FIRST)),
    ({"joined_until": "2026-01-01"}, Audience(joined_until=SECOND)),  # with that whole day
    ({"joined_until": "2026-01-01T00:00"}, Audience(joined_until=FIRST)),
    ({"joined_since": "2026-01-01T05:00:00+05:00"}, Audience(joined_since=FIRST)),
]

REFUSED: list[tuple[dict[str, Any], str, str]] = [
    ({"list": " "}, "list", "is empty"),
    ({"list": "x" * 65}, "list", "more than 64"),
    ({"list": "a\0b"}, "list", "cannot be shown"),
    ({"tags": [" "]}, "tags", "is empty"),
    ({"tags": ["a;b"]}, "tags", "semicolon"),
    ({"any_tags": ["x" * 65]}, "any_tags", "more than 64"),
    ({"without_tags": ["a\x07"]}, "without_tags", "control character"),
    ({"tags": ["a"], "without_tags": ["A"]}, "without_tags", "asked for as well"),
    ({"any_tags": ["a"], "without_tags": ["a"]}, "without_tags", "bars every one"),
    ({"languages": ["english language"]}, "languages", "not a language"),
    ({"languages": ["%"]}, "languages", "not a language"),
    ({"tags": [str(n) for n in range(101)]}, "tags", "more than 100"),
    ({"joined_since": "last week"}, "joined_since", "not a date"),
    ({"joined_since": "2026-02-30"}, "joined_since", "not a date"),
    ({"joined_since": "1066-10-14"}, "joined_since", "out of range"),
    ({"joined_until": "9999-12-31"}, "joined_until", "out of range"),
    ({"joined_until": "0001-01-01T00:00+23:00"}, "joined_until", "not a date"),
    ({"joined_since": "2026-01-02", "joined_until": "2026-01-01"}, "joined_until", "not after"),
]


@pytest.mark.parametrize(("written", "meant"), READ)
def test_an_audience_is_what_its_words_say(written: dict[str, Any], meant: Audience) -> None:
    assert parse_audience(**written) == meant


@pytest.mark.parametrize(("written", "field", "problem"), REFUSED)
def test_what_cannot_be_meant_names_its_field(
    written: dict[str, Any], field: str, problem: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        parse_audience(**written)
    assert refused.value.field == field
    assert problem in str(refused.value)


@pytest.mark.parametrize("meant", [meant for _, meant in READ])
def test_as_json_it_comes_back_the_same(meant: Audience) -> None:
    assert Audience.from_json(json.loads(json.dumps(meant.as_json()))) == meant


def test_json_that_names_another_filter_is_refused() -> None:
    with pytest.raises(InvalidInput, match="is no filter"):
        Audience.from_json({"city": "Berlin"})
    assert set(Audience("a", ("b",), ("c",), ("d",), ("en",), FIRST, SECOND).as_json()) == {
        *FILTERS
    }


def test_it_tells_itself_in_words() -> None:
    meant = Audience("spring", ("a", "b"), ("c",), ("d",), ("de", "en"), FIRST, SECOND)
    assert str(meant) == (
        "list spring, tagged a and b, tagged c, not tagged d, language de or en, "
        "joined since 2026-01-01, joined before 2026-01-02"
    )
    assert str(Audience()) == "all subscribers"
    assert Audience().is_everybody
    assert not meant.is_everybody
    assert meant.with_tag("a") == meant
    assert Audience().with_tag("a") == Audience(tags=("a",))


def test_a_lists_name_keeps_its_letters() -> None:
    assert parse_list_name(" Весна  2026 ") == "Весна 2026"
