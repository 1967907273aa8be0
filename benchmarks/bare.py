"""The baseline as most people write it: a plain Celery application, one task a message.

`celery -A benchmarks.bare worker`, told by BARE_BROKER, BARE_API_URL and BARE_TOKEN.
"""

import json
import os
from functools import cache
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit

from celery import Celery

HEADERS = {"Content-Type": "application/json"}

app: Any = Celery("bare", broker=os.environ.get("BARE_BROKER"))
app.conf.task_ignore_result = True


@app.task
def send(chat_id: int, text: str) -> None:
    line = _line()
    path = f"/bot{os.environ['BARE_TOKEN']}/sendMessage"
    line.request("POST", path, json.dumps({"chat_id": chat_id, "text": text}), HEADERS)
    line.getresponse().read()


@cache
def _line() -> HTTPConnection:
    """One connection for each child, kept open: a child makes it at its first message."""
    api = urlsplit(os.environ["BARE_API_URL"])
    assert api.hostname is not None
    return HTTPConnection(api.hostname, api.port)
