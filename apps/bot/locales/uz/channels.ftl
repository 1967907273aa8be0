channels-list = { $count } ta kanal. Batafsil ko‘rish uchun birini bosing.
channels-none = Hali kanallar yo‘q.
channels-add = Kanal qo‘shish
channels-add-link = Meni administrator qilish
channels-add-named = { $name } ni qo‘shish
channels-add-offer = { $name } — qo‘shmoqchi bo‘lgan kanalingizmi?
channels-how-to-add =
    Kanalni uch xil yo‘l bilan qo‘shish mumkin:

    1. @{ $bot } ni uning administratori qiling: quyidagi tugma bilan yoki kanal sozlamalarida. Men buni sezaman.
    2. Menga undagi istalgan postni uzating.
    3. Menga uning nomini, masalan @channel, yoki havolasini yuboring.

    Har holda post joylashim uchun avval administrator bo‘lishim kerak.
channels-added =
    «{ $title }» qo‘shildi.

    { $told }
channels-added-mute =
    «{ $title }» qo‘shildi, lekin u yerda hozircha post joylay olmayman.

    { $told }

    Bu o‘zgarsa, sezaman.
channels-opened =
    Endi «{ $title }» da post joylay olaman.

    { $told }
channels-changed =
    «{ $title }» dagi huquqlarim o‘zgardi.

    { $told }
channels-check = Qayta tekshirish
channels-checked = Tekshirildi.
channels-remove = O‘chirish
channels-remove-sure = Ha, o‘chirilsin
channels-remove-ask = «{ $title }» o‘chirilsinmi? Yig‘ilgan ko‘rsatkichlar saqlanadi, yangilari kelmaydi. U yerda rejalashtirilganlar o‘z kuchida qoladi.
channels-removed = «{ $title }» o‘chirildi.
channels-refused =
    { $name } ni ko‘ra olmayapman. Telegram javobi: { $why }

    Nomi to‘g‘rimi? Agar kanal yopiq bo‘lsa, avval meni uning administratori qiling.
channels-no-name = Bu kanal emas. Uning nomini, masalan @channel, yuboring yoki undan post uzating.
channels-not-forwarded = Buni kanal emas, odam yozgan. Kanal postini uzating yoki uning nomini yuboring.

channel-title = { $title } ({ $name })
channel-members = { $members ->
    [-1] A’zolar: noma’lum
   *[other] { $members } a’zo
}
channel-views = { $preview ->
    [open] Ko‘rishlar: ochiq sahifasidan olinadi
    [none] Ko‘rishlar: yo‘q, chunki ochiq sahifasi yo‘q
   *[unknown] Ko‘rishlar: hali tekshirilmagan
}
channel-trouble = Telegram u haqida hech narsa aytmayapti: { $why }
rights-all = Menga kerakli barcha huquqlar bor: joylash, tahrirlash, o‘chirish va qadash.
rights-unknown = U yerdagi huquqlarim hali tekshirilmagan.
rights-none = { $kind ->
    [channel] Men bu kanal administratori emasman. Kanal sozlamalaridagi administratorlar bo‘limida meni qo‘shing va post joylash, tahrirlash, o‘chirishga ruxsat bering.
   *[group] Men bu guruhda emasman. Meni qo‘shing va administrator qiling.
}
rights-missing =
    U yerda qila olmaydiganlarim:
    { $missing }

    { $kind ->
        [channel] Tuzatish uchun kanal administratorlarini oching, meni tanlang va shu huquqlarni bering.
       *[group] Tuzatish uchun meni guruh administratori qiling va shu huquqlarni bering.
    }
right-missing = { $right ->
    [post] — post joylash
    [edit] — postlarni tahrirlash
    [delete] — postlarni o‘chirish
   *[pin] — postlarni qadash
}
