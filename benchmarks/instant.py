"""A server that takes every request for a send and answers it at once, with the same answer.

It keeps nothing, and costs far less than the sandbox: for a million sends. Its first line tells
its port. Run: python -m benchmarks.instant
"""

import asyncio
import sys

CONSTANT = b'{"ok":true,"result":{"message_id":1,"date":0,"chat":{"id":1,"type":"private"}}}'
ANSWER = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%b" % (
    len(CONSTANT),
    CONSTANT,
)
END_OF_HEAD = b"\r\n\r\n"
BACKLOG = 1024
TOLD = "instant: at port"


class Answering(asyncio.Protocol):
    """One connection: an answer for each whole request, whatever it asks for."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport, self._buffer = transport, b""

    def data_received(self, data: bytes) -> None:
        self._buffer += data
        head, end, body = self._buffer.partition(END_OF_HEAD)
        while end and len(body) >= (length := length_told(head)):
            self._transport.write(ANSWER)
            self._buffer = body[length:]
            head, end, body = self._buffer.partition(END_OF_HEAD)


def length_told(head: bytes) -> int:
    """The Content-Length of a request or an answer; 0 where it tells none."""
    return int(head.lower().partition(b"content-length:")[2].partition(b"\r")[0] or 0)


async def serve() -> None:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(Answering, "127.0.0.1", 0, backlog=BACKLOG)
    sys.stdout.write(f"{TOLD} {server.sockets[0].getsockname()[1]}\n")
    sys.stdout.flush()
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
