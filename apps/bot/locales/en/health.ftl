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
