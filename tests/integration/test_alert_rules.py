"""The alert rules and the dashboards' queries, as Prometheus's own tool judges them."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.unit.monitoring_files import PROMETHEUS, alerts, queries

WITHIN_S = 60.0
# What Grafana puts in their place: four scrapes, and all values.
GRAFANA_S = {"$__rate_interval": "1m", "$worker": ".*", "$task": ".*", "$broadcast": ".*"}
SYNTAX = {"groups": [{"name": "one", "rules": [{"alert": "Wrong", "expr": "sum(rate(up))"}]}]}

pytestmark = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="promtool is not installed: it comes with Prometheus (Debian: apt install prometheus)",
)


def promtool(*words: str | Path) -> subprocess.CompletedProcess[str]:
    command = ("promtool", *words)
    return subprocess.run(command, capture_output=True, text=True, timeout=WITHIN_S, check=False)


def test_prometheus_takes_its_configuration() -> None:
    done = promtool("check", "config", PROMETHEUS / "prometheus.yml")
    assert done.returncode == 0, done.stderr
    assert "1 rule files found" in done.stdout


def test_each_alert_fires_when_it_should_and_not_before() -> None:
    done = promtool("test", "rules", PROMETHEUS / "alerts_test.yml")
    assert done.returncode == 0, done.stdout + done.stderr


def test_an_alert_that_never_fires_would_be_found(tmp_path: Path) -> None:
    rules = (PROMETHEUS / "alerts.yml").read_text()
    tests = (PROMETHEUS / "alerts_test.yml").read_text()
    start = tests.index("  - name: WorkersGone")
    one = tests[: tests.index("  - name:")] + tests[start : tests.index("  - name:", start + 1)]
    (tmp_path / "alerts.yml").write_text(rules.replace("or vector(0)) == 0", "or vector(0)) < 0"))
    (tmp_path / "alerts_test.yml").write_text(one)
    done = promtool("test", "rules", tmp_path / "alerts_test.yml")
    assert done.returncode == 1
    assert "WorkersGone" in done.stdout + done.stderr


def test_prometheus_understands_every_query_of_the_dashboards(tmp_path: Path) -> None:
    wanted = [(where, expr) for where, expr in queries() if where not in alerts()]
    found = [{"record": f"query{n}", "expr": _filled(expr)} for n, (_, expr) in enumerate(wanted)]
    file = tmp_path / "queries.json"  # JSON is YAML
    file.write_text(json.dumps({"groups": [{"name": "queries", "rules": found}]}))
    done = promtool("check", "rules", file)
    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(found)} rules found" in done.stdout


def test_a_query_that_is_none_would_be_found(tmp_path: Path) -> None:
    file = tmp_path / "wrong.json"
    file.write_text(json.dumps(SYNTAX))
    assert promtool("check", "rules", file).returncode != 0


def _filled(expr: str) -> str:
    for name, value in GRAFANA_S.items():
        expr = expr.replace(name, value)
    return expr
