"""`.env.example` tells of every setting, and tells the truth."""

import re
from typing import Any

import pytest
from pydantic import SecretStr

from infra.settings import Settings
from tests.architecture import tree

EXAMPLE = tree.ROOT / ".env.example"
ENTRY = re.compile(
    r"(?P<meaning>(?:^# .+\n)+)^#(?P<name>[A-Z][A-Z_]*)=(?P<value>.*)$", re.MULTILINE
)
UNITS = re.compile(r"seconds?|minute|how many|KiB|port|one of|URL|folder|token|`", re.IGNORECASE)

ENTRIES = {entry["name"]: entry for entry in ENTRY.finditer(EXAMPLE.read_text())}


def test_it_names_every_setting_once_and_nothing_else() -> None:
    named = re.findall(r"^#?([A-Z][A-Z_]*)=", EXAMPLE.read_text(), re.MULTILINE)
    assert sorted(named) == sorted(name.upper() for name in Settings.model_fields)
    assert sorted(named) == sorted(ENTRIES)


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_each_has_its_default_for_a_value(name: str) -> None:
    field = Settings.model_fields[name.lower()]
    assert _read(name, ENTRIES[name]["value"]) == _plain(field.default)


@pytest.mark.parametrize("name", sorted(ENTRIES))
def test_each_says_what_it_means_and_in_which_unit(name: str) -> None:
    meaning = ENTRIES[name]["meaning"]
    assert len(meaning.split()) >= 5
    assert UNITS.search(meaning), f"{name} has no unit"


def test_as_it_stands_it_changes_nothing() -> None:
    lines = EXAMPLE.read_text().splitlines()
    assert all(not line or line.startswith("#") for line in lines)


def _read(name: str, value: str) -> Any:
    """What the setting becomes when this value is in a file."""
    if not value:
        return None
    settings = Settings.model_validate({name.lower(): value})
    return _plain(getattr(settings, name.lower()))


def _plain(value: Any) -> Any:
    return value.get_secret_value() if isinstance(value, SecretStr) else value
