# Navbatdagilar va yuborilganlar.
command-queue = Navbatdagilar va yuborilganlar
queue-empty = Navbatda hech narsa yo‘q. Yangi post — /new.
queue-empty-viewer = Navbatda hech narsa yo‘q.
queue-page = Navbatda: { $count } tadan { $first }–{ $last }. { $zone } soati bo‘yicha.
queue-which = Bitta kanal
queue-which-ask = Qaysi kanal?
queue-all = Barcha kanallar
queue-sent = Yuborilganlar
queue-back = Navbat
queue-too-late = { $state ->
    [sending] Kech: u hozir yuborilmoqda.
    [sent] Kech: u allaqachon yuborilgan.
    [failed] Uni yuborib bo‘lmadi.
    [uncertain] U yuborilgan, lekin Telegram javobi yo‘qolgan: kanalga qarang.
    [cancelled] U allaqachon bekor qilingan.
    [expired] Uning muddati o‘tgan.
    [gone] U endi yo‘q.
   *[scheduled] Bo‘lmadi. Yana bir bor qarang.
}

entry-card =
    { $title }: { $when }

    { $head }

    { $state ->
        [sending] Hozir yuborilmoqda.
        [queued] Hoziroq chiqadi.
        [sent] Yuborilgan.
        [failed] Yuborib bo‘lmadi.
        [uncertain] Telegram javobi yo‘qolgan: kanalga qarang.
        [cancelled] Bekor qilingan.
        [expired] Muddati o‘tgan.
       *[scheduled] Vaqtini kutmoqda.
    }
entry-recurs = Takror: { $rule }
entry-look = Ko‘rish
entry-edit = Tahrirlash
entry-edit-ask = «{ $title }» uchun yangi variantini qanday bo‘lishi kerak bo‘lsa, shunday yuboring. Tugmalar qoladi.
entry-move = Boshqa vaqt
entry-cancel = Navbatdan olish
entry-skip = Bu safar o‘tkazib yuborish
entry-cancel-ask = «{ $head }» ({ $when }) yuborilmasinmi?
entry-cancel-sure = Ha, yuborilmasin
entry-end = Takrorni to‘xtatish
entry-end-ask = «{ $head }» boshqa takrorlanmasinmi? Kutayotganlari ham bekor qilinadi.
entry-end-sure = Ha, to‘xtatilsin
entry-ended = Endi takrorlanmaydi.
done-sent-now = Yuborilmoqda.

sent-page = Oxirgi yuborilganlar, { $zone } soati bo‘yicha:
sent-none = Hali hech narsa yuborilmagan.
sent-card =
    { $title }: { $when }

    { $head }
sent-step = { $step ->
    [edit] Matnni o‘zgartirish
    [pin] Qadash
    [unpin] Qadashni bekor qilish
    [rm] O‘chirish
   *[show] Postga
}
sent-text-only = Iltimos, faqat matn yuboring: yuborilgan postning faqat matnini o‘zgartirish mumkin.
sent-edit-ask = Yangi matnni yuboring. Rasm va tugmalar o‘zgarmaydi.
sent-edited = O‘zgartirildi.
sent-delete-ask = «{ $head }» kanaldan o‘chirilsinmi?
sent-delete-sure = Ha, o‘chirilsin
sent-deleted = Kanaldan o‘chirildi.
sent-is-deleted = Kanaldan o‘chirilgan.
sent-deletable = O‘chirish mumkin bo‘lgan muddat: { $when }.
sent-too-old = Telegram botlarga faqat 48 soat ichida o‘chirishga ruxsat beradi. Kanalda qo‘lda o‘chiring.
sent-pinned = Qadaldi.
sent-unpinned = Qadash bekor qilindi.
sent-refused = Telegram rad etdi: { $why }. Post hali joyidami? Menda bu huquq bormi? Huquqlarim — /channels.
