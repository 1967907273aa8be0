"""The broadcasts that run: how far they are, how fast, and what keeps them up."""

from infra.monitoring.grafana.panels import (
    CALM,
    WARN,
    Dashboard,
    Query,
    Row,
    Variable,
    bars,
    lines,
    stat,
)

MINE = 'broadcast=~"$broadcast"'
LEFT = f'max by (broadcast) (analyticbot_broadcast_recipients{{state="pending",{MINE}}})'
SETTLED = (
    "max by (broadcast) (clamp_min("
    f'-deriv(analyticbot_broadcast_recipients{{state="pending",{MINE}}}[2m]), 0))'
)

NOW = Row(
    "Now",
    [
        stat(
            "Running",
            "Broadcasts that are being sent; twenty at most are shown.",
            "short",
            Query("count(max by (broadcast) (analyticbot_broadcast_progress_ratio)) or vector(0)"),
        ),
        stat(
            "Recipients left",
            "Of the broadcasts chosen above.",
            "short",
            Query(f"sum({LEFT}) or vector(0)"),
        ),
        stat(
            "Settled",
            "Recipients a second, whatever became of them.",
            "mps",
            Query(f"sum({SETTLED}) or vector(0)"),
        ),
        stat(
            "Time left",
            "At the pace of the last two minutes, until the last of them is settled.",
            "s",
            Query(f"sum({LEFT}) / (sum({SETTLED}) > 0)"),
        ),
        stat(
            "Uncertain",
            "Recipients of whom a person has to say whether the message arrived.",
            "short",
            Query(
                "sum(max by (broadcast)"
                f' (analyticbot_broadcast_recipients{{state="uncertain",{MINE}}})) or vector(0)'
            ),
            ((None, CALM), (1, WARN)),
        ),
        stat(
            "Governor in use",
            "What was sent in the last minute, as a part of what TELEGRAM_RATE lets through.",
            "percentunit",
            Query("max(analyticbot_governor_use_ratio)"),
        ),
    ],
)

EACH = Row(
    "Each",
    [
        bars(
            "Done",
            "The part of its recipients that each has come to the end with.",
            "percentunit",
            Query(
                f"max by (broadcast) (analyticbot_broadcast_progress_ratio{{{MINE}}})",
                "{{broadcast}}",
            ),
            1,
        ),
        lines(
            "Pace",
            "Recipients a second, whatever became of them.",
            "mps",
            Query(SETTLED, "{{broadcast}}"),
            stacked=True,
        ),
        lines(
            "Left",
            "Recipients that are still to come.",
            "short",
            Query(LEFT, "{{broadcast}}"),
        ),
        lines(
            "What became of recipients",
            "Of the broadcasts chosen above, together.",
            "short",
            Query(
                "sum by (state) (max by (broadcast, state)"
                f" (analyticbot_broadcast_recipients{{{MINE}}}))",
                "{{state}}",
            ),
            stacked=True,
        ),
        lines(
            "Not reached",
            "By broadcast: failed, of those that are settled. Of an old list many have left.",
            "percentunit",
            Query(
                f'max by (broadcast) (analyticbot_broadcast_recipients{{state="failed",{MINE}}})'
                " / (sum by (broadcast) (max by (broadcast, state)"
                f' (analyticbot_broadcast_recipients{{state!="pending",{MINE}}})) > 0)',
                "{{broadcast}}",
            ),
        ),
        lines(
            "Attempts",
            "Of all messages: requests to send, a second, by what came of them.",
            "mps",
            Query(
                "sum by (outcome) (rate(analyticbot_attempts_total[$__rate_interval]))",
                "{{outcome}}",
            ),
            stacked=True,
        ),
    ],
)

BROADCASTS = Dashboard(
    "analyticbot-broadcasts",
    "AnalyticBot: broadcasts",
    "How far running broadcasts are, how fast they go on, and how they end.",
    [NOW, EACH],
    [
        Variable(
            "broadcast",
            "Broadcast",
            "label_values(analyticbot_broadcast_progress_ratio, broadcast)",
        )
    ],
)
