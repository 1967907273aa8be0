web-ready = Bu tugma sizni veb-panelga bir marta kiritadi; u { $minutes ->
        [one] { $minutes } daqiqa
       *[other] { $minutes } daqiqa
    } amal qiladi. Uni hech kimga bermang.
web-button = Kirish
web-link =
    Bu havola sizni veb-panelga bir marta kiritadi; u { $minutes ->
        [one] { $minutes } daqiqa
       *[other] { $minutes } daqiqa
    } amal qiladi. Uni hech kimga bermang.

    { $link }
web-shut-out = Veb-paneldagi hisobingiz yopilgan. Egalardan biri uni sozlamalarda qayta ocha oladi.
web-off = Bu yerda veb-panel o‘chirilgan. Uni API_ENABLED o‘zgaruvchisi yoqadi.
