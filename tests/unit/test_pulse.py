"""What has to go well again and again, and does not."""

from infra.celery.beat import LATE_S, Pace
from infra.celery.celery_app import settings
from infra.monitoring.pulse import Pulse


def test_it_is_ill_once_it_is_late_and_well_again_with_the_next() -> None:
    now_s = 100.0
    pulse = Pulse("published", 30, lambda: now_s)
    now_s = 130.0
    assert pulse.reason() == ""  # the start counts as well
    now_s = 131.0
    assert pulse.reason() == "started 31 s ago and not since: 30 s are allowed"
    pulse.beat()
    now_s = 161.0
    assert pulse.reason() == ""
    now_s = 162.0
    assert pulse.reason() == "published 31 s ago and not since: 30 s are allowed"


def test_beat_is_given_two_intervals_of_its_shortest_entry_and_a_little_more() -> None:
    pace = Pace(settings)
    assert pace.pulse._within_s == 2 * settings.beat_send_scheduled_messages + LATE_S
