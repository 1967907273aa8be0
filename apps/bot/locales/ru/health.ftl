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
