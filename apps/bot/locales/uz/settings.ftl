settings =
    Sozlamalar

    { $lines }
settings-page = { $page ->
    [language] Til
    [zone] Vaqt mintaqasi
    [quiet] Sokin soatlar
   *[alerts] Ogohlantirishlar
}
settings-language = Til: { $name }
settings-as-telegram = Telegramdagidek
settings-zone = Vaqt mintaqasi: { $zone }
settings-quiet = Sokin soatlar: { $start }–{ $end }
settings-no-quiet = Sokin soatlar: yo‘q
settings-quiet-none = Sokin soatlarsiz
settings-alerts = Ogohlantirishlar: { $kinds }
settings-no-alerts = Ogohlantirishlar: yo‘q
settings-alerts-all = Ogohlantirishlar
settings-alert-kind = { $kind ->
    [failed] yuborilmagan postlar
    [uncertain] noaniq postlar
    [rights] kanallardagi huquqlar
    [broadcast] o‘zi to‘xtagan tarqatmalar
    [completed] tugagan tarqatmalarim
   *[health] tizim holati
}
settings-which-language = Qaysi tilda gapirayin?
settings-which-zone = Qaysi vaqt mintaqasi? Birini bosing yoki shahar nomini, masalan Samarqand, yuboring.
settings-zone-which = Qaysi birini nazarda tutyapsiz?
settings-zone-unknown = Bunday shahar yoki mintaqani bilmayman. Yaqinroqdagi katta shaharni yoki Asia/Tashkent kabi mintaqani yuboring.
settings-which-quiet = Qachon jim turay? Ogohlantirishlar sokin soatlar tugashini kutadi; postlar odatdagidek ketadi. Birini bosing yoki soatlarni yuboring, masalan 22:30-7:00. Bu { $zone } vaqti.
settings-quiet-unread = Bu soatlarni tushunmadim. Ularni 22:30-7:00 kabi yuboring.
settings-which-alerts = Nimalar haqida aytay? Bosish yoqadi yoki o‘chiradi.
