"""The walk through the pages finds what does not add up; in the demo world it finds nothing."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from billing_site.people.models import User
from tests import given
from tests.given import EUR, NOON
from tests.records.walking import wrong_sums
from tests.signing_in import session_of


def walked(
    user: User,
    *,
    lie: tuple[bytes, bytes] = (b"", b""),
    on: str = "/",
    walk: Callable[..., Iterable[str]] = wrong_sums,
) -> list[str]:
    """Walk the pages, those below *on* with one sum replaced by another."""
    browser: Any = session_of(user)
    honest = browser.get

    def shown(address: str) -> Any:
        answer = honest(address)
        if lie[0] and address.startswith(on):
            answer.content = answer.content.replace(*lie)
        return answer

    browser.get = shown
    return list(walk(browser, given.organization(user), "EUR", NOON.year))


def test_a_walk_finds_what_does_not_add_up(alice: User, bob: User) -> None:
    for price in ("400.00", "99.99"):
        given.paid_invoice(client=alice, freelancer=bob, price=EUR(price))
    assert walked(alice) == walked(bob) == []

    wrong = " ".join(walked(bob, lie=(b"400.00", b"400.01")))
    for place in ("400.01 is not", "was released"):
        assert place in wrong, wrong
    assert "the year in EUR" in " ".join(walked(bob, lie=(b"499.99", b"499.98")))
    assert "the statement" in " ".join(walked(bob, lie=(b"352.00", b"352.01")))
