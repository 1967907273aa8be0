"""How what is found in the ledger becomes figures, and how Prometheus is shown them."""

import math
import os
import socket
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from core.figure import LABEL_CHARACTERS
from core.message import State
from infra.celery.figures import OTHER, REASONS, endings, used
from infra.db.figures import Ended
from infra.monitoring import metrics
from tests.architecture import tree

EXPOSE = """
import sys
from pathlib import Path
from infra.monitoring import metrics
from core.figure import Figure

folder, process, until, sent = sys.argv[1:]
metrics.write_as(Path(folder), process)
metrics.show([
    Figure("queue_depth", "messages", 9.0),
    Figure("sampled_until", "", float(until)),
    Figure("messages_ended", "sent: ", float(sent)),
    Figure("messages_ended", "failed: blocked: for good", 1.0),
    Figure("lateness_s", "p50", float("nan")),
])
"""
READ = """
import sys
from pathlib import Path
from infra.monitoring import metrics

sys.stdout.write(metrics.rendered(Path(sys.argv[1])).decode())
"""

words = st.text("abc: ", max_size=80)
found = st.lists(
    st.tuples(st.sampled_from([State.FAILED, State.UNCERTAIN]), words),
    max_size=60,
    unique=True,
)


@given(st.lists(found, max_size=4))
def test_reasons_are_bounded_for_ever_and_none_goes_uncounted(
    samples: list[list[tuple[State, str]]],
) -> None:
    known: set[str] = set()
    for sample in samples:
        figures = list(endings([Ended(*each, 2, 2) for each in sample], known))
        assert sum(figure.value for figure in figures) == 2 * len(sample)
        known |= {figure.label for figure in figures}
        assert all(len(label) <= LABEL_CHARACTERS for label in known)
    states = {f"{state}: {OTHER}" for state in State}
    assert len(known - states) <= REASONS


def test_a_reason_that_is_known_keeps_its_label() -> None:
    known = {f"failed: {n}" for n in range(REASONS)}
    found = [Ended(State.FAILED, "new", 9, 9), Ended(State.FAILED, "3", 1, 1)]
    assert [figure.label for figure in endings(found, known)] == ["failed: other", "failed: 3"]


def test_the_governors_use_counts_what_telegram_counts() -> None:
    found = [Ended(State.SENT, "", 5, 15), Ended(State.FAILED, "blocked", 90, 90)]
    assert used(found, 30, timedelta(seconds=10)) == 0.05
    assert math.isnan(used(found, 0, timedelta(seconds=10)))


def python(*arguments: str, **more: str) -> str:
    environment = {"PATH": os.environ["PATH"], "PYTHONPATH": str(tree.ROOT), "BOT_TOKEN": "1:a"}
    command = [sys.executable, "-c", *arguments]
    return subprocess.run(
        command, env=environment | more, capture_output=True, text=True, check=True
    ).stdout


def test_processes_that_come_and_go_are_shown_as_one(tmp_path: Path) -> None:
    for process, until, sent in (("9-0", "5", "2"), ("9-1", "7", "10"), ("9-0", "3", "1")):
        python(EXPOSE, str(tmp_path), process, until, sent)
    told = python(READ, str(tmp_path)).splitlines()
    assert "analyticbot_sampled_until_timestamp_seconds 3.0" in told
    assert 'analyticbot_messages_ended_total{reason="",state="sent"} 13.0' in told
    assert 'analyticbot_messages_ended_total{reason="blocked: for good",state="failed"} 3.0' in told
    ledgers_own = [line for line in told if "queue_depth" in line or "lateness" in line]
    assert not ledgers_own, "these are shown by who measures or asks for them"
    places = {f"{kind}_{name}.db" for kind in metrics.ROOM_BYTES for name in ("9-0", "9-1")}
    left = {file.name for file in tmp_path.iterdir()}
    assert left == places, "a child that came back left its files behind"


CALLS_AND_SERVES = """
import logging, sys
import infra.celery.tasks
print("prometheus_client" in sys.modules)
logging.basicConfig(stream=sys.stdout)
from types import SimpleNamespace
from infra.celery import measuring
measuring.serve(SimpleNamespace(hostname="main@here"))
print("goes on")
"""


def test_who_calls_tasks_does_not_load_prometheus_and_a_taken_port_ends_no_worker(
    tmp_path: Path,
) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        folder = str(tmp_path)
        told = python(CALLS_AND_SERVES, METRICS_PORT=port, PROMETHEUS_MULTIPROC_DIR=folder)
    loaded, warned, goes_on = told.splitlines()
    assert (loaded, goes_on) == ("False", "goes on")
    assert f"METRICS_PORT: no figures are shown at 127.0.0.1 port {port}: " in warned
