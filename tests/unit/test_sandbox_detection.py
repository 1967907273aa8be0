"""What is found in a person's text without being told."""

import pytest

from sandbox.detection import detected, with_detected


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("/start CODE", [("bot_command", "/start")]),
        ("/start@sandbox_1_bot now", [("bot_command", "/start@sandbox_1_bot")]),
        ("and/or 1/2", []),
        ("ask @ada_lovelace.", [("mention", "@ada_lovelace")]),
        ("@abc is too short", []),
        ("#news of #2026 and #a1", [("hashtag", "#news"), ("hashtag", "#a1")]),
        ("$USD but not $usd", [("cashtag", "$USD")]),
        (
            "see https://example.com/a?b=1, or t.me/x.",
            [("url", "https://example.com/a?b=1"), ("url", "t.me/x")],
        ),
        ("write to ada@example.com", [("email", "ada@example.com")]),
        ("nothing here", []),
    ],
)
def test_commands_names_tags_and_links_are_found(text: str, found: list[tuple[str, str]]) -> None:
    entities = detected(text)
    spans = [(e["type"], text[e["offset"] : e["offset"] + e["length"]]) for e in entities]
    assert spans == found


def test_offsets_count_utf16_units() -> None:
    assert detected("\U0001f600 #tag") == [{"type": "hashtag", "offset": 3, "length": 4}]


def test_what_was_told_stays_beside_what_is_found() -> None:
    bold = {"type": "bold", "offset": 5, "length": 3}
    content = with_detected({"text": "#tag and", "entities": [bold]})
    assert [entity["type"] for entity in content["entities"]] == ["hashtag", "bold"]
