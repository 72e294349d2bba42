"""Pictures of every page of the demo world, to be looked at: `make screens`.

For each role, at three widths and in both themes, under `var/screens/<role>/`. The pages
are served by this process from the demo's database as it is; nothing in it is changed but
the sessions that are needed to look.
"""

from __future__ import annotations

import logging
import os
import shutil
import socketserver
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "billing_site.settings")
os.environ.setdefault("LOG_LEVEL", "ERROR")
django.setup()

import structlog  # noqa: E402 - it is asked for by the settings
from django.conf import settings  # noqa: E402
from django.contrib.sessions.models import Session  # noqa: E402
from django.contrib.staticfiles.handlers import StaticFilesHandler  # noqa: E402
from django.core.handlers.wsgi import WSGIHandler  # noqa: E402
from playwright.sync_api import Browser, BrowserContext, Page  # noqa: E402

from billing_site.people.models import User  # noqa: E402
from tests.chromium import launched  # noqa: E402
from tests.sights import ROLES, sights  # noqa: E402
from tests.signing_in import session_of  # noqa: E402

WIDTHS = {1440: 900, 820: 1180, 390: 844}
THEMES = ("light", "dark")
SCREENS = Path(settings.VAR) / "screens"


class Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *words: Any) -> None:  # noqa: A002 - its name upstream
        """One line a picture is enough."""


class Server(socketserver.ThreadingMixIn, WSGIServer):
    daemon_threads = True


@contextmanager
def served() -> Iterator[str]:
    server = Server(("localhost", 0), Quiet)
    server.set_app(StaticFilesHandler(WSGIHandler()))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()


def main(wanted: list[str]) -> None:
    """Take all pictures, or those of the roles that are named."""
    if not User.objects.exists():
        sys.exit("The demo world is empty: run `make demo` once, then `make screens`.")
    settings.STORAGES["staticfiles"] = {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
    }
    settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)
    logging.disable()
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    began, taken = time.monotonic(), 0
    with served() as site, launched() as browser:
        for role, email in ROLES.items():
            if not wanted or role in wanted:
                taken += pictures_of(role, email, browser, site)
    print(f"{taken} pictures in {time.monotonic() - began:.0f} s under {SCREENS}")  # noqa: T201


def pictures_of(role: str, email: str, browser: Browser, site: str) -> int:
    folder, taken = SCREENS / role, 0
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    user = User.objects.get(email=email) if email else None
    with window_of(user, browser, site) as window:
        page = window.new_page()
        for name, address in sights(role, user):
            taken += take(page, f"{site}{address}", folder / name)
    print(f"{role}: {taken}")  # noqa: T201
    return taken


@contextmanager
def window_of(user: User | None, browser: Browser, site: str) -> Iterator[BrowserContext]:
    window = browser.new_context(reduced_motion="reduce")
    if user is None:
        yield window
        window.close()
        return
    cookie = session_of(user).cookies[settings.SESSION_COOKIE_NAME]
    window.add_cookies([{"name": cookie.key, "value": cookie.value, "url": site}])
    yield window
    window.close()
    Session.objects.filter(session_key=cookie.value).delete()


def take(page: Page, address: str, picture: Path) -> int:
    """One visit, six pictures."""
    answer = page.goto(address, wait_until="load")
    if answer is None or answer.status >= 500:
        sys.exit(f"{address}: {answer.status if answer else 'no answer'}")
    for theme in THEMES:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        for width, height in WIDTHS.items():
            page.set_viewport_size({"width": width, "height": height})
            page.screenshot(path=f"{picture}-{width}-{theme}.png", full_page=True)
    return len(THEMES) * len(WIDTHS)


if __name__ == "__main__":
    main(sys.argv[1:])
