start-home =
    Salom, { $name }! Bu botdagi rolingiz: { $role ->
        [owner] ega
        [editor] muharrir
       *[viewer] kuzatuvchi
    }.

    { $commands }
start-zone = /settings orqali vaqt mintaqasini tanlamaguningizcha, vaqt UTC bo‘yicha ko‘rsatiladi.
start-subscribed = Salom! Endi siz bu botdan xabar olasiz; to‘xtatish uchun — /stop.
start-again = Yana salom! Siz bu botdan allaqachon xabar olasiz; to‘xtatish uchun — /stop.
start-unpaired = Salom! Bu botning hali egasi yo‘q. Agar u sizniki bo‘lsa, menga /start va konsolda ko‘rsatilgan kodni yuboring: /start KOD
start-code-unknown = Bunday kodni bilmayman. Yangisini so‘rang.
start-code-used = Bu kod ishlatib bo‘lingan. Yangisini so‘rang.
start-code-expired = Kodning muddati tugagan: kod bir kun amal qiladi. Yangisini so‘rang.
stop-done = Endi mendan xabar olmaysiz. Qaytadan olish uchun — /start.
stop-again = Siz shundoq ham mendan xabar olmayapsiz. Olish uchun — /start.
help =
    { $commands }
help-stranger = Siz bu botdan obunachi sifatida xabar olasiz; to‘xtatish — /stop, qaytadan boshlash — /start.
