"""Every answer carries the whole policy: pages, errors, files, PDFs, static files."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.http import HttpResponseBase
from django.test import Client
from django.urls import get_resolver

from tests.security.declared import DOORS
from tests.security.observatory import directives_of, score
from tests.security.personas import P
from tests.security.resolver import every_url
from tests.security.world import World

UNSAFE = {"'unsafe-inline'", "'unsafe-eval'", "'unsafe-hashes'", "data:", "*", "http:", "https:"}
NOWHERE = {"'none'"}


def wrong_with(response: HttpResponseBase) -> list[str]:
    """Return what this answer's headers leave open, in words."""
    headers = response.headers
    policy = directives_of(headers.get("Content-Security-Policy", ""))
    plain = {
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "Referrer-Policy": "same-origin",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
    }
    found = [
        f"{name}: {headers.get(name)!r}"
        for name, wanted in plain.items()
        if headers.get(name) != wanted
    ]
    if policy.get("default-src") != NOWHERE:
        found.append(f"default-src {policy.get('default-src')}")
    if policy.get("frame-ancestors") != NOWHERE:
        found.append(f"frame-ancestors {policy.get('frame-ancestors')}")
    if (policy.get("script-src", NOWHERE) | policy.get("style-src", NOWHERE)) & UNSAFE:
        found.append(f"script-src {policy.get('script-src')}, style-src {policy.get('style-src')}")
    allowed = headers.get("Permissions-Policy", "")
    features = ("camera", "geolocation", "microphone", "payment")
    found += [f"{each} is allowed" for each in features if f"{each}=()" not in allowed]
    if {"Server", "X-Powered-By"} & set(headers):
        found.append("says what serves it")
    return found


@pytest.mark.parametrize("persona", [P.NOBODY, P.CLIENT_OWNER, P.FREELANCER, P.SUPERUSER])
def test_every_address_answers_with_the_whole_policy(world: World, persona: P) -> None:
    browser = world.cast.enters(persona)
    urls = every_url(get_resolver())
    addresses = [each for url in urls for each in DOORS[url.name].addresses(url, world)]
    open_answers = {
        address: found for address in addresses if (found := wrong_with(browser.get(address)))
    }
    assert open_answers == {}


@pytest.mark.urls("tests.security.broken_urls")
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/goes-wrong/500/", 500),
        ("/goes-wrong/403/", 403),
        ("/goes-wrong/400/", 400),
        ("/no/such/page/", 404),
        ("/?q=%00", 400),
    ],
)
def test_errors_carry_it_too_and_show_no_insides(db: None, address: str, status: int) -> None:
    browser = Client(raise_request_exception=False)
    response = browser.get(address)
    assert response.status_code == status
    assert wrong_with(response) == []
    shown = response.content.decode()
    assert not re.search(r"swordfish|Traceback|Django|Python|RuntimeError", shown)


def test_a_foreign_host_gets_an_error_with_the_policy(db: None) -> None:
    response = Client().get("/", headers={"Host": "evil.example.com"})
    assert response.status_code == 400
    assert wrong_with(response) == []


def test_a_missing_token_is_refused_with_the_policy(db: None) -> None:
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {})
    assert response.status_code == 403
    assert wrong_with(response) == []


def test_static_files_carry_what_concerns_files(db: None, settings: Any) -> None:
    settings.WHITENOISE_USE_FINDERS = settings.WHITENOISE_AUTOREFRESH = True
    response = Client().get("/static/css/site.css")
    response.close()
    assert response.status_code == 200
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "Server" not in response.headers


def test_the_observatory_would_give_an_a_plus(db: None, settings: Any) -> None:
    settings.SECURE_HSTS_SECONDS, settings.SECURE_HSTS_PRELOAD = 63_072_000, True
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = True
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = True
    for address in ("/", "/accounts/login/"):
        response = Client().get(address, secure=True)
        cookies = [cookie.OutputString() for cookie in response.cookies.values()]
        points = score(response.headers, cookies)
        assert points >= 110, (address, points, dict(response.headers), cookies)


def test_the_observatory_is_no_flatterer() -> None:
    assert score({}, []) == 100 - 25 - 20 - 5 - 20
    assert score({"Content-Security-Policy": "script-src 'unsafe-inline'"}, ["sid=1"]) < 40
