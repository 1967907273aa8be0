health =
    { $state ->
        [healthy] Всё в порядке.
        [degraded] Что-то не так, но сообщения уходят вовремя.
       *[unhealthy] Неполадки: сообщения опаздывают или будут опаздывать.
    }

    { $parts }

    Проверено за { $ms } мс.
health-part = { $state ->
    [healthy] ✓
    [degraded] !
   *[unhealthy] ✗
} { $name }: { $reason }
health-remedy = → { $remedy }
health-said = { $code ->
    [no_writes_db] читает за { $read_ms } мс, но записи не принимает: { $why }
    [reads_writes] читает за { $read_ms } мс, пишет за { $write_ms } мс
    [file_locked] её файл занят другой программой: { $why }
    [trouble] { $why }
    [answers] отвечает за { $ms } мс
    [no_writes] не принимает записи: { $why }
    [evicts] maxmemory-policy — { $policy }: могут пропасть задачи из очереди и счётчик скорости
    [not_persistent] сохранение на диск выключено: то, что в пути, только в памяти; сообщения вернутся из базы, результаты пропадут
    [memory] занято { $share } из { $size } памяти
    [cannot_ask] нельзя узнать: { $what }
    [token_refused] не принимает токен: { $why }
    [unreachable] недоступен: { $why }
    [bot_answers] { $bot } отвечает за { $ms } мс
    [held] боту запрещено отправлять ещё { $seconds } с ({ $why })
    [disk_full] места нет: свободно { $free } из { $total } в { $folder }
    [disk_tight] места почти нет: свободно { $free } из { $total } в { $folder }
    [disk_free] свободно { $free } из { $total } в { $folder }
    [no_worker] ни один исполнитель не отвечает
    [all_served] все очереди обслуживаются: { $workers }
    [unserved] нет исполнителя для { $queues }; есть { $workers }
    [waiting] ждут: { $queues }
    [too_many_wait] ждёт больше, чем должно ({ $bounds }): { $queues }
    [nothing_due] всё, чему пора, отправлено
    [oldest_post] самая давняя публикация опаздывает на { $seconds } с
    [oldest_broadcast] самое давнее сообщение рассылки опаздывает на { $seconds } с
    [backlog] ждут публикаций: { $posts }, отправлено за минуту: { $sent }
    [at_the_rate] быстрее не позволяет TELEGRAM_RATE ({ $rate } в секунду)
    [beat_never] Beat здесь ещё не запускали
    [beat_late] не вышло вовремя: { $entries }
    [beat_started] запущен { $seconds } с назад, пока ничего не нужно
    [beat_ticked] последний раз сработал { $seconds } с назад
    [no_bot] бота нет
    [hidden_by_no_bot] неизвестно: бота нет
    [hidden_by_broker] неизвестно: брокер недоступен
    [hidden_by_ledger] неизвестно: база данных недоступна
    [no_answer] нет ответа за { $seconds } с
    [do_primary] укажите в DATABASE_URL главный сервер или снова разрешите запись
    [do_end_writer] найдите эту программу командой `fuser` и завершите её
    [do_start_database] запустите её или исправьте DATABASE_URL
    [do_mend_database_url] исправьте DATABASE_URL
    [do_mend_broker] дайте ему памяти или места на диске; до тех пор сообщения ждут в базе
    [do_mend_governor] дайте ему памяти или места на диске; без него ничего не отправляется
    [do_start_broker] запустите его или исправьте REDIS_URL либо CELERY_BROKER_URL; сообщения ждут в базе
    [do_start_governor] запустите его или исправьте REDIS_URL; без него ничего не отправляется
    [do_noeviction] поставьте maxmemory-policy в noeviction
    [do_appendonly] поставьте appendonly в yes
    [do_maxmemory] увеличьте maxmemory или выясните, что её занимает
    [do_token] скопируйте токен у @BotFather заново в BOT_TOKEN и перезапустите исполнителей
    [do_reach] проверьте, доступен ли с этой машины TELEGRAM_API_URL; сообщения ждут в базе
    [do_wait] подождите: потом сообщения уйдут сами
    [do_free_disk] удалите там лишнее или возьмите диск побольше
    [do_see_folder] проверьте, что DATA_DIR существует и читается
    [do_start_worker] запустите исполнителя
    [do_start_worker_on] запустите исполнителя с -Q { $queues }
    [do_more_workers] добавьте исполнителей или посмотрите, чем заняты те, что на { $queues }: analyticbot tasks
    [do_see_telegram] смотрите строку Telegram
    [do_see_broker] смотрите строку брокера
    [do_see_database] смотрите строку базы данных
    [do_spread] подождите или разнесите по времени то, что назначено на один момент
    [do_see_way] смотрите исполнителей, брокера и Telegram; analyticbot list
    [do_start_beat] запустите Beat: один на всех исполнителей
    [do_see_beat] проверьте, работает ли Beat
    [do_bot_token] укажите BOT_TOKEN или выполните `make run`
    [do_see_log] смотрите журнал
    [do] { $what }
   *[unknown] { $english }
}
