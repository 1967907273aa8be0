"""The logs of Celery's programs, in the one form that all programs have.

Celery would set up logging by itself, and says some things past it: a banner, a word at its end.
"""

import logging
import os
import sys
from collections.abc import Sequence
from logging.handlers import WatchedFileHandler
from pathlib import Path
from typing import Any

from billiard import util
from celery import Celery
from celery.signals import setup_logging, task_postrun, task_prerun

from infra.log_ids import about
from infra.program_logs import formatter, write_to
from infra.settings import LogFormat, Settings

ROLES = ("worker", "beat", "flower")
STDOUT_LEVEL = "WARNING"


def begin(app: Celery, settings: Settings, argv: Sequence[str]) -> None:
    """In the process of a worker, of Beat or of Flower, before it says its first word.

    A program of a user's that calls tasks keeps its logging as it is.
    """
    role = role_of(argv)
    setup_logging.connect(_set_up(app, settings, role or "worker"), weak=False)
    if role:
        _write(settings, role, settings.log_level, None)
    if role and settings.log_format is LogFormat.JSON:
        _say_it_in_json(app, settings, role)


def role_of(argv: Sequence[str]) -> str:
    """ "worker" for `celery -A … worker …`; "" for any other program."""
    program = Path(argv[0]) if argv else Path()
    if program.name != "celery" and program.parts[-2:] != ("celery", "__main__.py"):
        return ""
    return next((word for word in argv[1:] if word in ROLES), "")


def _set_up(app: Celery, settings: Settings, role: str) -> Any:
    def set_up(loglevel: int, logfile: str | None, **_: Any) -> None:
        """Celery calls it where it would set up logging; by being there it keeps Celery from it."""
        _write(settings, role, loglevel, logfile)
        app.log.redirect_stdouts(STDOUT_LEVEL)

    return set_up


def _write(settings: Settings, role: str, level: int | str, path: str | None) -> None:
    handler = logging.StreamHandler(sys.__stderr__)
    if path is not None:
        handler = WatchedFileHandler(path, encoding="utf-8")
    write_to(handler, settings, role, level)
    # The pool's own has no other way out.
    pool = util.get_logger()
    pool.handlers, pool.level = [handler], logging.ERROR


def _say_it_in_json(app: Celery, settings: Settings, role: str) -> None:
    """No banner; and what a signal's handler says, where no log can be written to, is JSON, too,
    as is what is printed.
    """
    app.log.redirect_stdouts(STDOUT_LEVEL)
    # Only a worker's own program needs it, and has it loaded by then.
    from celery.apps import worker  # noqa: PLC0415

    form = formatter(settings, role)

    def say(text: str, _: Any = None) -> None:
        fields = {"name": "celery.apps.worker", "levelname": "INFO", "levelno": logging.INFO}
        record = logging.makeLogRecord({**fields, "msg": text, "processName": "MainProcess"})
        os.write(2, f"{form.format(record)}\n".encode())

    worker.safe_say = say
    if role in ("worker", "beat"):
        name = role.capitalize()
        setattr(app, name, _quiet(getattr(app, name)))


def _quiet(program: Any) -> Any:
    def made(**options: Any) -> Any:
        return program(**{**options, "quiet": True})

    return made


@task_prerun.connect
def _enter(task_id: str, task: Any, **_: Any) -> None:
    """Whatever is told until the task ends has its id, and so has what it leaves behind."""
    task.request.lines = about(task_id=task_id, task=task.name)
    task.request.lines.__enter__()


@task_postrun.connect
def _leave(task: Any, **_: Any) -> None:
    task.request.lines.__exit__(None, None, None)
