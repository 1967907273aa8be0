"""The web's process: from its settings to SIGTERM."""

import asyncio
import contextlib
import gc
import logging
import signal
import socket
import sys
from collections.abc import Iterator

import uvicorn
import uvloop
from fastapi import FastAPI

from apps.api.app import make_app
from apps.api.figures import serve_figures
from apps.api.office import Office
from core.errors import ConfigurationError
from infra.program_logs import configure
from infra.settings import Settings, load_settings

log = logging.getLogger(__name__)

END_WITHIN_S = 1
"""For requests in hand."""


class Server(uvicorn.Server):
    """Ends with 0 after SIGTERM: uvicorn's own would let the signal kill it in the end."""

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if self.started:
            log.info("the api is ready")  # `up` waits for this line

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        office: Office = self.config.app.state.office  # type: ignore[union-attr]
        await office.feed.stop()  # streams have no end of their own
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.handle_exit, number, None)
        yield


def main() -> None:
    try:
        settings = load_settings()
        configure(settings, "api")
        uvloop.run(serve(settings))
    except ConfigurationError as error:
        sys.exit(f"analyticbot: {error}")


async def serve(settings: Settings) -> None:
    """Until SIGTERM or SIGINT; then within two seconds."""
    async with Office.opened(settings) as office:
        server = server_of(office, make_app())
        serve_figures(office)
        # What is there for good is not looked through again and again: that takes a tenth of a
        # second, in which every request waits.
        gc.collect()
        gc.freeze()
        await server.serve()


def server_of(office: Office, app: FastAPI) -> Server:
    settings, app.state.office = office.settings, office
    return Server(
        uvicorn.Config(
            app,
            host=settings.api_host,
            port=settings.api_port,
            http="httptools",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            forwarded_allow_ips=settings.api_trusted_proxies,
            server_header=False,
            timeout_graceful_shutdown=END_WITHIN_S,
        )
    )
