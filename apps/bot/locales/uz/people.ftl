people-list =
    Bu botni { $people } kishi boshqaradi, obunachilar: { $subscribers }.

    Batafsil ko‘rish uchun ismni bosing yoki kimnidir taklif qiling.
people-button = { $name } · { $role ->
    [owner] ega
    [editor] muharrir
   *[viewer] kuzatuvchi
}
people-invite = { $role ->
    [owner] Egani taklif qilish
    [editor] Muharrirni taklif qilish
   *[viewer] Kuzatuvchini taklif qilish
}
people-invited =
    Buni kerakli odamga yuboring. Havola orqali bir kishi { $role ->
        [owner] hamma narsani qila oladigan ega
        [editor] kanallar va postlarni yurituvchi muharrir
       *[viewer] faqat ko‘ra oladigan kuzatuvchi
    } sifatida kiradi; u bir marta va bir kun ishlaydi.

    { $link }

    yoki menga yuboring: /start { $code }
people-card =
    { $name } { $username }
    { $role ->
        [owner] Ega: hamma narsani qila oladi
        [editor] Muharrir: kanallar va postlarni yuritadi
       *[viewer] Kuzatuvchi: faqat ko‘radi
    }
    id { $id }
people-remove = Chiqarish
people-remove-sure = Ha, chiqarilsin
people-remove-ask = { $name } chiqarilsinmi? U rejalashtirgan postlar o‘z kuchida qoladi, ishlatilmagan takliflari esa bekor bo‘ladi.
people-removed = { $name } endi jamoada emas.
people-leave-ask = { $name }, o‘zingizni chiqarmoqchimisiz? Botga kirish huquqingiz darhol yo‘qoladi va sizni faqat boshqa ega qayta taklif qila oladi. Rejalashtirgan postlaringiz o‘z kuchida qoladi, ishlatilmagan takliflaringiz esa bekor bo‘ladi.
people-gone = Siz endi bu bot jamoasida emassiz. Rejalashtirgan postlaringiz o‘z kuchida qoldi.
people-came = Taklifingiz qabul qilindi: { $name } endi { $role ->
    [owner] ega
    [editor] muharrir
   *[viewer] kuzatuvchi
}.
people-last-owner = Oxirgi egani chiqarib bo‘lmaydi. Avval boshqasini taklif qiling.
