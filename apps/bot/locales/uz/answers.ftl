back = ‹ Orqaga
cancel = Bekor qilish
cancelled = Bekor qilindi.
stale = Bu tugma endi ishlamaydi. Buyruqni qaytadan yuboring.
stranger = Bu botni jamoa boshqaradi, siz esa uning a’zosi emassiz. { $hears ->
    [yes] Siz obunachi sifatida xabar olasiz; to‘xtatish uchun — /stop.
   *[no] Siz undan xabar olmaysiz; obuna bo‘lish uchun — /start.
}
not-allowed = { $role ->
    [owner] Buni faqat egalar qila oladi.
    [editor] Buni faqat egalar va muharrirlar qila oladi.
   *[viewer] Buni faqat jamoa a’zolari qila oladi.
}
unknown-command = Bunday buyruqni bilmayman. Barcha buyruqlar — /help.
not-understood = Bu bilan nima qilishni bilmayman. Nimalar qila olishim — /help.
