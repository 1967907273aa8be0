"""aiogram's session, without its wait at the end."""

from aiogram.client.session.aiohttp import AiohttpSession


class Session(AiohttpSession):
    """aiogram waits a quarter of a second for TLS to end; aiohttp sees to that itself by now."""

    async def close(self) -> None:
        if self._session is not None:
            await self._session.close()
