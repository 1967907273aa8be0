# Qachon: tugma bilan, kalendarda, so‘z bilan.
time-ask = Qachon? { $zone } soati bo‘yicha.
time-calendar = Kalendar
time-calendar-ask = Kunni, keyin vaqtni bosing. { $zone } soati bo‘yicha.
time-write = So‘z bilan
time-write-ask =
    Qachonligini yozing, { $zone } soati bo‘yicha:

    ertaga 09:00
    juma 18:30
    2 soatdan keyin
    24-dekabr 20:00
time-other = Boshqa vaqt
time-past = Bu vaqt o‘tib ketdi. Boshqasini tanlang.
time-common = { $name ->
    [in_an_hour] Bir soatdan keyin · { $clock }
    [this_morning] Bugun ertalab · { $clock }
    [this_evening] Bugun kechqurun · { $clock }
    [tomorrow_morning] Ertaga ertalab · { $day } { $clock }
    [tomorrow_evening] Ertaga kechqurun · { $day } { $clock }
   *[next_monday] Dushanba · { $day } { $clock }
}
time-which = Qaysi birini nazarda tutyapsiz? { $zone } soati bo‘yicha.
time-doubt = { $doubt ->
    [date_order] Bu kun va oy yoki oy va kun bo‘lishi mumkin.
    [half_of_day] Bu ertalab yoki kechqurun bo‘lishi mumkin.
    [which_week] Bu shu hafta yoki keyingi hafta bo‘lishi mumkin.
    [which_night] Yarim tun kunni boshlaydi yoki tugatadi.
    [time_of_day] Soat nechadaligini aytmadingiz.
    [date_or_time] Bu vaqt yoki vaqti aytilmagan sana bo‘lishi mumkin.
    [clock_back] O‘shanda soat orqaga suriladi: bu vaqt ikki marta bo‘ladi.
   *[guessed] To‘g‘ri tushunganimga ishonchim komil emas.
}
time-note = { $note ->
    [tomorrow] Bugun bu vaqt o‘tib ketgan, shuning uchun ertaga.
    [next_week] Bugun bu vaqt o‘tib ketgan, shuning uchun bir haftadan keyin.
    [next_month] Bu oyda bu kun o‘tib ketgan, shuning uchun keyingi oyda.
    [next_year] Bu yilda bu kun o‘tib ketgan, shuning uchun keyingi yilda.
    [shifted] Soat { $asked } dan oldinga suriladi, bunday vaqt bo‘lmaydi: bu undan keyingi eng yaqin vaqt.
   *[twice] Soat orqaga suriladi va bu vaqt ikki marta bo‘ladi: qaysi biriligini siljish ko‘rsatadi.
}
time-unread = { $trouble ->
    [empty] Bunda vaqt yo‘q. Masalan, «ertaga 09:00» deb yozing.
    [too_long] Vaqt uchun juda uzun. Masalan, «ertaga 09:00» deb yozing.
    [told_twice] Ikki xil aytilgan: «{ $part }». Bir marta yozing.
    [date_or_time] «{ $part }» sana ham, vaqt ham bo‘lishi mumkin. Vaqtni 9:12 deb, sanada oyni so‘z bilan yozing.
    [no_such_date] Bunday sana yo‘q: «{ $part }».
    [no_such_time] Bunday vaqt yo‘q: «{ $part }».
    [wrong_weekday] Bu sana haftaning boshqa kuni: «{ $part }».
    [past] Bu o‘tib ketdi. Keladigan vaqtni yozing.
    [too_far] Bungacha besh yildan ko‘p.
   *[unknown] «{ $part }» tushunarsiz. Masalan, «ertaga 09:00», «juma 18:30» yoki «2 soatdan keyin» deb yozing.
}
agree-move =
    «{ $head }» shu vaqtda yuborilsinmi?

    { $when }
yes-move = Ha, ko‘chirilsin
done-moved = Chiqish vaqti: { $when }
