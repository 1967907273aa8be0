# Yangi post: /new va unga tegishli hamma narsa.
command-new = Yangi post: hozir, keyinroq yoki muntazam
new-ask = Postni qanday bo‘lishi kerak bo‘lsa, shunday yuboring: matn, rasm, video, fayl, albom. Tayyorini uzatsangiz ham bo‘ladi.
new-no-channels = Men post joylay oladigan kanal yo‘q. Kanal qo‘shish va huquqlarimni ko‘rish — /channels.
new-late = Bu allaqachon tugallangan albomning bir qismi: u albomga kirmadi.

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
    Iltimos, inglizcha yozing:

    every mon, wed and fri
    every 2 weeks on tue
    every month on the 15th
    on the last day of every month
    every day at 09:00 until 2030-12-31
rule-unread = Tushunmadim. Masalan, shunday yozing: «every mon and fri», «every month on the 15th» yoki «every 2 weeks on tue at 09:00».
rule-time-ask = Takror: { $rule }. Birinchi marta qachon? { $zone } soati bo‘yicha.
rule-never = Bunday vaqt hech qachon kelmaydi. Boshqa qoida yoki vaqt tanlang.
rule-told = { $kind ->
    [minutely] har { $n } daqiqada
    [hourly] har { $n } soatda
    [daily] { $n ->
        [1] har kuni
       *[other] har { $n } kunda
    }
    [weekdays] ish kunlari, du–juma
    [weekly] { $n ->
        [1] har hafta
       *[other] har { $n } haftada
    }
    [weekly_on] { $n ->
        [1] har hafta
       *[other] har { $n } haftada
    }: { $days }
    [monthly] { $n ->
        [1] har oy
       *[other] har { $n } oyda
    }
    [monthly_on] { $n ->
        [1] har oy
       *[other] har { $n } oyda
    }, kuni: { $days }
   *[yearly] { $n ->
        [1] har yili
       *[other] har { $n } yilda
    }
}
rule-at = { $rule }, soat { $time }

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
done-before = Bu postning boshqa varianti u yerda allaqachon rejalashtirilgan. U /queue da bor.
done-replaced = Almashtirildi. Vaqti o‘zgarmadi.
