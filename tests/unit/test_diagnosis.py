"""What was found of each part, and what that means: every threshold, on both of its sides."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from core import diagnosis_servers as servers
from core import diagnosis_work as work
from core.diagnosis_servers import GIB, MB, BrokerFacts, DatabaseFacts, DiskFacts, TelegramFacts
from core.diagnosis_work import BeatFacts, DueFacts
from core.health import Change, Health, HealthState, Kept, Part

HEALTHY, DEGRADED, UNHEALTHY = HealthState
NOON = datetime(2026, 12, 1, 12, tzinfo=UTC)
ALL = ("default", "messages", "analytics", "monitoring", "maintenance")


def due(**changes: Any) -> Part:
    values: dict[str, Any] = {
        "oldest_post_s": None,
        "oldest_broadcast_s": None,
        "posts": 0,
        "sent": 0,
        "rate": 30.0,
    }
    return work.due(DueFacts(**(values | changes)))


@pytest.mark.parametrize(
    ("age_s", "state"), [(None, HEALTHY), (10, HEALTHY), (10.1, DEGRADED), (60.1, UNHEALTHY)]
)
def test_a_post_is_late_after_ten_seconds_and_stuck_after_a_minute(
    age_s: float | None, state: HealthState
) -> None:
    assert due(oldest_post_s=age_s).state is state


def test_a_running_broadcast_is_no_fault_and_one_that_stands_still_is() -> None:
    assert due(oldest_broadcast_s=3600, sent=1).state is HEALTHY
    stuck = due(oldest_broadcast_s=3600, sent=0)
    assert (stuck.state, "3600 s" in stuck.reason) == (UNHEALTHY, True)


def test_posts_that_wait_for_telegrams_limit_are_no_worse_than_degraded() -> None:
    at_the_limit = due(oldest_post_s=90, posts=2000, sent=900)
    assert at_the_limit.state is DEGRADED
    assert "TELEGRAM_RATE (30 a second)" in at_the_limit.reason
    assert due(oldest_post_s=90, posts=2000, sent=899).state is UNHEALTHY
    assert due(oldest_post_s=90, sent=10_000, rate=0).state is UNHEALTHY


def test_a_held_bot_is_told_instead_of_its_late_messages() -> None:
    held = due(oldest_post_s=90, held_s=37, hold_reason="unauthorized")
    assert held.state is DEGRADED
    assert "held for 37 s more (unauthorized)" in held.reason


def beat(ago_s: dict[str, float], started_s: float | None = 10_000.0) -> Part:
    return work.beat(BeatFacts({"sweep": 60, "daily": 86_400}, ago_s, started_s))


@pytest.mark.parametrize(
    ("ago_s", "started_s", "state", "told"),
    [
        ({}, None, DEGRADED, "never run here"),
        ({}, 5, HEALTHY, "started 5 s ago"),
        ({"sweep": 3}, 3600, HEALTHY, "published something 3 s ago"),
        ({"sweep": 150}, 3600, HEALTHY, "150 s ago"),
        ({"sweep": 151}, 3600, DEGRADED, "sweep 151 s ago (every 60 s)"),
        ({"sweep": 90_000, "daily": 90_000}, 29, HEALTHY, ""),
        ({"sweep": 90_000, "daily": 90_000}, 31, DEGRADED, "sweep"),
        ({}, 151, DEGRADED, "sweep never"),
        ({"sweep": 3}, 200_000, DEGRADED, "daily never (every 86400 s)"),
        ({"sweep": 3, "gone": 10**6}, 3600, HEALTHY, ""),
    ],
)
def test_an_entry_is_late_after_two_intervals_and_half_a_minute(
    ago_s: dict[str, float], started_s: float | None, state: HealthState, told: str
) -> None:
    found = beat(ago_s, started_s)
    assert (found.state, told in found.reason) == (state, True), found


@pytest.mark.parametrize(
    ("served", "state", "told"),
    [
        ({"w1": ALL}, HEALTHY, "w1"),
        ({"w1": ALL[:2], "w2": ALL[2:]}, HEALTHY, "w1, w2"),
        ({"w1": ALL[:4]}, DEGRADED, "no worker on maintenance"),
        ({"w1": ("default", "maintenance")}, UNHEALTHY, "messages,analytics,monitoring"),
        ({}, UNHEALTHY, "no worker answers"),
    ],
)
def test_only_the_queue_of_messages_is_vital(
    served: dict[str, tuple[str, ...]], state: HealthState, told: str
) -> None:
    found = work.workers(served, ALL)
    assert (found.state, told in found.reason) == (state, True), found


@pytest.mark.parametrize(
    ("name", "depth", "state"),
    [
        ("messages", 1000, HEALTHY),
        ("messages", 1001, DEGRADED),
        ("maintenance", 100, HEALTHY),
        ("maintenance", 101, DEGRADED),
    ],
)
def test_a_queue_is_long_beyond_its_bound(name: str, depth: int, state: HealthState) -> None:
    assert work.queues({"default": 0, name: depth}).state is state


@pytest.mark.parametrize(
    ("changes", "state", "told"),
    [
        ({}, HEALTHY, "answers in 1 ms"),
        ({"persists": False}, DEGRADED, "results are lost"),
        ({"eviction": "allkeys-lru"}, DEGRADED, "allkeys-lru"),
        ({"used_bytes": 89, "max_bytes": 100}, HEALTHY, "89%"),
        ({"used_bytes": 90, "max_bytes": 100}, DEGRADED, "90%"),
        ({"persists": None, "eviction": None}, HEALTHY, "maxmemory-policy cannot be asked"),
        ({"write_fault": "it is a replica"}, UNHEALTHY, "takes no writes: it is a replica"),
        ({"is_redis": False, "persists": None, "eviction": None}, HEALTHY, "answers in 1 ms"),
    ],
)
def test_a_broker_that_may_lose_something_is_degraded(
    changes: dict[str, Any], state: HealthState, told: str
) -> None:
    values: dict[str, Any] = {"persists": True, "eviction": "noeviction"} | changes
    found = servers.broker("broker", BrokerFacts(1.0, **values))
    assert (found.state, told in found.reason) == (state, True), found


def test_a_governor_needs_no_persistence() -> None:
    facts = BrokerFacts(1.0, persists=False, eviction="noeviction")
    assert servers.broker("governor", facts).state is HEALTHY


@pytest.mark.parametrize(
    ("free", "total", "state"),
    [
        (99 * MB, 10 * GIB, UNHEALTHY),
        (101 * MB, 500 * MB, DEGRADED),
        (200 * MB, 500 * MB, HEALTHY),
        (0.4 * GIB, 5 * GIB, DEGRADED),
        (0.6 * GIB, 5 * GIB, HEALTHY),
        (0.9 * GIB, 4000 * GIB, DEGRADED),
        (1.1 * GIB, 4000 * GIB, HEALTHY),
    ],
)
def test_what_is_little_space_depends_on_the_disk(
    free: float, total: float, state: HealthState
) -> None:
    roomy = DiskFacts("/roomy", 500 * GIB, 1000 * GIB)
    tight = DiskFacts("/tight", int(free), int(total))
    assert servers.disk([roomy, tight]).state is state


def telegram(before: Kept | None = None, held_s: float = 0.0, **facts: Any) -> Part:
    return servers.telegram(TelegramFacts(**facts), held_s, "", before, NOON)


def kept(state: HealthState, since_s: float) -> Kept:
    return Kept(Part("telegram", state, ""), NOON - timedelta(seconds=since_s), NOON)


@pytest.mark.parametrize("trouble", [{"trouble": "refused"}, {"held_s": 30.0, "name": "@bot"}])
@pytest.mark.parametrize(
    ("before", "state"),
    [
        (None, DEGRADED),
        (kept(HEALTHY, 10_000), DEGRADED),
        (kept(DEGRADED, 200), DEGRADED),
        (kept(DEGRADED, 270), UNHEALTHY),
        (kept(UNHEALTHY, 1), UNHEALTHY),
    ],
)
def test_a_person_should_know_once_nothing_could_be_sent_for_five_minutes(
    trouble: dict[str, Any], before: Kept | None, state: HealthState
) -> None:
    assert telegram(before, **trouble).state is state


def test_a_refused_token_is_told_at_once_with_its_remedy() -> None:
    refused = telegram(refused="Unauthorized")
    assert (refused.state, "BotFather" in refused.remedy) == (UNHEALTHY, True)


def test_a_flood_of_seconds_is_a_matter_of_course() -> None:
    assert telegram(held_s=10.0, name="@bot").state is HEALTHY


def test_a_database_that_takes_no_writes_says_why() -> None:
    assert servers.database(DatabaseFacts(1.0, 2.0)).state is HEALTHY
    standby = servers.database(DatabaseFacts(1.0, read_only="it is a standby"))
    assert (standby.state, "it is a standby" in standby.reason) == (UNHEALTHY, True)
    older = servers.database_trouble("x: schema 0001 is older; run `analyticbot db upgrade`")
    assert (older.reason, older.remedy) == (
        "x: schema 0001 is older",
        "run `analyticbot db upgrade`",
    )


def test_the_whole_is_as_bad_as_its_worst_part_and_names_all_that_are_ill() -> None:
    parts = (
        Part("a", HEALTHY, "fine"),
        Part("b", DEGRADED, "slow", "wait"),
        Part("c", HEALTHY, ""),
    )
    health = Health(parts, NOON, 7)
    assert (health.state, health.whole) == (DEGRADED, Part("", DEGRADED, "b: slow", "wait"))
    told = {"state": "degraded", "reason": "slow", "remedy": "wait", "why": [], "todo": []}
    assert health.facts()["parts"]["b"] == told
    assert Health(parts[:1], NOON, 7).whole.reason == "all parts are well"


@pytest.mark.parametrize(
    ("was", "state", "worse"),
    [
        (None, DEGRADED, True),
        (HEALTHY, UNHEALTHY, True),
        (UNHEALTHY, DEGRADED, False),
        (DEGRADED, HEALTHY, False),
    ],
)
def test_a_change_is_for_better_or_for_worse(
    was: HealthState | None, state: HealthState, worse: bool
) -> None:
    assert Change(NOON, Part("a", state, ""), was).is_worse is worse
