"""The pages, as files: `/` chat, `/embed` the chat for other sites' frames, `/desk`, `/crew`, `/phone`, `/pay/…`. URLs
mirror `web/`."""

from __future__ import annotations

from pathlib import Path

from fastapi import FastAPI
from fastapi.responses import FileResponse
from starlette.staticfiles import StaticFiles

WEB = Path(__file__).resolve().parent.parent / "web"
_PAGES = {"/": "widget", "/embed": "widget", "/desk": "desk", "/crew": "crew", "/phone": "phone"}
_PAGE_OF_A_LINK = "/pay/{token}"
_FILES = ("widget", "desk", "crew", "phone", "payment", "shared")
_FRESH = {"Cache-Control": "no-cache"}  # asked for again each time, answered 304 when unchanged


class _Files(StaticFiles):
    def file_response(self, *args: object, **kwargs: object):  # type: ignore[no-untyped-def, override]
        response = super().file_response(*args, **kwargs)  # type: ignore[arg-type]
        response.headers.setdefault("Cache-Control", "no-cache")
        return response


def mount(app: FastAPI) -> None:
    """After the routers: a page's folder must not hide an API below it."""
    for path, folder in _PAGES.items():
        _page(app, path, WEB / folder / "index.html")
    _page(app, _PAGE_OF_A_LINK, WEB / "payment" / "index.html")
    for folder in _FILES:
        if (WEB / folder).is_dir():
            app.mount(f"/{folder}", _Files(directory=WEB / folder, html=True), name=folder)


def _page(app: FastAPI, path: str, file: Path) -> None:
    if not file.is_file():
        return

    async def page() -> FileResponse:
        return FileResponse(file, headers=_FRESH)

    app.get(path, include_in_schema=False)(page)
