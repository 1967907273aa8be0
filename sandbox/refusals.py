"""Answers that are no success: Telegram's refusals, and no answer at all."""

from typing import Any

import orjson
from aiohttp import web

JSON_TYPE = {"Content-Type": "application/json"}


class Refusal(Exception):
    """Telegram's `ok: false`. `parameters` is what it calls ResponseParameters."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(code, description)
        self.code, self.description, self.parameters = code, description, parameters

    def response(self) -> web.Response:
        headers = dict(JSON_TYPE)
        if "retry_after" in self.parameters:
            headers["Retry-After"] = str(self.parameters["retry_after"])
        return web.Response(body=self._body(), status=self.code, headers=headers)

    def _body(self) -> bytes:
        body = {"ok": False, "error_code": self.code, "description": self.description}
        if self.parameters:
            body["parameters"] = self.parameters
        return orjson.dumps(body)


class Breakdown(Refusal):
    """A 5xx. In front of Telegram stands a proxy that answers in HTML."""

    def __init__(self, code: int, description: str, *, html: bool) -> None:
        super().__init__(code, description)
        self._html = html

    def response(self) -> web.Response:
        if not self._html:
            return super().response()
        page = f"<html><head><title>{self.code} {self.description}</title></head></html>\r\n"
        return web.Response(text=page, status=self.code, content_type="text/html")


class Cut(Exception):
    """The connection closes and nothing is said."""


def bad_request(problem: str) -> Refusal:
    return Refusal(400, f"Bad Request: {problem}")


def too_many_requests(retry_after: int) -> Refusal:
    description = f"Too Many Requests: retry after {retry_after}"
    return Refusal(429, description, retry_after=retry_after)
