# Obunachilarga xabarlar: /broadcast.
command-broadcast = Obunachilarga xabar yuborish va uning borishi
broadcasts-page = So‘nggi tarqatmalar:
broadcasts-none = Hali hech narsa tarqatilmagan.
broadcast-line = { $id }. { $name }: { $state }, { $total } tadan { $sent }
broadcast-new = Yangi tarqatma
broadcast-list = Tarqatmalar
broadcast-state = { $state ->
    [draft] Qoralama
    [scheduled] Rejalashtirilgan
    [running] Yuborilmoqda
    [paused] To‘xtatib turilgan
    [completed] Tugagan
   *[cancelled] Bekor qilingan
}
broadcast-in-hand = Siz hali tarqatmani tugatmadingiz: «{ $head }». Uni davom ettiramizmi? Yangi qoralama uning o‘rnini oladi.
broadcast-in-hand-first = Siz hali tarqatmani tugatmadingiz: «{ $head }». Uni davom ettiramizmi yoki yangisini boshlaymizmi? Shundan so‘ng buni yana yuboring.

broadcast-ask =
    Xabarni obunachilar qanday olishi kerak bo‘lsa, shunday yuboring: matn, rasm, video, fayl, albom.

    { $field } o‘rnida har kimning ismi turadi, ism noma’lum bo‘lsa — chiziqdan keyingi so‘z.
broadcast-unknown-field = Oluvchilarning hech birida «{ $field }» maydoni yo‘q. Borlari: { $fields }. Jingalak qavsni ko‘rsatish uchun uni ikki marta yozing.
broadcast-misspelt = «{ $written }» — maydon emas: kichik lotin harflari, bo‘sh joysiz. Jingalak qavsni ko‘rsatish uchun uni ikki marta yozing.
broadcast-unfit = { $which ->
    [longest] Eng uzun qiymatli oluvchi uchun:
   *[empty] Hech narsa ma’lum bo‘lmagan oluvchi uchun:
} { $why }

broadcast-whom-ask = Kimga yuboramiz?
broadcast-by = { $by ->
    [all] Barcha obunachilarga
    [list] Ro‘yxat
    [tag] Teg
   *[lang] Til
}
broadcast-which = { $by ->
    [list] Qaysi ro‘yxat?
    [tag] Qaysi teg?
   *[lang] Qaysi til?
}
broadcast-nothing = { $by ->
    [list] Ro‘yxatlar yo‘q. `analyticbot audience import` fayldan ro‘yxat tuzadi.
    [tag] Hech kimda teg yo‘q.
   *[lang] Hech kimning tili ma’lum emas.
}
broadcast-whom = { $kind ->
    [all] barcha obunachilar
    [list] «{ $name }» ro‘yxati
    [tag] «{ $name }» tegi
    [language] «{ $name }» tili
    [chats] fayldagi chatlar
   *[other] { $name }
}
broadcast-to = Kimga: { $whom }
broadcast-plan = Kimga: { $whom }, { $n } kishi. { $takes }
broadcast-no-list = Bu ro‘yxat endi yo‘q. Kimga yuborishni tanlang.
broadcast-nobody = Uni hech kim olmaydi. Kimga yuborishni tanlang.
broadcast-takes = Taxminan { $lasts } ketadi.
broadcast-takes-no-time = Bu bir lahzalik ish.
broadcast-costs = Bot balansidan to‘lanadi, Telegram Stars: ko‘pi bilan { $stars }.
broadcast-would-cost = Haq evaziga taxminan { $lasts }, Telegram Stars: ko‘pi bilan { $stars }.
broadcast-lasts = { $unit ->
    [moment] bir lahza
    [seconds] { $n } s
    [minutes] { $n } daq
   *[hours] { $n } soat { $rest } daq
}
broadcast-plan-step = { $step ->
    [whom] Kimga
    [paid] Haq evaziga tezroq yuborish
    [free] Haqsiz yuborish
    [test] Menga sinov xabarini yuborish
    [now] Hozir boshlash
   *[later] Keyinroq boshlash
}
broadcast-tested = Sinov xabari sizga yo‘lga chiqdi.
broadcast-agree =
    «{ $head }» { $n } kishiga yuborilsinmi?

    Kimga: { $whom }
    { $takes }
broadcast-agree-later =
    «{ $head }» { $n } kishiga yuborilsinmi?

    { $when }
    Kimga: { $whom }
    { $takes }
yes-broadcast = Ha, yuborilsin
broadcast-before = Bu tarqatmaning boshqa varianti avval boshlangan. Uni /broadcast ko‘rsatadi.

broadcast-title = Tarqatma { $id }: { $name }
broadcast-begins = { $state }: { $when }
broadcast-goes-on = { $state }. Hozir uning soati emas; davom etadi: { $when }
broadcast-paused-itself = Ketma-ket { $n } ta xatodan keyin o‘zi to‘xtadi, oxirgisi: { $reason }.
broadcast-counts =
    Yuborildi: { $total } tadan { $sent }
    Bo‘lmadi: { $failed }
    Tashlab ketildi: { $skipped }
    Noaniq: { $uncertain }
    Kutmoqda: { $pending }
broadcast-building = Oluvchilar ro‘yxati hali tuzilmoqda.
broadcast-left = { $of ->
    [sending] Yuborishning o‘ziga taxminan { $lasts } qoldi; u faqat o‘z soatlarida boradi.
   *[span] Taxminan { $lasts } qoldi.
}
broadcast-took = { $lasts } ketdi.
broadcast-is-over = «{ $name }» tarqatmasi tugadi: { $total } tadan { $sent } yuborildi.
broadcast-needs-you = «{ $name }» tarqatmasi sizni kutmoqda. { $why }
broadcast-step = { $step ->
    [start] Hozir boshlash
    [started] Ha, yuborilsin
    [move] Boshqa vaqt
    [pause] To‘xtatib turish
    [resume] Davom ettirish
    [cancel] Bekor qilish
    [cancelled] Ha, bekor qilinsin
    [report] Hisobot
    [file] CSV
    [retry] Bormaganlarga yana yuborish
   *[retried] Ha, yana yuborilsin
}
broadcast-start-ask = «{ $name }» { $n } kishiga yuborilsinmi?
broadcast-cancel-ask = «{ $name }» butunlay bekor qilinsinmi? Uni { $n } kishi olmaydi.

broadcast-no-reasons = Hozircha hech kim chetda qolmadi.
broadcast-reason = { $n }: { $ended }{ $why }
broadcast-ended = { $state ->
    [failed] bo‘lmadi
    [uncertain] yetib borgan bo‘lishi mumkin
    [expired] juda kech
   *[cancelled] tashlab ketildi
}
broadcast-retry-ask = «{ $name }» bormagan { $n } kishiga yana yuborilsinmi?
broadcast-file-comes = Fayl hozir keladi.
broadcast-file = { $whom ->
    [all] Tarqatma mo‘ljallangan hamma.
   *[missed] Uni olmaganlar: hammasi birga Telegram qabul qiladigan fayldan katta.
}
broadcast-file-too-large = Bu Telegram qabul qiladigan fayldan katta. Serverda: `analyticbot broadcast report { $id } --csv FILE`
