"""The page at / and its parts at /page/…: files that ask nobody but this server."""

from pathlib import Path

from aiohttp import web

FOLDER = Path(__file__).with_name("page")
FILES = {f"/page/{file.name}": file for file in FOLDER.iterdir()} | {"/": FOLDER / "index.html"}

HEADERS = {
    "Content-Security-Policy": "default-src 'self'; base-uri 'none'; object-src 'none'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",  # asked again each time: the files change with the program
}


def page_file(path: str) -> web.FileResponse | None:
    """The file with this path, or None. Only what lay in the folder at the start is given."""
    file = FILES.get(path)
    return web.FileResponse(file, headers=HEADERS) if file else None
