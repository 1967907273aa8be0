health =
    { $state ->
        [healthy] Hammasi joyida.
        [degraded] Nimadir joyida emas, lekin xabarlar vaqtida ketmoqda.
       *[unhealthy] Nosozlik bor: xabarlar kechikmoqda yoki kechikadi.
    }

    { $parts }

    { $ms } ms ichida tekshirildi.
health-part = { $state ->
    [healthy] ✓
    [degraded] !
   *[unhealthy] ✗
} { $name }: { $reason }
health-remedy = → { $remedy }
health-said = { $code ->
    [no_writes_db] { $read_ms } ms da o‘qiydi, lekin yozuvni qabul qilmaydi: { $why }
    [reads_writes] { $read_ms } ms da o‘qiydi, { $write_ms } ms da yozadi
    [file_locked] uning faylini boshqa dastur band qilgan: { $why }
    [trouble] { $why }
    [answers] { $ms } ms da javob beradi
    [no_writes] yozuvni qabul qilmaydi: { $why }
    [evicts] maxmemory-policy — { $policy }: navbatdagi vazifalar va tezlik hisobi yo‘qolishi mumkin
    [not_persistent] diskka saqlash o‘chirilgan: yo‘ldagilar faqat xotirada; xabarlar bazadan qaytadi, natijalar yo‘qoladi
    [memory] { $size } xotiraning { $share } band
    [cannot_ask] bilib bo‘lmaydi: { $what }
    [token_refused] tokenni qabul qilmayapti: { $why }
    [unreachable] ulanib bo‘lmayapti: { $why }
    [bot_answers] { $bot } { $ms } ms da javob beradi
    [held] botga yana { $seconds } s yuborish taqiqlangan ({ $why })
    [disk_full] joy qolmadi: { $folder } da { $total } dan { $free } bo‘sh
    [disk_tight] joy deyarli qolmadi: { $folder } da { $total } dan { $free } bo‘sh
    [disk_free] { $folder } da { $total } dan { $free } bo‘sh
    [no_worker] hech bir ishchi javob bermayapti
    [all_served] barcha navbatlarga xizmat ko‘rsatilmoqda: { $workers }
    [unserved] { $queues } uchun ishchi yo‘q; borlari: { $workers }
    [waiting] kutmoqda: { $queues }
    [too_many_wait] keragidan ko‘p kutmoqda ({ $bounds }): { $queues }
    [nothing_due] vaqti kelgani yuborilgan
    [oldest_post] eng eski post { $seconds } s kechikmoqda
    [oldest_broadcast] tarqatmaning eng eski xabari { $seconds } s kechikmoqda
    [backlog] kutayotgan postlar: { $posts }, bir daqiqada yuborildi: { $sent }
    [at_the_rate] TELEGRAM_RATE (sekundiga { $rate }) bundan tezroqqa yo‘l qo‘ymaydi
    [beat_never] Beat bu yerda hali ishga tushirilmagan
    [beat_late] o‘z vaqtida chiqmadi: { $entries }
    [beat_started] { $seconds } s oldin ishga tushgan, hozircha hech narsa kerak emas
    [beat_ticked] oxirgi marta { $seconds } s oldin ishladi
    [no_bot] bot yo‘q
    [hidden_by_no_bot] noma’lum: bot yo‘q
    [hidden_by_broker] noma’lum: brokerga ulanib bo‘lmayapti
    [hidden_by_ledger] noma’lum: ma’lumotlar bazasiga ulanib bo‘lmayapti
    [no_answer] { $seconds } s ichida javob yo‘q
    [do_primary] DATABASE_URL da asosiy serverni ko‘rsating yoki yozishga yana ruxsat bering
    [do_end_writer] o‘sha dasturni `fuser` bilan toping va yakunlang
    [do_start_database] uni ishga tushiring yoki DATABASE_URL ni tuzating
    [do_mend_database_url] DATABASE_URL ni tuzating
    [do_mend_broker] unga xotira yoki diskda joy bering; ungacha xabarlar bazada kutadi
    [do_mend_governor] unga xotira yoki diskda joy bering; usiz hech narsa yuborilmaydi
    [do_start_broker] uni ishga tushiring yoki REDIS_URL yoxud CELERY_BROKER_URL ni tuzating; xabarlar bazada kutadi
    [do_start_governor] uni ishga tushiring yoki REDIS_URL ni tuzating; usiz hech narsa yuborilmaydi
    [do_noeviction] maxmemory-policy ni noeviction qiling
    [do_appendonly] appendonly ni yes qiling
    [do_maxmemory] maxmemory ni oshiring yoki uni nima band qilganini aniqlang
    [do_token] tokenni @BotFather dan BOT_TOKEN ga qayta ko‘chiring va ishchilarni qayta ishga tushiring
    [do_reach] shu mashinadan TELEGRAM_API_URL ga ulanish borligini tekshiring; xabarlar bazada kutadi
    [do_wait] kuting: keyin xabarlar o‘zi ketadi
    [do_free_disk] u yerdagi keraksizini o‘chiring yoki kattaroq disk oling
    [do_see_folder] DATA_DIR borligini va o‘qilishini tekshiring
    [do_start_worker] ishchini ishga tushiring
    [do_start_worker_on] ishchini -Q { $queues } bilan ishga tushiring
    [do_more_workers] ishchilarni ko‘paytiring yoki { $queues } dagilar nima bilan bandligini ko‘ring: analyticbot tasks
    [do_see_telegram] Telegram qatoriga qarang
    [do_see_broker] broker qatoriga qarang
    [do_see_database] ma’lumotlar bazasi qatoriga qarang
    [do_spread] kuting yoki bir paytga rejalashtirilganini vaqt bo‘yicha yoying
    [do_see_way] ishchilar, broker va Telegramga qarang; analyticbot list
    [do_start_beat] Beat ni ishga tushiring: barcha ishchilar uchun bitta
    [do_see_beat] Beat ishlayotganini tekshiring
    [do_bot_token] BOT_TOKEN ni ko‘rsating yoki `make run` ni bajaring
    [do_see_log] jurnalga qarang
    [do] { $what }
   *[unknown] { $english }
}
