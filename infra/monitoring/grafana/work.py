"""Who does the work, and how it goes: workers, tasks, Beat, the bot."""

from infra.monitoring.grafana.panels import (
    BAD,
    CALM,
    WARN,
    Dashboard,
    Query,
    Row,
    Variable,
    bars,
    lines,
    stat,
    wide,
)

MINE = 'instance=~"$worker"'
CHOSEN = f'{MINE},task=~"$task"'

NOW = Row(
    "Now",
    [
        stat(
            "Workers",
            "Those that answer Prometheus.",
            "short",
            Query('sum(up{job="worker"}) or vector(0)'),
            ((None, BAD), (1, CALM)),
        ),
        stat(
            "Tasks",
            "That ended, a second.",
            "ops",
            Query(f"sum(rate(analyticbot_tasks_total{{{CHOSEN}}}[$__rate_interval]))"),
        ),
        stat(
            "Failed in an hour",
            "Tasks that failed for good; send_message_task does so with its message.",
            "short",
            Query(
                f'round(sum(increase(analyticbot_tasks_total{{outcome="failed",{CHOSEN}}}[1h])))'
            ),
            ((None, CALM), (1, WARN)),
        ),
        stat(
            "Rescued in an hour",
            "Messages taken back from workers that were lost.",
            "short",
            Query(f"round(sum(increase(analyticbot_rescued_total{{{MINE}}}[1h])))"),
            ((None, CALM), (1, WARN)),
        ),
        stat(
            "Bot's last poll",
            "How long ago Telegram last answered it; nothing where it has a webhook.",
            "s",
            Query("time() - max(analyticbot_bot_last_poll_timestamp_seconds)"),
            ((None, CALM), (60, WARN), (120, BAD)),
        ),
        stat(
            "Beat's last entry",
            "How long ago it started a task.",
            "s",
            Query("time() - max(analyticbot_beat_last_publish_timestamp_seconds)"),
            ((None, CALM), (120, WARN), (180, BAD)),
        ),
    ],
)

TASKS = Row(
    "Tasks",
    [
        lines(
            "Ended, by task",
            "A second.",
            "ops",
            Query(
                f"sum by (task) (rate(analyticbot_tasks_total{{{CHOSEN}}}[$__rate_interval])) > 0",
                "{{task}}",
            ),
        ),
        lines(
            "Ended, by outcome",
            "A second.",
            "ops",
            Query(
                f"sum by (outcome) (rate(analyticbot_tasks_total{{{CHOSEN}}}[$__rate_interval]))",
                "{{outcome}}",
            ),
            stacked=True,
        ),
        lines(
            "Failed",
            "In five minutes, by task.",
            "short",
            Query(
                "sum by (task)"
                f' (increase(analyticbot_tasks_total{{outcome="failed",{CHOSEN}}}[5m])) > 0',
                "{{task}}",
            ),
        ),
        lines(
            "Run time, typical",
            "Half of the runs of each task took less.",
            "s",
            Query(
                "histogram_quantile(0.5, sum by (le, task)"
                f" (rate(analyticbot_task_runtime_seconds_bucket{{{CHOSEN}}}[10m])))",
                "{{task}}",
            ),
        ),
        lines(
            "Run time, long",
            "99 of 100 runs of each task took less.",
            "s",
            Query(
                "histogram_quantile(0.99, sum by (le, task)"
                f" (rate(analyticbot_task_runtime_seconds_bucket{{{CHOSEN}}}[10m])))",
                "{{task}}",
            ),
        ),
        lines(
            "Children at work",
            "Tasks that run at the same time, on average, by worker; its concurrency is the most.",
            "short",
            Query(
                f"sum by (instance) (rate(analyticbot_task_runtime_seconds_sum{{{MINE}}}[5m]))",
                "{{instance}}",
            ),
        ),
    ],
)

WORKERS = Row(
    "Workers",
    [
        lines(
            "Delivered, by worker",
            "Messages that Telegram took, a second.",
            "mps",
            Query(
                "sum by (instance)"
                f' (rate(analyticbot_attempts_total{{outcome="sent",{MINE}}}[$__rate_interval]))',
                "{{instance}}",
            ),
            stacked=True,
        ),
        lines(
            "Rescued",
            "Messages in five minutes whose worker was lost: queued ones, and those on the wire.",
            "short",
            Query(
                f"sum by (state) (increase(analyticbot_rescued_total{{{MINE}}}[5m]))", "{{state}}"
            ),
        ),
        lines(
            "Told later",
            "Messages a second that went back to the ledger: the governor had no slot soon.",
            "mps",
            Query(f"sum(rate(analyticbot_governor_refusals_total{{{MINE}}}[5m]))", "refused"),
        ),
    ],
)

BEAT_AND_BOT = Row(
    "Beat and the bot",
    [
        bars(
            "Beat's entries",
            "How long ago each was started, in its own intervals.",
            "none",
            Query(
                "max by (entry) (analyticbot_beat_tick_age_seconds)"
                " / max by (entry) (analyticbot_beat_tick_interval_seconds)",
                "{{entry}}",
            ),
            3,
            ((None, CALM), (1.5, WARN), (2, BAD)),
        ),
        lines(
            "Started by Beat",
            "In ten minutes, by entry.",
            "short",
            Query("sum by (entry) (increase(analyticbot_beat_published_total[10m]))", "{{entry}}"),
        ),
        lines(
            "The bot's updates",
            "What people did there: updates a second, by outcome.",
            "ops",
            Query(
                "sum by (outcome) (rate(analyticbot_bot_updates_total[$__rate_interval]))",
                "{{outcome}}",
            ),
        ),
        wide(
            16,
            lines(
                "The bot's time",
                "How long it took with them.",
                "s",
                Query(
                    "histogram_quantile(0.95, sum by (le)"
                    " (rate(analyticbot_bot_update_duration_seconds_bucket[5m])))",
                    "95 of 100",
                ),
            ),
        ),
        bars(
            "Versions",
            "Of the program; two for longer than an upgrade takes are one too many.",
            "none",
            Query("sum by (version) (analyticbot_build_info)", "{{version}}"),
            3,
        ),
    ],
)

WORK = Dashboard(
    "analyticbot-work",
    "AnalyticBot: workers and tasks",
    "Who does the work, how long it takes, and what fails.",
    [NOW, TASKS, WORKERS, BEAT_AND_BOT],
    [
        Variable("worker", "Worker", 'label_values(up{job="worker"}, instance)'),
        Variable("task", "Task", "label_values(analyticbot_tasks_total, task)"),
    ],
)
