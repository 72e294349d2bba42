"""A served site and a browser that complains aloud."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings as django_settings
from django.core.cache import cache
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize
from pytest_django.live_server_helper import LiveServer

from billing_site.people.models import User
from tests.chromium import Complaints, launched
from tests.signing_in import PASSWORD, code_of

WIDE, NARROW = ViewportSize(width=1440, height=900), ViewportSize(width=390, height=844)
OpenPage = Callable[..., Page]


@pytest.fixture(scope="session", autouse=True)
def static_files_have_a_place() -> None:
    """Nothing was collected there: the server takes them from where they are written."""
    django_settings.STATIC_ROOT.mkdir(parents=True, exist_ok=True)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def site(live_server: LiveServer, transactional_db: None, settings: Any) -> str:
    """The address of the product, served by threads of this process, rows and all."""
    settings.SITE_URL = live_server.url
    cache.clear()
    return str(live_server.url)


@pytest.fixture
def complaints() -> Iterator[Complaints]:
    """What the browser found wrong during the test; anything at all fails it."""
    heard = Complaints()
    yield heard
    assert not heard, "\n".join(heard)


@pytest.fixture
def open_page(site: str, chromium: Browser, complaints: Complaints) -> Iterator[OpenPage]:
    """Open a browser window of somebody's own: `open_page(javascript=False, narrow=True)`."""
    windows: list[BrowserContext] = []

    def opened(
        *, javascript: bool = True, narrow: bool = False, dark: bool = False, **options: Any
    ) -> Page:
        window = chromium.new_context(
            base_url=site,
            java_script_enabled=javascript,
            viewport=NARROW if narrow else WIDE,
            color_scheme="dark" if dark else "light",
            **options,
        )
        window.set_default_timeout(10_000)
        complaints.listen(window)
        windows.append(window)
        return window.new_page()

    yield opened
    for window in windows:
        window.close()


def sign_in(page: Page, user: User, *, secret: str = "") -> Page:
    """Walk through the sign-in page as a person does, with the code where one is held."""
    page.goto("/accounts/login/")
    page.locator("input[name=login]").fill(user.email)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=password]").press("Enter")
    if Authenticator.objects.filter(user=user).exists():
        page.wait_for_url("**/2fa/authenticate/**")
        page.locator("input[name=code]").fill(code_of(secret))
        page.locator("input[name=code]").press("Enter")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    return page
