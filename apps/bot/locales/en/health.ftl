health =
    { $state ->
        [healthy] Everything is well.
        [degraded] Something is not well, but messages leave on time.
       *[unhealthy] Something is wrong: messages are late, or will be.
    }

    { $parts }

    Looked at in { $ms } ms.
health-part = { $state ->
    [healthy] ✓
    [degraded] !
   *[unhealthy] ✗
} { $name }: { $reason }
health-remedy = → { $remedy }
health-said = { $code ->
    [no_writes_db] reads in { $read_ms } ms, and takes no writes: { $why }
    [reads_writes] reads in { $read_ms } ms, writes in { $write_ms } ms
    [file_locked] another writer holds the lock of its file: { $why }
    [trouble] { $why }
    [answers] answers in { $ms } ms
    [no_writes] takes no writes: { $why }
    [evicts] maxmemory-policy is { $policy }: it may drop queued tasks and the rate limit
    [not_persistent] persistence is off: messages in flight are only in memory; the ledger brings them back, results are lost
    [memory] { $share } of its { $size } memory in use
    [cannot_ask] { $what } cannot be asked
    [token_refused] refuses the token: { $why }
    [unreachable] cannot be reached: { $why }
    [bot_answers] { $bot } answers in { $ms } ms
    [held] the bot is held for { $seconds } s more ({ $why })
    [disk_full] full: { $free } of { $total } free at { $folder }
    [disk_tight] nearly full: { $free } of { $total } free at { $folder }
    [disk_free] { $free } of { $total } free at { $folder }
    [no_worker] no worker answers
    [all_served] every queue is served: { $workers }
    [unserved] no worker on { $queues }; there are { $workers }
    [waiting] waiting: { $queues }
    [too_many_wait] more wait than should ({ $bounds }): { $queues }
    [nothing_due] nothing that is due waits
    [oldest_post] the oldest post has been due for { $seconds } s
    [oldest_broadcast] the oldest message of a broadcast has been due for { $seconds } s
    [backlog] posts waiting: { $posts }, messages sent in the last minute: { $sent }
    [at_the_rate] that is as fast as TELEGRAM_RATE ({ $rate } a second) allows
    [beat_never] Beat has never run here
    [beat_late] not published in time: { $entries }
    [beat_started] started { $seconds } s ago, nothing due yet
    [beat_ticked] published something { $seconds } s ago
    [no_bot] there is no bot
    [hidden_by_no_bot] not known: there is no bot
    [hidden_by_broker] not known: the broker cannot be asked
    [hidden_by_ledger] not known: the ledger cannot be asked
    [no_answer] no answer within { $seconds } s
    [do_primary] point DATABASE_URL at the primary server, or let it take writes again
    [do_end_writer] find who with `fuser`, and end that program
    [do_start_database] start it, or mend DATABASE_URL
    [do_mend_database_url] mend DATABASE_URL
    [do_mend_broker] mend its memory or disk; messages wait in the ledger until then
    [do_mend_governor] mend its memory or disk; without it nothing may be sent
    [do_start_broker] start it, or mend REDIS_URL or CELERY_BROKER_URL; messages wait in the ledger
    [do_start_governor] start it, or mend REDIS_URL; without it nothing may be sent
    [do_noeviction] set maxmemory-policy to noeviction
    [do_appendonly] set appendonly to yes
    [do_maxmemory] raise maxmemory, or find out what fills it
    [do_token] copy the token anew from @BotFather into BOT_TOKEN, and start the workers again
    [do_reach] see whether this machine reaches TELEGRAM_API_URL; messages wait in the ledger
    [do_wait] wait; messages leave by themselves then
    [do_free_disk] delete what is not needed there, or give it a larger disk
    [do_see_folder] see whether DATA_DIR is there and can be read
    [do_start_worker] start a worker
    [do_start_worker_on] start a worker with -Q { $queues }
    [do_more_workers] start more workers, or see what keeps those of { $queues } busy: analyticbot tasks
    [do_see_telegram] see telegram
    [do_see_broker] see broker
    [do_see_database] see database
    [do_spread] wait, or spread what is scheduled for one moment
    [do_see_way] see workers, broker and telegram; analyticbot list
    [do_start_beat] start Beat: one, for all workers
    [do_see_beat] see whether Beat runs
    [do_bot_token] set BOT_TOKEN, or `make run`
    [do_see_log] see the log
    [do] { $what }
   *[unknown] { $english }
}
