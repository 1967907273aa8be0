"""What the doctor makes of versions, clocks, Postgres's settings and files."""

import re
import tomllib

import pytest

from core import diagnosis_place as place
from core.diagnosis_place import Access, Installed, PostgresFacts, Server
from core.health import HealthState
from infra.celery.examination import PINNED
from tests.architecture import tree

HEALTHY, DEGRADED, UNHEALTHY = HealthState
CELERY = Installed("celery", "5.6.3", "5.6.3")
WELL = PostgresFacts([], 12, 100, may_create=True)


@pytest.mark.parametrize(
    ("version", "parts"),
    [
        ("3.40.1", (3, 40, 1)),
        ("17.2 (Debian 17.2-1.pgdg120+1)", (17, 2)),
        ("18beta1", (18,)),
        ("4.0.0-rc.1", (4, 0, 0)),
        ("unknown", ()),
    ],
)
def test_a_version_counts_as_far_as_it_is_made_of_numbers(
    version: str, parts: tuple[int, ...]
) -> None:
    assert place.number(version) == parts


def test_servers_with_which_the_tests_have_run_are_well() -> None:
    servers = [Server("PostgreSQL", "17.2 (Debian)"), Server("Valkey", "9.1.2")]
    part = place.versions([CELERY], servers, "AnalyticBot 1, Python 3.11.7")
    assert part.state is HEALTHY
    assert part.reason == "AnalyticBot 1, Python 3.11.7; PostgreSQL 17.2; Valkey 9.1.2"


@pytest.mark.parametrize("version", ["14.9", "9.6", "unknown"])
def test_an_older_server_is_told_with_what_was_tried(version: str) -> None:
    part = place.versions([CELERY], [Server("PostgreSQL", version)], "AnalyticBot 1")
    assert part.state is DEGRADED
    assert "PostgreSQL is older than 15" in part.reason
    assert "upgrade PostgreSQL" in part.remedy


@pytest.mark.parametrize("present", ["5.7.0", ""])
def test_a_package_that_is_not_the_one_pinned_is_told(present: str) -> None:
    part = place.versions([Installed("celery", present, "5.6.3")], [], "AnalyticBot 1")
    assert part.state is DEGRADED
    assert f"celery is {present or 'missing'}, not 5.6.3" in part.reason
    assert "requirements.lock" in part.remedy


@pytest.mark.parametrize(
    ("ahead_s", "state"),
    [
        ({}, HEALTHY),
        ({"the database's": 0.9, "Redis's": -0.9}, HEALTHY),
        ({"the database's": -1.1}, DEGRADED),
        ({"Redis's": 31.0}, UNHEALTHY),
        ({place.TELEGRAM: 1.9}, HEALTHY),
        ({place.TELEGRAM: -2.1}, DEGRADED),
        ({place.TELEGRAM: 3600.0}, UNHEALTHY),
    ],
)
def test_clocks_may_be_a_second_apart(ahead_s: dict[str, float], state: HealthState) -> None:
    part = place.clocks(ahead_s)
    assert part.state is state
    assert bool(part.remedy) is (state is not HEALTHY)


def test_a_postgres_that_keeps_what_it_promises_is_well() -> None:
    assert place.postgres(WELL).state is HEALTHY


@pytest.mark.parametrize(
    ("found", "state", "words"),
    [
        (PostgresFacts(["fsync"], 12, 100, may_create=True), UNHEALTHY, "set fsync = on"),
        (PostgresFacts([], 81, 100, may_create=True), DEGRADED, "max_connections"),
        (PostgresFacts([], 12, 100, may_create=False), DEGRADED, "GRANT CREATE"),
    ],
)
def test_what_postgres_lacks_comes_with_its_remedy(
    found: PostgresFacts, state: HealthState, words: str
) -> None:
    part = place.postgres(found)
    assert part.state is state
    assert words in part.remedy


def test_a_file_that_stops_the_work_weighs_more_than_one_that_others_can_read() -> None:
    read = Access(".env can be read by others", "chmod 600 .env")
    stops = Access("var cannot be written", "chown it", stops_work=True)
    assert place.access("files", [], "well").state is HEALTHY
    assert place.access("files", [read], "well").state is DEGRADED
    part = place.access("files", [read, stops], "well")
    assert part.state is UNHEALTHY
    assert part.remedy == "chmod 600 .env; chown it"


def test_the_doctor_wants_the_versions_that_are_pinned() -> None:
    pins = tomllib.loads((tree.ROOT / "pyproject.toml").read_text())["project"]["dependencies"]
    for name, wanted in PINNED.items():
        assert any(re.fullmatch(rf"{name}(\[.*\])?=={re.escape(wanted)}", pin) for pin in pins)
