"""The files of infra/monitoring as tests read them, and what the code exposes to them."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]
from prometheus_client import Histogram
from prometheus_client.core import Metric
from prometheus_client.metrics import MetricWrapperBase

from infra.monitoring import metrics
from infra.monitoring.beat import BeatFigures
from infra.monitoring.bot import BotFigures
from infra.monitoring.gauges import GAUGES, PREFIX
from infra.monitoring.instruments import Runs, Sends
from infra.monitoring.web import WebFigures

MONITORING = Path(__file__).parents[2] / "infra/monitoring"
PROMETHEUS = MONITORING / "prometheus"
GRAFANA = MONITORING / "grafana"
OPERATIONS = Path(__file__).parents[2] / "docs/operations.md"

METRIC = re.compile(r"(analyticbot[\w:]+)(?:\{([^}]*)\})?")
MATCHER = re.compile(r'(\w+)\s*(?:=~|!~|!=|=)\s*"([^"]*)"')
GROUPING = re.compile(r"\b(?:by|on) \(([^)]*)\)")

TARGET = {"job", "instance"}
"""The labels that Prometheus adds to all that it reads."""

RECORDED = {"analyticbot:messages_ended:increase30m": {"state", "reason"}}
"""By recording rules: of these PromQL itself says the labels."""


@cache
def read(path: Path) -> Any:
    return yaml.safe_load(path.read_text())


@cache
def rules() -> list[dict[str, Any]]:
    return [rule for group in read(PROMETHEUS / "alerts.yml")["groups"] for rule in group["rules"]]


def alerts() -> dict[str, dict[str, Any]]:
    return {rule["alert"]: rule for rule in rules() if "alert" in rule}


@cache
def dashboards() -> list[dict[str, Any]]:
    return [json.loads(path.read_text()) for path in sorted((GRAFANA / "dashboards").iterdir())]


def panels(dashboard: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Without the rows' heads."""
    return [panel for panel in dashboard["panels"] if panel["type"] != "row"]


def queries() -> Iterator[tuple[str, str]]:
    """What is asked of Prometheus, and where: "TasksFail", "AnalyticBot: Due"."""
    for rule in rules():
        yield rule.get("alert") or rule["record"], rule["expr"]
    for dashboard in dashboards():
        for panel in panels(dashboard):
            for target in panel["targets"]:
                yield f"{dashboard['title']}: {panel['title']}", target["expr"]
        for variable in dashboard["templating"]["list"]:
            inner = variable["query"]["query"].removeprefix("label_values(").rpartition(",")
            yield f"{dashboard['title']}: ${variable['name']}", inner[0]


def named(expr: str) -> Iterator[tuple[str, dict[str, str]]]:
    """The metrics of ours in PromQL, each with its matchers."""
    for metric, matchers in METRIC.findall(expr):
        yield metric, dict(MATCHER.findall(matchers))


def grouped_by(expr: str) -> set[str]:
    words = (word for found in GROUPING.findall(expr) for word in found.split(","))
    return {word.strip() for word in words if word.strip()}


@cache
def exposed() -> Mapping[str, set[str]]:
    """Every series that our programs expose, with its labels: as their definitions say."""
    found = {f"{PREFIX}_{name}": set(labels) for name, (labels, _) in GAUGES.items()}
    found |= {name: set(labels) for name, _, labels in metrics.GAUGES.values()}
    found |= {f"{name}_total": set(labels) for name, _, labels in metrics.COUNTERS.values()}
    for made in (Sends(), Runs(["apps.bot.tasks.a_task"])):
        for each in vars(made).values():
            if isinstance(each, MetricWrapperBase):
                found |= _wrapped(each)
    web = WebFigures(lambda: 0)
    web.note("/", "GET", 200, 0.1)
    bot = BotFigures()
    bot.polled()
    beat = BeatFigures(["an-entry"])
    beat.published("an-entry")
    for collector in (web, bot, beat):
        found |= _collected(collector.collect())
    return found | RECORDED


def _wrapped(metric: MetricWrapperBase) -> dict[str, set[str]]:
    labels = set(metric._labelnames)
    if not isinstance(metric, Histogram):
        return {f"{metric._name}_total": labels}
    ends = {"_bucket": labels | {"le"}, "_sum": labels, "_count": labels}
    return {f"{metric._name}{end}": each for end, each in ends.items()}


def _collected(families: Iterable[Metric]) -> dict[str, set[str]]:
    return {sample.name: set(sample.labels) for family in families for sample in family.samples}
