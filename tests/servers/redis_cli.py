"""`python -m tests.servers.redis_cli -p PORT COMMAND`, where there is no redis-cli.

The password is in REDISCLI_AUTH, as it is for redis-cli.
"""

import os
import sys

import redis

from tests.servers.process import HOST


def main(arguments: list[str]) -> None:
    _, port, command = arguments
    password = os.environ.get("REDISCLI_AUTH")
    answer = redis.Redis(HOST, int(port), password=password).execute_command(command)
    print("PONG" if answer is True else answer)


if __name__ == "__main__":
    main(sys.argv[1:])
