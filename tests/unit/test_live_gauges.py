"""How live gauges are shown: as Prometheus takes them, and nothing that was not read."""

import shutil
import subprocess

import pytest
from prometheus_client.parser import text_string_to_metric_families

from infra.monitoring.gauges import GAUGES, LiveGauges, Reading
from infra.monitoring.web import WebFigures, exposed

ONE_OF_EACH = [
    Reading(name, n + 0.5, tuple(f"{label} {n}" for label in labels))
    for n, (name, (labels, _)) in enumerate(GAUGES.items())
]


def shown(*readings: Reading) -> str:
    return exposed(LiveGauges(readings)).decode()


def test_each_gauge_is_shown_with_its_labels_and_what_it_means() -> None:
    families = list(text_string_to_metric_families(shown(*ONE_OF_EACH)))
    assert [family.name for family in families] == [f"analyticbot_{name}" for name in GAUGES]
    for n, (family, (labels, meaning)) in enumerate(zip(families, GAUGES.values(), strict=True)):
        [sample] = family.samples
        assert (family.type, family.documentation) == ("gauge", meaning)
        assert sample.value == n + 0.5
        assert sample.labels == {label: f"{label} {n}" for label in labels}


def test_what_was_not_read_is_not_there() -> None:
    text = shown(Reading("up", False, ("broker",)), Reading("up", True, ("ledger",)))
    assert text.splitlines()[1:] == [
        "# TYPE analyticbot_up gauge",
        'analyticbot_up{part="broker"} 0.0',
        'analyticbot_up{part="ledger"} 1.0',
    ]


@pytest.mark.skipif(shutil.which("promtool") is None, reason="promtool is not on this machine")
def test_promtool_finds_no_fault_with_the_names() -> None:
    web = WebFigures(lambda: 3)
    web.note("/api/v1/me", "GET", 200, 0.01)
    text = exposed(LiveGauges(ONE_OF_EACH), web)
    command = ["promtool", "check", "metrics"]
    told = subprocess.run(command, check=False, input=text, capture_output=True)
    assert (told.returncode, told.stdout, told.stderr) == (0, b"", b"")
