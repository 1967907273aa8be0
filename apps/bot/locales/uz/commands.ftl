command-channels = Kanallar va bot ularda nima qila olishi
command-people = Botni kim boshqaradi: taklif qilish, chiqarish
command-health = Hammasi joyidami
command-help = Bot nima qila oladi
command-start = Boshlash
command-stop = Botdan boshqa xabar olmaslik
command-stats = Kanal ko‘rsatkichlari va grafiklari
command-settings = Til, vaqt mintaqasi, sokin soatlar, ogohlantirishlar
