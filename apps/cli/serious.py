"""What `up` tells of a program's log, whichever LOG_FORMAT it is written in."""

import json
import re

TOLD = ("WARNING", "ERROR", "CRITICAL")
TEXT = re.compile(rf"\[[\d\-]+ [\d:,]+: (?:{'|'.join(TOLD)})/[^\]]*\] (.*)")


def serious(line: str) -> str | None:
    """What a line says, on one line, if it is a warning or worse; None for any other."""
    if line.startswith("{"):
        return _of_json(line)
    found = TEXT.match(line)
    return found[1] if found else None


def _of_json(line: str) -> str | None:
    try:
        told = json.loads(line)
    except ValueError:  # of a program that is none of ours
        return None
    if told.get("level") not in TOLD:
        return None
    return " ".join(str(told.get("message", "")).split())
