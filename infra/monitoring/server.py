"""A worker's /metrics, for Prometheus to read."""

from pathlib import Path

from prometheus_client import CollectorRegistry, start_http_server
from prometheus_client.multiprocess import MultiProcessCollector

HOST = "127.0.0.1"


def serve(port: int, folder: Path) -> None:
    """Answer on this machine with what the worker's children have written into the folder.

    By a thread that lasts as long as the process. It takes no lock that a child forked beside it
    would need: it reads files. Raises OSError where the port is taken.
    """
    registry = CollectorRegistry()
    MultiProcessCollector(registry, str(folder))  # type: ignore[no-untyped-call]
    start_http_server(port, HOST, registry)
