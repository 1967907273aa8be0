"""Paid broadcasts: up to a thousand messages a second, for a fee in Telegram Stars.

api: `allow_paid_broadcast` of each method that takes it, "ignoring broadcasting limits for a fee
of 0.1 Telegram Stars per message".
"""

from core.bot_methods import METHODS
from core.errors import InvalidContent
from core.message import FEE, Content


def paid(content: Content) -> Content:
    """The same, sent for a fee. Raises InvalidContent where its method takes none."""
    if FEE not in METHODS[content.method].params:
        problem = f"goes not with {content.method}: Telegram takes no fee for it"
        raise InvalidContent("paid", problem, "copy one message at a time, or leave it out")
    return Content(content.method, {**content.params, FEE: True})


def unpaid(content: Content) -> Content:
    """The same, at no cost: for a single copy."""
    params = {name: value for name, value in content.params.items() if name != FEE}
    return Content(content.method, params)
