"""Whether somebody listens for HTTP at a port of this machine."""

import socket

ANSWERS_WITHIN_S = 2.0
LONGEST_LINE_BYTES = 64


def deafness(host: str, port: int, setting: str) -> str:
    """Why nobody answers there; "" where somebody does. `setting` is the port's name.

    Asked over the port itself, so that it is the program's event loop that answers, though only
    to say that a stranger has no business there.
    """
    try:
        with socket.create_connection((host, port), ANSWERS_WITHIN_S) as line:
            line.sendall(b"GET / HTTP/1.0\r\n\r\n")
            if line.recv(LONGEST_LINE_BYTES).startswith(b"HTTP/1."):
                return ""
    except OSError as error:
        return f"nobody listens at {setting} ({port}): {error}"
    return f"whoever listens at {setting} ({port}) speaks no HTTP"
