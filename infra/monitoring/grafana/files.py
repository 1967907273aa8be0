"""The dashboards as the files that Grafana reads, a panel a line."""

import json
from collections.abc import Mapping
from pathlib import Path

from infra.monitoring.grafana.broadcasts import BROADCASTS
from infra.monitoring.grafana.overview import OVERVIEW
from infra.monitoring.grafana.panels import Dashboard, Json
from infra.monitoring.grafana.work import WORK

FOLDER = Path(__file__).parent / "dashboards"
DASHBOARDS = (OVERVIEW, WORK, BROADCASTS)


def written() -> Mapping[Path, str]:
    """What each file is to hold."""
    return {FOLDER / f"{each.uid}.json": _text(each) for each in DASHBOARDS}


def _text(dashboard: Dashboard) -> str:
    shown: Json = dashboard.json()
    panels = ",\n".join(f"  {json.dumps(panel)}" for panel in shown.pop("panels"))
    head = ",\n".join(f" {json.dumps(name)}: {json.dumps(value)}" for name, value in shown.items())
    return f'{{\n{head},\n "panels": [\n{panels}\n ]\n}}\n'
