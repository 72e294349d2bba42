"""A currency that nobody quotes is withdrawn in itself only: the offer says so before it binds."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.services import contracts
from payments.queries.paid_in import why_only_in
from payments.rates.table import TABLE
from payments.services import exchange_rates
from tests import given, given_payments
from tests.given import NOON
from tests.signing_in import session_of

SAID = (
    "We have no exchange rate for KWD. What is earned in KWD can be withdrawn to a bank account"
    " in KWD only."
)


@pytest.fixture
def _as_the_bank(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    """The European Central Bank quotes no dinar."""
    monkeypatch.delitem(TABLE, "KWD")
    exchange_rates.fetch_when_due(at=NOON)


@pytest.mark.usefixtures("_as_the_bank")
def test_both_read_it_before_they_agree(alice: User, bob: User) -> None:
    contract = given.draft_contract(
        client=alice, freelancer=bob, price=Money(Decimal("300.000"), "KWD")
    )
    with clock.pinned(NOON):
        page = session_of(alice).get(reverse("contract-offer", args=[contract.ref]))
    assert SAID in page.content.decode()
    contracts.offer(contract.pk, by=alice, at=NOON)
    with clock.pinned(NOON):
        page = session_of(bob).get(reverse("contract-acceptance", args=[contract.ref]))
    assert SAID in page.content.decode()


EURO_ONLY = (
    "We have no exchange rate for KWD. What is earned in EUR can be withdrawn to a bank account"
    " in EUR only."
)


@pytest.mark.usefixtures("_as_the_bank")
@pytest.mark.parametrize("has_bank", [False, True])
@pytest.mark.parametrize(
    ("own", "currency", "said"),
    [
        ("EUR", "KWD", SAID),
        ("EUR", "USD", ""),
        ("EUR", "EUR", ""),
        ("KWD", "KWD", ""),
        ("KWD", "EUR", EURO_ONLY),
    ],
)
def test_it_is_about_their_bank_or_their_own_currency(
    own: str, currency: str, said: str, *, has_bank: bool
) -> None:
    kim = given.person("kim", kind="freelancer", currency=own)
    if has_bank:
        given_payments.payout_method(kim)

    assert why_only_in(currency, given.organization(kim), at=NOON) == said


def test_where_nobody_was_asked_for_rates_nothing_is_said(bob: User) -> None:
    facts: dict[str, Any] = {"freelancer": given.organization(bob), "at": NOON}
    assert why_only_in("KWD", **facts) == ""
    exchange_rates.fetch_when_due(at=NOON)
    assert why_only_in("KWD", **facts) == ""
