"""Somebody's pages, found by following links from home, and what each costs the server."""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from html import unescape
from statistics import quantiles
from typing import Any
from urllib.parse import urljoin, urlsplit

from allauth.mfa.models import Authenticator
from django.db import connection
from django.test import Client
from django.urls import Resolver404, resolve

from billing_site.people.models import User

_LINK = re.compile(r'<a\b[^>]*\shref="([^"#]+)')
SAMPLES = 3  # addresses of a page
VISITS = 40  # of each page that is measured
MOST_ADDRESSES = 600


@dataclass(slots=True)
class Page:
    """A page by its URL's name, at some addresses."""

    name: str
    addresses: list[str] = field(default_factory=list)
    queries: int = 0  # at the address that makes the most
    milliseconds: list[float] = field(default_factory=list)

    @property
    def p50(self) -> float:
        return quantiles(self.milliseconds, n=100)[49]

    @property
    def p99(self) -> float:
        return min(quantiles(self.milliseconds, n=100)[98], max(self.milliseconds))


def browser_of(user: User) -> Client:
    """Return a browser in which *user* has just signed in, with their second factor."""
    browser = Client(SERVER_NAME="localhost")
    browser.force_login(user)
    now, session = time.time(), browser.session
    records: list[dict[str, Any]] = [{"method": "password", "at": now, "email": user.email}]
    if Authenticator.objects.filter(user=user).exists():
        records.append({"method": "mfa", "at": now, "type": "totp"})
    session["account_authentication_methods"] = records
    session["account_authentication_methods_user"] = str(user.pk)
    session["began_at"] = session["seen_at"] = now
    session.save()
    return browser


def pages_of(browser: Client, *, start: str) -> list[Page]:
    """Return the pages that links lead to from *start*, a few addresses of each."""
    pages: dict[str, Page] = {}
    waiting, seen = deque([start]), {start}
    while waiting and len(seen) < MOST_ADDRESSES:
        address = waiting.popleft()
        name = _name_of(address)
        if name is None or len(pages.get(name, Page(name)).addresses) >= SAMPLES:
            continue
        response = browser.get(address)
        if response.status_code != 200 or "text/html" not in response.get("Content-Type", ""):  # noqa: PLR2004
            continue
        pages.setdefault(name, Page(name)).addresses.append(address)
        for link in _links(address, response.text):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return list(pages.values())


def measure(browser: Client, page: Page) -> None:
    """Visit *page* often: as the server spends its time, without the network."""
    for address in page.addresses:
        page.queries = max(page.queries, _queries(partial(browser.get, address)))
    for visit in range(VISITS):
        address = page.addresses[visit % len(page.addresses)]
        began = time.perf_counter()
        browser.get(address)
        page.milliseconds.append((time.perf_counter() - began) * 1000)


def _queries(visit: Callable[[], object]) -> int:
    made: list[str] = []

    def count(execute: Callable[..., Any], sql: str, *arguments: Any) -> Any:
        made.append(sql)
        return execute(sql, *arguments)

    with connection.execute_wrapper(count):
        visit()
    return len(made)


def _links(base: str, html: str) -> Iterator[str]:
    for found in _LINK.findall(html):
        link = urlsplit(urljoin(base, unescape(found)))
        if not link.netloc:
            yield f"{link.path}?{link.query}" if link.query else link.path


def _name_of(address: str) -> str | None:
    try:
        return resolve(urlsplit(address).path).view_name
    except Resolver404:
        return None
