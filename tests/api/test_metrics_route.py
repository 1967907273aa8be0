"""/metrics: this machine's figures and the web's own, for those who have a key."""

import subprocess
import sys
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

from core.scope import Scope
from tests.api.listening import listening
from tests.api.web import Asker, Web, serving
from tests.architecture import tree

SHOW = """
import sys
from pathlib import Path
from core.figure import Figure
from infra.monitoring import metrics

metrics.write_as(Path(sys.argv[1]), lambda: "a worker")
metrics.show([Figure("queue_depth", "messages", 3.0)])
"""


def figures(text: str) -> dict[tuple[str, ...], float]:
    families = text_string_to_metric_families(text)
    samples = (sample for family in families for sample in family.samples)
    return {(each.name, *sorted(each.labels.values())): each.value for each in samples}


async def test_requests_are_counted_by_route_and_never_by_path(web: Web, api: Asker) -> None:
    for path in ("@nobody", "@nowhere", "-100123"):
        await api.get(f"/api/v1/channels/{path}")
    for path in ("/wp-login.php", "/static/none.js", "/static/app.js", "/api/v1/none"):
        await api.get(path)
    await api.ask("PROPFIND", "/api/v1/channels")
    answer = await api.get("/metrics")
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
    found = figures(answer.text)
    requests = "analyticbot_http_requests_total"
    assert found[requests, "/api/v1/channels/{name}", "4xx", "GET"] == 3
    assert found[requests, "/static", "2xx", "GET"] == 1
    assert found[requests, "/static", "4xx", "GET"] == 1
    assert found[requests, "4xx", "GET", "none"] == 2
    assert "wp-login" not in answer.text
    assert "nobody" not in answer.text
    duration = "analyticbot_http_request_duration_seconds"
    assert found[f"{duration}_count", "/api/v1/channels/{name}"] == 3
    assert found[f"{duration}_bucket", "+Inf", "/api/v1/channels/{name}"] == 3


async def test_open_streams_are_a_figure_and_their_time_is_none(web: Web, api: Asker) -> None:
    async with listening(api), listening(api):
        found = figures((await api.get("/metrics")).text)
        assert found["analyticbot_event_streams",] == 2
    assert ("analyticbot_http_request_duration_seconds_count", "/api/v1/events") not in found


async def test_the_workers_figures_of_this_machine_are_there(web: Web, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", SHOW, str(folder)], cwd=tree.ROOT, check=True)
    settings = web.office.settings.model_copy(update={"prometheus_multiproc_dir": folder})
    async with serving(settings) as other, other.with_key(Scope.READ) as reader:
        found = figures((await reader.get("/metrics")).text)
    assert found["analyticbot_queue_depth", "messages"] == 3


async def test_only_who_may_read_sees_them(web: Web) -> None:
    async with web.nobody() as nobody, web.with_key(Scope.READ) as reader:
        assert (await nobody.get("/metrics")).status == 401
        assert (await reader.get("/metrics")).status == 200
