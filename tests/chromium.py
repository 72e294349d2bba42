"""The system's Chromium, driven by Playwright: quiet, headless, and never on the network."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
PLACES = ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",)
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
]


def executable() -> str | None:
    """Return where the system's Chromium is, or None: then Playwright's own is tried."""
    found = (os.environ.get("CHROMIUM"), *map(shutil.which, NAMES), *filter(os.path.exists, PLACES))
    return next((place for place in found if place), None)


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser for as long as the block lasts.

    Playwright keeps an event loop running in this thread, which makes Django refuse the ORM
    here; nothing of ours is asynchronous, so it may be told that this is safe.
    """
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    try:
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=executable(), args=ARGUMENTS)
            try:
                yield browser
            finally:
                browser.close()
    finally:
        if before is None:
            del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]
        else:
            os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = before


class Complaints(list[str]):
    """What the browser said was wrong: refused by policy, thrown by a script, answered with 5xx."""

    SPY = """
        document.addEventListener("securitypolicyviolation", (event) => {
            console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`);
        });
    """
    # Chromium logs every answer >= 400 as an error; a refused form is meant to be one.
    MEANT = ("Failed to load resource: the server responded with a status of 4",)

    def listen(self, context: BrowserContext) -> None:
        context.add_init_script(self.SPY)
        context.on("page", self._listen_to)

    def _listen_to(self, page: Page) -> None:
        page.on("pageerror", lambda error: self.append(f"{page.url}: {error}"))
        page.on(
            "console",
            lambda message: (
                self.append(f"{page.url}: {message.text}")
                if message.type == "error" and not message.text.startswith(self.MEANT)
                else None
            ),
        )
        page.on(
            "response",
            lambda answer: (
                self.append(f"{answer.url}: {answer.status}") if answer.status >= 500 else None
            ),
        )
