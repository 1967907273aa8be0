web-ready =
    This button logs you in to the web, once, within { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. Don't pass it on.
web-button = Log in
web-link =
    This link logs you in to the web, once, within { $minutes ->
        [one] { $minutes } minute
       *[other] { $minutes } minutes
    }. Don't pass it on.

    { $link }
web-shut-out = Your account on the web is shut out. An owner can let you in again, under Settings there.
web-off = The web is switched off here. Its owner switches it on with API_ENABLED.
