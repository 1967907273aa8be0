"""Rules and dashboards hold together, and with what the code exposes."""

import re
from collections.abc import Collection, Mapping

import pytest

from apps.api.shown.reasons import WORDS
from core.broadcast import Tally
from core.message import State
from infra.celery.gauges import PARTS
from infra.celery.gauges_ledger import STATES, _progress
from infra.celery.schedule import ENTRIES, QUEUES, ROUTES
from infra.monitoring.grafana.files import written
from infra.monitoring.instruments import ATTEMPTS, ENDS, RESCUED
from infra.monitoring.tally import LATENESS_S
from tests.unit.monitoring_files import (
    GRAFANA,
    OPERATIONS,
    PROMETHEUS,
    TARGET,
    alerts,
    dashboards,
    exposed,
    grouped_by,
    named,
    panels,
    queries,
    read,
    rules,
)

QUERIES = sorted(set(queries()))
MATCHED = sorted(
    {(metric, *each) for _, expr in QUERIES for metric, by in named(expr) for each in by.items()}
)
VARIABLE = re.compile(r"\$\w+")

VALUES: Mapping[tuple[str, str], Collection[str]] = {
    ("analyticbot_attempts_total", "outcome"): set(ATTEMPTS.values()),
    ("analyticbot_tasks_total", "outcome"): set(ENDS),
    ("analyticbot_tasks_total", "task"): {name.rpartition(".")[2] for name in ROUTES},
    ("analyticbot_rescued_total", "state"): set(RESCUED),
    ("analyticbot_messages", "state"): set(STATES),
    ("analyticbot:messages_ended:increase30m", "state"): {state.value for state in State},
    ("analyticbot:messages_ended:increase30m", "reason"): set(WORDS),
    ("analyticbot_broadcast_recipients", "state"): {
        reading.labels[1] for reading in _progress("1", Tally()) if len(reading.labels) > 1
    },
    ("analyticbot_queue_depth", "queue"): set(QUEUES),
    ("analyticbot_beat_tick_interval_seconds", "entry"): {entry.name for entry in ENTRIES},
    ("analyticbot_up", "part"): set(PARTS),
    ("analyticbot_lateness_seconds_bucket", "le"): set(map(str, LATENESS_S)),
    ("analyticbot_http_requests_total", "status"): {"2xx", "3xx", "4xx", "5xx"},
}


@pytest.mark.parametrize(("where", "expr"), QUERIES)
def test_what_is_asked_for_is_exposed(where: str, expr: str) -> None:
    labels = set(TARGET)
    for metric, matchers in named(expr):
        assert metric in exposed(), f"{where}: nothing exposes {metric}"
        assert set(matchers) <= exposed()[metric] | TARGET, f"{where}: {metric}"
        labels |= exposed()[metric]
    assert grouped_by(expr) <= labels, where


@pytest.mark.parametrize(("metric", "label", "pattern"), MATCHED)
def test_what_a_label_is_asked_for_is_a_value_of_it(metric: str, label: str, pattern: str) -> None:
    if VARIABLE.fullmatch(pattern):
        assert pattern[1:] in {"worker", "task", "broadcast"}
        return
    assert set(pattern.split("|")) <= set(VALUES[metric, label])


def test_a_misspelt_name_would_be_found() -> None:
    [(metric, matchers)] = named('rate(analyticbot_attempt_total{outcom=~"sent|lost"}[5m])')
    assert metric not in exposed()
    assert matchers == {"outcom": "sent|lost"}
    assert grouped_by("sum by (task, le) (x) and on (part) y") == {"task", "le", "part"}


@pytest.mark.parametrize("name", alerts())
def test_every_rule_says_what_is_wrong_and_where_the_remedy_is(name: str) -> None:
    rule = alerts()[name]
    assert rule["labels"]["severity"] in {"critical", "warning"}
    assert set(rule["annotations"]) == {"summary", "description", "remedy"}
    assert rule["annotations"]["remedy"] == f"docs/operations.md#{name.lower()}"
    chapter = OPERATIONS.read_text().partition("\n## Alerts\n")[2].partition("\n## ")[0]
    assert f"\n### {name}\n\n" in chapter, "no heading in docs/operations.md"


def test_the_chapter_has_no_alert_that_is_none() -> None:
    chapter = OPERATIONS.read_text().partition("\n## Alerts\n")[2].partition("\n## ")[0]
    assert re.findall(r"^### (\w+)$", chapter, re.MULTILINE) == list(alerts())


@pytest.mark.parametrize("name", alerts())
def test_every_rule_is_tried_silent_and_firing(name: str) -> None:
    looks = [
        look
        for test in read(PROMETHEUS / "alerts_test.yml")["tests"]
        for look in test.get("alert_rule_test", ())
        if look["alertname"] == name
    ]
    assert {bool(look.get("exp_alerts")) for look in looks} == {True, False}


def test_the_dashboards_are_those_that_their_description_makes() -> None:
    made = written()
    assert set(made) == set((GRAFANA / "dashboards").iterdir())
    for path, text in made.items():
        assert path.read_text() == text, "run python -m infra.monitoring.grafana"


def test_panels_lie_beside_and_below_each_other() -> None:
    for dashboard in dashboards():
        taken: set[tuple[int, int]] = set()
        for place in (panel["gridPos"] for panel in dashboard["panels"]):
            across = range(place["x"], place["x"] + place["w"])
            cells = {(x, place["y"] + y) for x in across for y in range(place["h"])}
            assert across.stop <= 24
            assert not cells & taken
            taken |= cells


def test_every_panel_says_what_it_shows_and_in_which_unit() -> None:
    for dashboard in dashboards():
        ids = [panel["id"] for panel in dashboard["panels"]]
        assert len(ids) == len(set(ids))
        for panel in panels(dashboard):
            assert panel["description"].endswith(".")
            assert panel["fieldConfig"]["defaults"]["unit"]


def test_dashboards_ask_the_source_that_is_provisioned() -> None:
    [source] = read(GRAFANA / "provisioning/datasources/prometheus.yml")["datasources"]
    asked = {panel["datasource"]["uid"] for each in dashboards() for panel in panels(each)}
    assert asked == {source["uid"]}
    scraped_every = read(PROMETHEUS / "prometheus.yml")["global"]["scrape_interval"]
    assert source["jsonData"]["timeInterval"] == scraped_every


def test_the_recorded_series_have_the_labels_that_are_told() -> None:
    for rule in rules():
        if "record" in rule:
            assert grouped_by(rule["expr"]) == exposed()[rule["record"]]
