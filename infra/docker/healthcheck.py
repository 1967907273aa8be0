"""`python healthcheck.py URL`: ends with 0 where the URL answers with 200, else with 1 and why.

A container's HEALTHCHECK runs it each few seconds, beside the program that it asks: so it takes
the standard library only, and little of that.
"""

import http.client
import sys
from contextlib import closing
from urllib.parse import urlsplit

TIMEOUT_S = 8.0
"""Less than a HEALTHCHECK's own 10 s, so that it can still say what it waited for."""
MOST_BYTES = 2_000


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print("how to call it: healthcheck.py http://127.0.0.1:9808/health")
        return 1
    healthy, told = ask(arguments[0], TIMEOUT_S)
    print(told)
    return 0 if healthy else 1


def ask(url: str, timeout_s: float) -> tuple[bool, str]:
    """Whether it is healthy, and its own word on that or what went wrong, in one line."""
    try:
        parts = urlsplit(url)
        # No proxy of the environment is asked, as urllib would: it is this container that we mean.
        line = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=timeout_s)
        with closing(line):
            line.request("GET", parts.path or "/")
            answer = line.getresponse()
            told = " ".join(answer.read(MOST_BYTES).decode(errors="replace").split())
    except (OSError, ValueError, http.client.HTTPException) as error:
        return (
            False,
            f"{url} does not answer: {' '.join(str(error).split()) or type(error).__name__}",
        )
    if answer.status == http.client.OK:
        return True, told
    return False, f"{answer.status}: {told}"


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
