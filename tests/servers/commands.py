"""`python -m tests.servers.commands`: the command line for any number of commands.

Reads the words of one a line, a JSON array, and answers each with a line: [code, out, err].
"""

import json
import sys

from tests.servers.command_line import ended

if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(ended(json.loads(line))), flush=True)
