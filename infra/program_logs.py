"""A program's log, on stderr: set up here for every program, as LOG_FORMAT says."""

import logging
import sys
import threading
from types import TracebackType
from typing import Any

from infra.log_formats import Json, Text
from infra.redaction import hiding
from infra.settings import LogFormat, Settings

LIBRARIES = (
    *("aiogram", "aiohttp.access", "sqlalchemy", "celery", "kombu", "asyncio", "uvicorn"),
    *("multipart",),
)

log = logging.getLogger(__name__)


def configure(settings: Settings, role: str) -> None:
    """For a program of ours; what libraries say of themselves is told from a warning on."""
    write_to(logging.StreamHandler(sys.stderr), settings, role, settings.log_level)
    for name in LIBRARIES:
        logging.getLogger(name).setLevel(logging.WARNING)


def write_to(
    handler: logging.Handler, settings: Settings, role: str, level: int | str
) -> logging.Handler:
    """Whatever is told in this process goes there: warnings and errors that nobody took, too."""
    handler.setFormatter(formatter(settings, role))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.captureWarnings(True)
    sys.excepthook = _nobody_took
    threading.excepthook = _ended_a_thread
    sys.unraisablehook = _went_unheard
    return handler


def formatter(settings: Settings, role: str) -> logging.Formatter:
    """`role` is what JSON names the program by."""
    hide = hiding(settings)
    return Json(hide, role) if settings.log_format is LogFormat.JSON else Text(hide)


def _nobody_took(
    kind: type[BaseException], error: BaseException, trace: TracebackType | None
) -> None:
    if issubclass(kind, KeyboardInterrupt):
        return sys.__excepthook__(kind, error, trace)
    return log.critical("ended by an error", exc_info=(kind, error, trace))


def _ended_a_thread(args: threading.ExceptHookArgs) -> None:
    if args.exc_value is None or isinstance(args.exc_value, SystemExit):
        return
    name = args.thread.name if args.thread else "?"
    about = (args.exc_type, args.exc_value, args.exc_traceback)
    log.error("the thread %s ended by an error", name, exc_info=about)


def _went_unheard(args: Any) -> None:
    about = (args.exc_type, args.exc_value, args.exc_traceback)
    log.error("%s %r", args.err_msg or "ignored an error in", args.object, exc_info=about)
