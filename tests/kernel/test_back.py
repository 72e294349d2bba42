"""Whoever is sent back stays on this site, whatever their browser says where they came from."""

from __future__ import annotations

import pytest
from django.test import RequestFactory

from billing_site.kernel.http import back


@pytest.mark.parametrize(
    ("came_from", "page"),
    [
        ("http://testserver/invoices/?state=open#top", "/invoices/?state=open#top"),
        ("http://testserver", "/"),
        ("https://testserver/home/", "/home/"),
        ("http://testserver//evil.example/x", "/evil.example/x"),
        ("http://testserver/\\evil.example/x", "/evil.example/x"),
        ("http://testserver///evil.example", "/evil.example"),
        ("http://evil.example/home/", "/"),
        ("//evil.example/home/", "/"),
        ("javascript:alert(1)", "/"),
        ("", "/"),
    ],
)
def test_it_leads_nowhere_else(came_from: str, page: str) -> None:
    assert back(RequestFactory().post("/theme/", headers={"referer": came_from})) == page
