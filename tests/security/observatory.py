"""Mozilla's HTTP Observatory, offline: its published scoring of one answer's headers.

A score begins at 100; modifiers as in https://github.com/mdn/mdn-http-observatory.
Bonus points count only from 90 on, which this keeps to.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

SIX_MONTHS = 15_552_000
PRIVATE_REFERRERS = {
    "no-referrer",
    "same-origin",
    "strict-origin",
    "strict-origin-when-cross-origin",
}


def score(headers: Mapping[str, str], cookies: list[str]) -> int:
    points = [
        _content_policy(directives_of(headers.get("Content-Security-Policy", ""))),
        _cookies(cookies),
        0 if headers.get("Access-Control-Allow-Origin") != "*" else -50,
        _transport(headers.get("Strict-Transport-Security", "")),
        5 if headers.get("Referrer-Policy", "") in PRIVATE_REFERRERS else 0,
        0 if headers.get("X-Content-Type-Options") == "nosniff" else -5,
        _framing(headers),
        10 if headers.get("Cross-Origin-Resource-Policy") == "same-origin" else 0,
    ]
    penalties = 100 + sum(point for point in points if point < 0)
    return penalties + sum(point for point in points if point > 0 and penalties >= 90)


def directives_of(policy: str) -> dict[str, set[str]]:
    found = (part.split() for part in policy.split(";") if part.strip())
    return {words[0]: set(words[1:]) for words in found}


def _content_policy(policy: dict[str, set[str]]) -> int:
    if not policy:
        return -25
    scripts = policy.get("script-src", policy.get("default-src", {"*"}))
    styles = policy.get("style-src", policy.get("default-src", {"*"}))
    if scripts & {"'unsafe-inline'", "data:", "*", "http:", "https:"}:
        return -20
    if "'unsafe-eval'" in scripts:
        return -10
    if styles & {"'unsafe-inline'", "data:", "*", "http:", "https:"}:
        return 0
    return 10 if policy.get("default-src") == {"'none'"} else 5


def _cookies(cookies: list[str]) -> int:
    """Session cookies have to be Secure and HttpOnly; SameSite on all of them is a bonus."""
    for cookie in cookies:
        words = cookie.lower()
        if "secure" not in words:
            return -40 if re.search(r"sid|session|csrf", words) else -20
        if "httponly" not in words and re.search(r"sid|session", words):
            return -30
    return 5 if cookies and all("samesite=" in cookie.lower() for cookie in cookies) else 0


def _transport(header: str) -> int:
    age = re.search(r"max-age=(\d+)", header)
    if age is None:
        return -20
    return 0 if int(age.group(1)) >= SIX_MONTHS else -10


def _framing(headers: Mapping[str, str]) -> int:
    if "frame-ancestors" in directives_of(headers.get("Content-Security-Policy", "")):
        return 5
    return 0 if headers.get("X-Frame-Options", "") in {"DENY", "SAMEORIGIN"} else -20
