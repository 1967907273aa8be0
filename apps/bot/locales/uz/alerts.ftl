alerts-told = { $kind ->
    [failed] { $n ->
        [one] { $n } ta post yuborilmadi.
       *[other] { $n } ta post yuborilmadi.
    }
    [uncertain] { $n ->
        [one] Telegram javob bermadi, shuning uchun { $n } ta post yuborilganini bilmayman. Iltimos, kanalga qarang.
       *[other] Telegram javob bermadi, shuning uchun { $n } ta post yuborilganini bilmayman. Iltimos, kanallarga qarang.
    }
    [rights] { $n ->
        [one] { $n } ta kanalda o‘zgarish bor.
       *[other] { $n } ta kanalda o‘zgarish bor.
    }
    [broadcast] { $n ->
        [one] { $n } ta tarqatma o‘zi to‘xtadi va sizni kutmoqda.
       *[other] { $n } ta tarqatma o‘zi to‘xtadi va sizni kutmoqda.
    }
    [completed] { $n ->
        [one] { $n } ta tarqatma tugadi.
       *[other] { $n } ta tarqatma tugadi.
    }
   *[health] { $n ->
        [one] Tizimning { $n } ta qismida nosozlik bor.
       *[other] Tizimning { $n } ta qismida nosozlik bor.
    }
}
alerts-over = { $kind ->
    [failed] Yuborilmagan postlar qolmadi.
    [uncertain] Noaniq postlar qolmadi.
    [rights] { $n ->
        [one] { $n } ta kanal yana joyida.
       *[other] { $n } ta kanal yana joyida.
    }
   *[health] { $n ->
        [one] Tizimning { $n } ta qismi yana joyida.
       *[other] Tizimning { $n } ta qismi yana joyida.
    }
}
alerts-more = … va yana { $n } ta
alert-message =
    • { $chat }: { $head }
      { $reason }
alert-ill = • { $what }: { $reason }
alert-channel = • «{ $title }». Endi u yerda quyidagilarni qila olmayman:
alert-channel-out = { $kind ->
    [channel] • «{ $title }». Men endi bu kanal administratori emasman. U yerda post joylashim uchun meni qayta qo‘shing.
   *[group] • «{ $title }». Men endi bu guruhda emasman. U yerda post joylashim uchun meni qayta qo‘shing.
}
alert-broadcast-paused =
    • { $id }. { $name }
      { $why }
      Yuborildi: { $total } tadan { $sent }. Bo‘lmadi: { $failed }. Kutmoqda: { $pending }.
alert-broadcast-completed =
    • { $id }. { $name }
      Yuborildi: { $total } tadan { $sent }. Bo‘lmadi: { $failed }. Tashlab ketildi: { $skipped }. Noaniq: { $uncertain }.
alert-well = • { $what }
alert-part = { $part ->
    [workers] Ishchilar (workers)
    [beat] Rejalashtiruvchi (Beat)
    [broker] Broker
    [governor] Tezlik cheklovchisi
    [database] Ma’lumotlar bazasi
    [queues] Navbatlar
    [due] Vaqti kelgan xabarlar
    [disk] Disk
   *[telegram] Telegram
}
alert-ledger-away = Ma’lumotlar bazasiga ulanib bo‘lmayapti. U qaytguncha hech narsa yuborilmaydi; rejalashtirilganlar yo‘qolmaydi.
alert-ledger-back = Ma’lumotlar bazasi yana ishlayapti.
alert-retry = { $n ->
    [1] Yana yuborib ko‘rish
   *[other] Hammasini ({ $n }) yana yuborib ko‘rish
}
alert-resend = { $n ->
    [1] U yerda yo‘q: yana yuborish
   *[other] Birortasi yo‘q: hammasini ({ $n }) yana yuborish
}
alert-sent = { $n ->
    [1] U yerda bor: yuborilgan deb belgilash
   *[other] Hammasi bor: { $n } tasini yuborilgan deb belgilash
}
alert-show = Ko‘rsatish
alert-look-again = Yangilash
alert-show-each = Bittalab
alert-done = { $step ->
    [sent] Yuborilgan deb belgilandi: { $n }.
   *[again] Yana yuboriladi: { $n }.
}
alert-late = O‘z holicha qoldi, chunki bu orada o‘zgargan: { $n }.
alert-card =
    { $chat } uchun xabar { $id }: { $state ->
        [failed] yuborilmadi
        [uncertain] ehtimol yuborilgan
        [sent] yuborildi
        [cancelled] bekor qilindi
        [expired] muddati o‘tdi
       *[waiting] yana yo‘lda
    }
    { $when }, urinishlar: { $attempts }
    { $reason }

    { $head }
