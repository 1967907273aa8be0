# Yangi post: /new va unga tegishli hamma narsa.
command-new = Yangi post: hozir, keyinroq yoki muntazam
new-ask = Postni qanday bo‘lishi kerak bo‘lsa, shunday yuboring: matn, rasm, video, fayl, albom. Tayyorini uzatsangiz ham bo‘ladi.
new-no-channels = Men post joylay oladigan kanal yo‘q. Kanal qo‘shish va huquqlarimni ko‘rish — /channels.
new-late = Bu allaqachon tugallangan albomning bir qismi: u albomga kirmadi.
command-cancel = Yozayotganingizni bekor qilish
cancel-nothing = Bekor qiladigan narsa yo‘q.
cancel-late = Bu post allaqachon rejalashtirilgan yoki yuborilgan, bu yerda bekor qiladigan narsa yo‘q. U /queue da bor: vaqti kelmagan bo‘lsa, uni o‘sha yerda bekor qilish mumkin.
draft-in-hand = Siz hali postni tugatmadingiz: «{ $head }». Uni davom ettiramizmi? Yangi post uning o‘rnini oladi.
draft-in-hand-first = Siz hali postni tugatmadingiz: «{ $head }». Uni davom ettiramizmi yoki yangisini boshlaymizmi? Shundan so‘ng buni yana yuboring.
draft-dropped = Qoralama o‘chirildi: «{ $head }».
draft-resume = Davom ettirish
draft-anew = Yangisini boshlash

post-where = Qayerga: { $names }
post-nowhere = Qayerga: kanal tanlanmagan
post-names-more = { $names } va yana { $more } ta
post-replaces = Bu «{ $head }» o‘rniga chiqadi, vaqti: { $when }
post-replaces-sent = Bu kanaldagi «{ $head }» o‘rnini oladi.
post-hint = Yuqorida — uning ko‘rinishi. Biror narsa noto‘g‘rimi? Qaytadan yuboring yoki xabaringizni tahrirlang.
post-takes-no-buttons = Albom va uzatilgan xabarlarda tugma bo‘lmaydi: Telegram shunday ishlaydi.
post-kept-here = Vaqti kelganda uni xabaringizdan olaman: ungacha xabarni o‘chirmang.
post-kind = { $kind ->
    [sendPhoto] Rasm
    [sendVideo] Video
    [sendAnimation] Animatsiya
    [sendDocument] Fayl
    [sendAudio] Musiqa
    [sendVoice] Ovozli xabar
    [sendMediaGroup] Albom
    [forwardMessage] Uzatilgan xabar
    [forwardMessages] Uzatilgan albom
   *[other] Xabar nusxasi
}
post-channels = Kanallar
post-buttons = Tugmalar
post-bare = Tugmalarsiz
post-copy = Nusxa qilib
post-forward = Uzatib
post-now = Hozir yuborish
post-later = Rejalashtirish
post-repeat = Takrorlash
post-replace = Almashtirish
post-done = Tayyor

post-text-too-long = Matn { $over } belgiga uzun: Telegram { $limit } belgi qabul qiladi. Qisqartiring yoki ikki postga bo‘ling.
post-caption-too-long = Rasm osti matni { $over } belgiga uzun: botlar u yerda { $limit } belgi yoza oladi. Qisqartiring yoki rasm va matnni alohida yuboring.
post-album-mixed = Telegram albomda fayl yoki musiqani boshqa turlar bilan aralashtirmaydi. Ularni alohida albom qilib yuboring.
post-refused = Telegram buni qabul qilmaydi ({ $field }: { $problem }). Tuzatib, qaytadan yuboring.
post-refused-by-telegram = Telegram buni qabul qilmayapti: { $why }. Tuzatib, qaytadan yuboring.

channels-choose = { $hidden ->
    [0] Qaysi kanallarga? Keraklilarini bosing.
   *[other] Qaysi kanallarga? Keraklilarini bosing. Yana { $hidden } tasida post joylay olmayman: /channels.
}
channels-first = Avval kanalni tanlang.
channels-lost = Bu kanallardan birida endi post joylay olmayman. Qolganlarini ko‘ring.

buttons-ask =
    Tugmalarni har birini alohida qatorda yuboring:

    Batafsil - example.com
    Do‘kon - shop.example.com | Yordam - example.com/help

    | bilan ular yonma-yon turadi.
buttons-bad = «{ $line }» tushunarsiz. Matn, bo‘shliqlar orasida chiziqcha va havola yozing: Batafsil - example.com
buttons-bad-link = Telegram «{ $link }» dagi havolani qabul qilmaydi. Tekshirib, barcha qatorlarni qaytadan yuboring.
buttons-too-many = Juda ko‘p: Telegram { $limit } ta tugma qabul qiladi.
buttons-row-too-long = Bir qatorda juda ko‘p: Telegram yonma-yon { $limit } tasini ko‘rsatadi.

changed-meanwhile = Shundan beri o‘zgardi: yana bir bor ko‘ring.

rule-ask = Qanchalik tez-tez?
rule-write = So‘z bilan
rule-write-ask =
    Qanchalik tez-tez, masalan:

    har kuni soat 9 da
    ish kunlari 18:30 da
    har dushanba va chorshanba
    har 2 haftada seshanba
    har oyning 15-kuni
    har oyning oxirgi kuni
    har oyning birinchi dushanbasi
    har 30 daqiqada

    Oxiri bo‘lsa, uni ham yozing: 2030-12-31 gacha yoki 5 marta.
rule-unread = Buni aniq tushunmadim. Masalan, shunday yozing: «har dushanba va juma», «har oyning 15-kuni» yoki «har 2 haftada seshanba soat 9:00 da»; 1 dan 6 gacha soatni daqiqasi bilan yoki «ertalab», «kechqurun» bilan yozing.
rule-time-ask = Takror: { $rule }. Birinchi marta qachon? { $zone } soati bo‘yicha.
rule-never = Bunday vaqt hech qachon kelmaydi. Boshqa qoida yoki vaqt tanlang.
rule-every = { $unit ->
    [minutely] { $n ->
        [1] har daqiqada
       *[other] har { $n } daqiqada
    }
    [hourly] { $n ->
        [1] har soatda
       *[other] har { $n } soatda
    }
    [daily] { $n ->
        [1] har kuni
       *[other] har { $n } kunda
    }
    [weekly] { $n ->
        [1] har hafta
       *[other] har { $n } haftada
    }
    [monthly] { $n ->
        [1] har oy
       *[other] har { $n } oyda
    }
   *[yearly] { $n ->
        [1] har yili
       *[other] har { $n } yilda
    }
}
rule-told = { $kind ->
    [weekdays] ish kunlari, du–juma
    [weekly_on] { $every }: { $days }
    [monthly_on] { $every }, { $days }-kuni
    [monthly_last] { $every }, oxirgi kuni
    [first_workday] { $every }, birinchi ish kuni
    [last_workday] { $every }, oxirgi ish kuni
    [monthly_nth] { $every }, { $days }
   *[yearly_on] { $every } { $days }
}
rule-nth = { $n ->
    [1] birinchi
    [2] ikkinchi
    [3] uchinchi
    [4] to‘rtinchi
    [5] beshinchi
   *[-1] oxirgi
} { $day ->
    [0] dushanba
    [1] seshanba
    [2] chorshanba
    [3] payshanba
    [4] juma
    [5] shanba
   *[6] yakshanba
} kuni
rule-date = { $day }-{ $month }
rule-at = { $rule }, soat { $time }
rule-until = { $rule }, { $date } gacha
rule-count = { $rule }, jami { $n } marta

agree-schedule =
    Shu vaqtda yuborilsinmi?

    { $when }
    Qayerga: { $names }
agree-repeat =
    Shunday takrorlansinmi?

    { $rule }
    Qayerga: { $names }

    Eng yaqin vaqtlar:
    { $dates }
yes-schedule = Ha, rejalashtirilsin
yes-repeat = Ha, takrorlansin

done-now = Yuborilmoqda. Qayerga: { $names }
done-scheduled =
    Rejalashtirildi: { $when }
    Qayerga: { $names }

    Navbatdagilar — /queue.
done-repeated =
    Takror: { $rule }
    Keyingisi: { $when }

    Navbatdagilar — /queue.
done-before = { $names }: bu postning boshqa varianti u yerda allaqachon rejalashtirilgan va o‘z joyida qoladi. U /queue da bor.
done-replaced = Almashtirildi. Vaqti o‘zgarmadi.
post-ended = { $state ->
    [sent] Yuborildi: { $name }
    [failed] Yuborilmadi: { $name }. Sababi: { $why }
    [uncertain] Noma’lum: { $name }. Telegram javobi yo‘qolgan: qayta yuborishdan oldin kanalga qarang.
    [cancelled] Bekor qilindi: { $name }
    [expired] Muddati o‘tdi: { $name }
   *[scheduled] Hali yuborilmoqda: { $name }
}
