"""/metrics: the system's gauges, this machine's figures and the web's own."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import event

from apps.api.figures import STUCK, FiguresDesk, serve_figures
from core.scope import Scope
from infra.version import installed_version
from tests.api.asks import LATER, made
from tests.api.listening import listening
from tests.api.web import Asker, Web, serving
from tests.architecture import tree
from tests.servers.process import free_port

SHOW = """
import sys
from pathlib import Path
from core.figure import Figure
from infra.monitoring import metrics

metrics.write_as(Path(sys.argv[1]), "a worker")
metrics.show([Figure("posts_late", "", 3.0)])
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


async def test_the_systems_gauges_are_asked_for_at_the_scrape(web: Web, api: Asker) -> None:
    await made(api, at=LATER)
    found = figures((await api.get("/metrics")).text)
    assert found["analyticbot_messages", "waiting"] == 1
    assert found["analyticbot_queue_depth", "messages"] >= 0  # others use this broker, too
    assert found["analyticbot_governor_ahead_seconds",] == 0
    assert [found["analyticbot_up", part] for part in ("broker", "governor", "ledger")] == [1] * 3
    assert found["analyticbot_build_info", installed_version()] == 1


async def test_many_who_scrape_cost_one_look(web: Web, api: Asker) -> None:
    await api.get("/metrics")
    web.office.gauges._good_until_s = 0.0  # as after some seconds
    asked: list[str] = []
    engine = web.office._gauges._ledger._database._reader.sync_engine
    event.listen(engine, "before_cursor_execute", lambda *args: asked.append(args[2]))
    await asyncio.gather(*(api.get("/metrics") for _ in range(10)))
    await api.get("/metrics")
    assert sum("FROM health" in sql for sql in asked) == 1


async def test_the_port_of_the_role_wants_no_key(web: Web) -> None:
    port = free_port()
    settings = web.office.settings.model_copy(update={"metrics_port": port})
    async with serving(settings) as other, Asker(f"http://127.0.0.1:{port}") as scraper:
        serve_figures(other.office)
        async with other.nobody() as nobody:
            await nobody.get("/health/live")
        scraped, health = await scraper.get("/metrics"), await scraper.get("/health")
    found = figures(scraped.text)
    assert found["analyticbot_up", "ledger"] == 1
    assert found["analyticbot_http_requests_total", "/health/live", "2xx", "GET"] == 1
    assert found["analyticbot_event_streams",] == 0
    assert (health.status, health.text) == (200, "ok\n")


async def test_its_health_says_why_no_messages_can_be_taken(web: Web) -> None:
    desk = FiguresDesk(web.office, asyncio.get_running_loop())
    async with web.office.database.writing():  # nobody else may
        assert await asyncio.to_thread(desk.health) == "the ledger takes no writes"


async def test_a_loop_that_does_not_answer_is_told_and_not_waited_for(web: Web) -> None:
    desk = FiguresDesk(web.office, asyncio.get_running_loop(), within_s=0.05)
    assert desk.health() == STUCK  # asked from the very loop, which so cannot answer
    with pytest.raises(TimeoutError):
        desk.figures()
    again = FiguresDesk(web.office, asyncio.get_running_loop())
    assert await asyncio.to_thread(again.health) == ""
    assert b"analyticbot_up" in await asyncio.to_thread(again.figures)


async def test_the_workers_figures_of_this_machine_are_there(web: Web, tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    folder.mkdir()
    subprocess.run([sys.executable, "-c", SHOW, str(folder)], cwd=tree.ROOT, check=True)
    settings = web.office.settings.model_copy(update={"prometheus_multiproc_dir": folder})
    async with serving(settings) as other, other.with_key(Scope.READ) as reader:
        found = figures((await reader.get("/metrics")).text)
    assert found["analyticbot_posts_late_total",] == 3


async def test_only_who_may_read_sees_them(web: Web) -> None:
    async with web.nobody() as nobody, web.with_key(Scope.READ) as reader:
        assert (await nobody.get("/metrics")).status == 401
        assert (await reader.get("/metrics")).status == 200
