"""What is told of a broadcast's chats where the bot may not post."""

import sys
from typing import Any

from infra.celery.chat_rights import Findings

SHOWN = 20


def facts(found: Findings) -> dict[str, Any]:
    """As JSON: `unasked` and `unreachable` are counts."""
    return {
        "warnings": [{"chat": chat, "why": why} for chat, why in found.refused.items()],
        "unasked": found.unasked,
        "unreachable": found.unreachable,
    }


def warn(found: Findings) -> None:
    for line in _lines(found):
        sys.stderr.write(f"analyticbot: {line}\n")


def _lines(found: Findings) -> list[str]:
    refused = [f"{chat}: {why}" for chat, why in found.refused.items()]
    lines = refused[:SHOWN]
    if len(refused) > SHOWN:
        lines.append(f"and {len(refused) - SHOWN:,} more; --json names them all")
    if found.none_may:
        lines.append("the bot can post to none of the groups and channels that were looked at")
    if found.unasked:
        why = f" ({found.silence})" if found.silence else ""
        lines.append(f"{found.unasked:,} groups and channels were not asked about{why}")
    if found.unreachable:
        lines.append(f"{found.unreachable:,} private chats cannot be reached any more")
    return lines
