"""Whether the bot hears of what people write: its /health."""

from collections.abc import Callable
from functools import partial

from prometheus_client import CollectorRegistry, generate_latest

from apps.bot.office import Office
from apps.bot.polling import MARGIN_S
from infra.monitoring import server
from infra.monitoring.bot import ANSWERED
from infra.monitoring.listening import deafness
from infra.monitoring.pulse import Pulse

BETWEEN_S = 10


def serve(office: Office) -> Callable[[], None]:
    """Show the bot's figures and its health, if METRICS_PORT asks for it.

    Whoever polls is to call what this returns each time that Telegram has answered.
    """
    config, figures = office.config, office.figures
    # One poll may go without an answer, and the next one be held for as long as can be.
    pulse = Pulse(ANSWERED, 2 * (config.poll_s + MARGIN_S) + BETWEEN_S)
    registry = CollectorRegistry()
    registry.register(figures)
    if not config.webhook_url:
        figures.polled()
    where = (config.webhook_host, config.webhook_port, "BOT_WEBHOOK_PORT")
    health = partial(deafness, *where) if config.webhook_url else pulse.reason
    server.serve_as_set(office.settings, lambda: generate_latest(registry), health)

    def answered() -> None:
        figures.polled()
        pulse.beat()

    return answered
