"""A program's log: as Celery's lines look, which `up` watches, and without what is secret."""

import logging
import sys

from infra.redaction import hidden
from infra.settings import Settings

FORMAT = "[%(asctime)s: %(levelname)s/%(processName)s] %(message)s"
LIBRARIES = (
    *("aiogram", "aiohttp.access", "sqlalchemy", "celery", "kombu", "asyncio", "uvicorn"),
    *("multipart",),
)


class Redacting(logging.Formatter):
    """Traces, too: an error's text can hold the URL, and that the token."""

    def __init__(self, settings: Settings) -> None:
        super().__init__(FORMAT)
        self._settings = settings

    def format(self, record: logging.LogRecord) -> str:
        return hidden(super().format(record), self._settings)


def configure(settings: Settings) -> None:
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(Redacting(settings))
    logging.basicConfig(level=settings.log_level, handlers=[handler], force=True)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)
