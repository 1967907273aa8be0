"""The updates of a sandbox's bot, as a test reads them."""

from typing import Any

from sandbox.client import Client


async def told(client: Client) -> list[tuple[str, Any]]:
    """The updates that wait, each confirmed: kind and content."""
    updates = (await client.call("getUpdates")).result
    if updates:
        await client.call("getUpdates", offset=updates[-1]["update_id"] + 1)
    return [(kind, update[kind]) for update in updates for kind in update if kind != "update_id"]
