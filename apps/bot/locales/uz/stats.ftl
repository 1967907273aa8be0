stats-pick = Qaysi kanal?
stats-none = Hali kanallar yo‘q. Qo‘shish: /channels
stats-period = { $title }: necha kun?
stats-days = { $n } kun
stats-told =
    { $title } · oxirgi { $n } kun

    { $lines }
stats-members = A’zolar: { $members } ({ $since } dan beri { $change }, { $percent })
stats-members-once = A’zolar: { $members }
stats-members-unknown = A’zolar: hali sanalmagan
stats-posts = Postlar: { $n }
stats-views = Ko‘rishlar medianasi: { $views }
stats-views-at = { $age ->
    [hour] 1 soat { $views }
    [day] 24 soat { $views }
   *[week] 7 kun { $views }
}
stats-views-unknown = Ko‘rishlar medianasi: hali noma’lum, hech bir post 1 soat, 24 soat yoki 7 kunligida ko‘rilmagan
stats-no-preview = Ko‘rishlar: noma’lum. Telegram ularni faqat kanalning ochiq sahifasida ko‘rsatadi, bu kanalda esa u yo‘q: { $why }
stats-trouble = Telegram kanal haqida hech narsa aytmayapti: { $why }
stats-not-looked = Kanalga hali hech kim qaramagan. Bu besh daqiqa ichida bo‘ladi; ko‘rishlar post yoshi bilan keladi, birinchisi bir soatdan keyin.
stats-no-posts = Bu vaqt ichida postlar ko‘rinmadi. Yangilari bir soat ichida topiladi.
stats-engagement = Faollik: a’zolarning { $percent } qismi postni 24 soat ichida ko‘radi
stats-best = Eng yaxshi post: { $views } ko‘rish, { $when }: { $head }
stats-hours = Eng yaxshi soatlar: { $hours } ({ $zone })
stats-hours-few = Eng yaxshi soatlar: solishtirishga hozircha ma’lumot kam; 24 soatlik ko‘rishlari ma’lum postlar: { $posts } / { $needed }
stats-hours-thin = Eng yaxshi soatlar: hozircha solishtirib bo‘lmaydi; haftaning bir soatida kamida { $needed } ta post bo‘lishi kerak, { $hours ->
    [0] bunday soat esa yo‘q
   *[1] bunday soat esa faqat bitta
}
stats-chart = { $kind ->
    [members] A’zolar
    [posts] Postlar
    [curves] O‘sish
   *[hours] Soatlar
}
stats-no-picture = Rasm chizilmadi. Raqamlar baribir to‘g‘ri.
chart-title = { $kind ->
    [members] A’zolar
    [posts] Postlar ko‘rishlari
    [curves] Ko‘rishlar qanday o‘sadi
   *[hours] Joylash soati bo‘yicha 24 soatlik ko‘rishlar
}
chart-median = mediana { $n }
chart-hours = { $n } soat
chart-best = { $when }: { $n } ko‘rish
