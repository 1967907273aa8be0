"""The parts of a Grafana dashboard, in Grafana's JSON: panels, rows, variables.

Sizes are Grafana's: a dashboard is 24 wide, and a unit of height is 30 pixels.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Json = dict[str, Any]

SOURCE: Json = {"type": "prometheus", "uid": "prometheus"}
SCHEMA = 39
"""Grafana 11's; a later one migrates it when it reads it."""

WIDTH = 24
CALM, WARN, BAD = "green", "orange", "red"

Steps = Sequence[tuple[float | None, str]]
"""From which value on which colour; the first from None on."""

PLAIN: Steps = ((None, "text"),)


@dataclass(frozen=True, slots=True)
class Query:
    """PromQL, and the name of what it finds: {{label}} stands for a label's value."""

    expr: str
    legend: str = ""


@dataclass(frozen=True, slots=True)
class Panel:
    width: int
    height: int
    json: Json


@dataclass(frozen=True, slots=True)
class Row:
    title: str
    panels: Sequence[Panel]


@dataclass(frozen=True, slots=True)
class Variable:
    """A choice above the dashboard, among the values of a label; all, at first."""

    name: str
    label: str
    values: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    uid: str
    title: str
    description: str
    rows: Sequence[Row]
    variables: Sequence[Variable] = ()

    def json(self) -> Json:
        return {
            "uid": self.uid,
            "title": self.title,
            "description": self.description,
            "tags": ["analyticbot"],
            "schemaVersion": SCHEMA,
            "editable": False,
            "refresh": "15s",
            "time": {"from": "now-3h", "to": "now"},
            "timezone": "browser",
            "graphTooltip": 1,
            "links": [LINKS],
            "templating": {"list": [_variable(each) for each in self.variables]},
            "panels": list(_placed(self.rows)),
        }


LINKS: Json = {"type": "dashboards", "tags": ["analyticbot"], "title": "AnalyticBot"} | {
    "keepTime": True,
    "asDropdown": False,
}


def stat(title: str, why: str, unit: str, query: Query, steps: Steps = PLAIN) -> Panel:
    """One number, now."""
    options = {
        "reduceOptions": {"calcs": ["lastNotNull"]},
        "colorMode": "value",
        "graphMode": "area",
    }
    return _panel("stat", 4, 4, title, why, [query], _field(unit, steps), options)


def lines(
    title: str, why: str, unit: str, *queries: Query, stacked: bool = False, steps: Steps = PLAIN
) -> Panel:
    """How it went; a step with a value is a line across."""
    custom = {
        "fillOpacity": 60 if stacked else 8,
        "showPoints": "never",
        "stacking": {"mode": "normal" if stacked else "none"},
        "thresholdsStyle": {"mode": "line" if len(steps) > 1 else "off"},
    }
    options = {
        "legend": {"displayMode": "list", "placement": "bottom"},
        "tooltip": {"mode": "multi", "sort": "desc"},
    }
    field = {**_field(unit, steps), "color": {"mode": "palette-classic"}, "custom": custom}
    return _panel("timeseries", 8, 8, title, why, queries, {**field, "min": 0}, options)


def states(title: str, why: str, query: Query, words: Mapping[str, tuple[str, str]]) -> Panel:
    """A bar for each series; its values are `words`, each with its colour."""
    shown = {value: {"text": text, "color": color} for value, (text, color) in words.items()}
    field = {**_field("none", PLAIN), "mappings": [{"type": "value", "options": shown}]}
    return _panel("state-timeline", 8, 8, title, why, [query], field, {"showValue": "never"})


def bars(title: str, why: str, unit: str, query: Query, most: float, steps: Steps = PLAIN) -> Panel:
    """A bar for each series, now, of `most` at most."""
    options = {"orientation": "horizontal", "reduceOptions": {"calcs": ["lastNotNull"]}}
    field = {**_field(unit, steps), "min": 0, "max": most}
    return _panel("bargauge", 8, 8, title, why, [query], field, options)


def table(title: str, why: str, query: Query, hidden: Sequence[str]) -> Panel:
    """The labels of what is found, now; without the columns `hidden`."""
    panel = _panel("table", 16, 8, title, why, [query], _field("none", PLAIN), {})
    panel.json["targets"][0] |= {"instant": True, "range": False, "format": "table"}
    hide = {"excludeByName": dict.fromkeys(hidden, True)}
    panel.json["transformations"] = [{"id": "organize", "options": hide}]
    return panel


def wide(width: int, panel: Panel) -> Panel:
    return Panel(width, panel.height, panel.json)


def _panel(
    kind: str,
    width: int,
    height: int,
    title: str,
    why: str,
    queries: Sequence[Query],
    field: Json,
    options: Json,
) -> Panel:
    targets = [
        {"refId": chr(ord("A") + n), "expr": each.expr, "legendFormat": each.legend or "__auto"}
        for n, each in enumerate(queries)
    ]
    told: Json = {"type": kind, "title": title, "description": why, "datasource": SOURCE}
    defaults = {"fieldConfig": {"defaults": field, "overrides": []}, "options": options}
    return Panel(width, height, {**told, "targets": targets, **defaults})


def _field(unit: str, steps: Steps) -> Json:
    colours = [{"value": value, "color": color} for value, color in steps]
    return {"unit": unit, "thresholds": {"mode": "absolute", "steps": colours}}


def _variable(variable: Variable) -> Json:
    return {
        "type": "query",
        "name": variable.name,
        "label": variable.label,
        "datasource": SOURCE,
        "query": {"query": variable.values, "refId": variable.name},
        "refresh": 2,  # with the time range
        "includeAll": True,
        "allValue": ".*",
        "multi": True,
        "sort": 1,
        "current": {"text": ["All"], "value": ["$__all"]},
    }


def _placed(rows: Sequence[Row]) -> Iterator[Json]:
    """From the left to the right, and on below where there is no room."""
    number = y = 0
    for row in rows:
        x = line = 0
        number += 1
        head = {"h": 1, "w": WIDTH, "x": 0, "y": y}
        yield {"id": number, "type": "row", "title": row.title, "gridPos": head, "panels": []}
        y += 1
        for panel in row.panels:
            if x + panel.width > WIDTH:
                x, y, line = 0, y + line, 0
            number += 1
            place = {"h": panel.height, "w": panel.width, "x": x, "y": y}
            yield {"id": number, "gridPos": place, **panel.json}
            x, line = x + panel.width, max(line, panel.height)
        y += line
