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
