"""How messages fare: for the owner, and for whoever is called when they do not."""

from infra.monitoring.grafana.panels import (
    BAD,
    CALM,
    WARN,
    Dashboard,
    Query,
    Row,
    lines,
    stat,
    states,
    table,
)

NOW = Row(
    "Now",
    [
        stat(
            "Delivered",
            "Messages that Telegram took, a second.",
            "mps",
            Query('sum(rate(analyticbot_attempts_total{outcome="sent"}[$__rate_interval]))'),
        ),
        stat(
            "Due",
            "Messages whose time has come and that no worker has taken yet. A broadcast has many.",
            "short",
            Query('max(analyticbot_messages{state="due"})'),
        ),
        stat(
            "Oldest due",
            "For how long the oldest of them is due. A broadcast's are due from its start on.",
            "s",
            Query("max(analyticbot_oldest_due_seconds)"),
        ),
        stat(
            "Uncertain",
            "Messages that wait for a person, who says whether they arrived.",
            "short",
            Query('max(analyticbot_messages{state="uncertain"})'),
            ((None, CALM), (1, WARN)),
        ),
        stat(
            "Governor in use",
            "What was sent in the last minute, as a part of what TELEGRAM_RATE lets through.",
            "percentunit",
            Query("max(analyticbot_governor_use_ratio)"),
        ),
        stat(
            "Alerts",
            "Rules that fire. docs/operations.md says what to do about each.",
            "short",
            Query('count(ALERTS{alertstate="firing"}) or vector(0)'),
            ((None, CALM), (1, BAD)),
        ),
    ],
)

WRONG = Row(
    "What is wrong",
    [
        table(
            "Alerts",
            "Those that fire, and those that will if it lasts (pending). None is best.",
            Query('ALERTS{alertstate=~"firing|pending"}'),
            ("Time", "Value", "__name__"),
        ),
        states(
            "Health",
            "What the check every five minutes has found, by part; `analyticbot health` says why.",
            Query("max by (part) (analyticbot_health_state)", "{{part}}"),
            {"0": ("healthy", CALM), "1": ("degraded", WARN), "2": ("unhealthy", BAD)},
        ),
    ],
)

MESSAGES = Row(
    "Messages",
    [
        lines(
            "Attempts",
            "Requests to send, a second, by what came of them.",
            "mps",
            Query(
                "sum by (outcome) (rate(analyticbot_attempts_total[$__rate_interval]))",
                "{{outcome}}",
            ),
            stacked=True,
        ),
        lines(
            "Under way",
            "Messages that are due, with a worker, on the wire, or uncertain.",
            "short",
            Query('max by (state) (analyticbot_messages{state!="waiting"})', "{{state}}"),
        ),
        lines(
            "Ended in half an hour",
            "By state and reason; sampled every five minutes, a minute late.",
            "short",
            Query("analyticbot:messages_ended:increase30m > 0", "{{state}} {{reason}}"),
        ),
        lines(
            "Lateness of posts",
            "From the wanted time to the write on the wire, of posts sent by their first attempt.",
            "s",
            *(
                Query(
                    f"histogram_quantile({part}, sum by (le)"
                    " (rate(analyticbot_lateness_seconds_bucket[5m])))",
                    name,
                )
                for part, name in (("0.5", "half of them"), ("0.99", "99 of 100"))
            ),
            steps=((None, CALM), (10, WARN), (60, BAD)),
        ),
        lines(
            "Oldest due",
            "For how long the oldest message that is due has been due.",
            "s",
            Query("max(analyticbot_oldest_due_seconds)", "oldest"),
        ),
        lines(
            "Waiting for their time",
            "Messages that are not due yet; counted up to a bound.",
            "short",
            Query('max(analyticbot_messages{state="waiting"})', "waiting"),
        ),
    ],
)

TELEGRAM = Row(
    "Telegram and the governor",
    [
        lines(
            "Telegram's answers",
            "How long requests to send took.",
            "s",
            *(
                Query(
                    f"histogram_quantile({part}, sum by (le)"
                    " (rate(analyticbot_telegram_request_duration_seconds_bucket[5m])))",
                    name,
                )
                for part, name in (
                    ("0.5", "half of them"),
                    ("0.9", "9 of 10"),
                    ("0.99", "99 of 100"),
                )
            ),
        ),
        lines(
            "Governor",
            "What was sent in the last minute, as a part of what TELEGRAM_RATE lets through.",
            "percentunit",
            Query("max(analyticbot_governor_use_ratio)", "in use"),
        ),
        lines(
            "Waits for a slot",
            "How far ahead slots are booked or Telegram holds the bot; how long senders waited.",
            "s",
            Query("max(analyticbot_governor_ahead_seconds)", "booked ahead"),
            Query(
                "histogram_quantile(0.99, sum by (le)"
                " (rate(analyticbot_governor_wait_seconds_bucket[5m])))",
                "waited, 99 of 100",
            ),
        ),
    ],
)

PARTS = Row(
    "Parts",
    [
        states(
            "Ledger, broker, governor",
            "Whether each has answered the api.",
            Query("min by (part) (analyticbot_up)", "{{part}}"),
            {"0": ("away", BAD), "1": ("answers", CALM)},
        ),
        states(
            "Programs",
            "Whether each has answered Prometheus.",
            Query("min by (job, instance) (up)", "{{job}} {{instance}}"),
            {"0": ("away", BAD), "1": ("answers", CALM)},
        ),
        lines(
            "Tasks that wait",
            "Tasks in each queue of the broker that no worker has taken yet.",
            "short",
            Query("max by (queue) (analyticbot_queue_depth)", "{{queue}}"),
        ),
        lines(
            "The web's answers",
            "Requests a second, by status.",
            "reqps",
            Query(
                "sum by (status) (rate(analyticbot_http_requests_total[$__rate_interval]))",
                "{{status}}",
            ),
            stacked=True,
        ),
        lines(
            "The web's time",
            "How long its answers took; streams of events are not among them.",
            "s",
            *(
                Query(
                    f"histogram_quantile({part}, sum by (le)"
                    " (rate(analyticbot_http_request_duration_seconds_bucket[5m])))",
                    name,
                )
                for part, name in (("0.5", "half of them"), ("0.95", "95 of 100"))
            ),
        ),
        lines(
            "Streams of events",
            "Open pages that are kept up to date.",
            "short",
            Query("sum(analyticbot_event_streams)", "open"),
        ),
    ],
)

OVERVIEW = Dashboard(
    "analyticbot-overview",
    "AnalyticBot",
    "Whether messages leave on time, and what keeps them from it.",
    [NOW, WRONG, MESSAGES, TELEGRAM, PARTS],
)
