"""What the web shows Prometheus: the system's live gauges, and its own figures."""

import asyncio
from collections.abc import Coroutine
from typing import Any, TypeVar

from apps.api.office import Office
from infra.monitoring.gauges import LiveGauges
from infra.monitoring.server import serve_as_set
from infra.monitoring.web import exposed

T = TypeVar("T")

LOOP_WITHIN_S = 4.0
"""A look of one's own, after one of another's."""

STUCK = "the web's event loop does not answer"


async def shown(office: Office) -> bytes:
    """The gauges of at most some seconds ago, the web's own figures, and those of the workers of
    this machine.
    """
    gauges, folder = LiveGauges(await office.gauges.get()), office.settings.prometheus_multiproc_dir
    return await asyncio.to_thread(exposed, gauges, office.figures, folder=folder)


def serve_figures(office: Office) -> None:
    """At METRICS_HOST and METRICS_PORT, without a key. Call it on the office's event loop."""
    desk = FiguresDesk(office, asyncio.get_running_loop())
    serve_as_set(office.settings, desk.figures, desk.health)


class FiguresDesk:
    """Answers in threads of the server's; what only the event loop knows is asked there."""

    def __init__(
        self, office: Office, loop: asyncio.AbstractEventLoop, within_s: float = LOOP_WITHIN_S
    ) -> None:
        self._office, self._loop, self._within_s = office, loop, within_s

    def figures(self) -> bytes:
        """As `shown`, without the workers': they are asked themselves. Raises TimeoutError."""
        gauges = LiveGauges(self._ask(self._office.gauges.get()))
        return exposed(gauges, self._office.figures)

    def health(self) -> str:
        """Why messages cannot be taken in; "" where they can."""
        try:
            return "; ".join(self._ask(self._office.ready.get()))
        except TimeoutError:
            return STUCK

    def _ask(self, question: Coroutine[Any, Any, T]) -> T:
        answer = asyncio.run_coroutine_threadsafe(question, self._loop)
        try:
            return answer.result(self._within_s)
        finally:
            answer.cancel()
