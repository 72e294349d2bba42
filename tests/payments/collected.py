"""Charges that began without the client, and what becomes of them."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from payments.gateways.sandbox import paying
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, ChargeAttempt, Escrow, StrayPayment
from payments.services import collecting, outbox
from tests import given_payments as given
from tests.given_payments import DAY, EUR, NOON, SOON
from tests.payments.books import assert_every_law_holds, held

HOURS = SYSTEM("its week was locked")


def collected(alice: User, bob: User, *, at: datetime = NOON) -> Charge:
    """Begun, and nothing that follows from it has happened yet."""
    return collecting.collect(
        payer=given.organization(alice), escrows=[given.terms(bob)], by=HOURS, at=at
    )


def settled(charge: Charge, *, at: datetime = NOON + SOON) -> Charge:
    """What follows by itself until then, the product's sweep included."""
    moment = charge.begun_at
    while moment < at:
        moment = min(moment + DAY / 2, at)
        given.settle(at=moment)
        with clock.pinned(moment):
            collecting.try_due(at=moment)
    given.settle(at=at + SOON)
    return Charge.objects.get(pk=charge.pk)


def paid_by_page(charge: Charge, by: User, *, at: datetime, outcome: str = "4242") -> None:
    with clock.pinned(at):
        page = outbox.open_page_of_collected(charge.pk, by=by, at=at)
    assert page, "The sandbox always has a page."
    paying.pay(page.session_id, outcome, at=at)
    given.settle(at=at + SOON)


def tries() -> list[tuple[int, str, str]]:
    found = ChargeAttempt.objects.select_related("method").order_by("pk")
    return [(each.round, each.method.last4, each.outcome) for each in found]


def charged() -> list[tuple[str, str]]:
    """What the provider was asked for, and what became of it."""
    return list(SandboxPayment.objects.order_by("created_at").values_list("outcome", "status"))


def assert_funded_once(charge: Charge) -> None:
    assert charge.state == "succeeded"
    assert held(f"escrow:{Escrow.objects.get().ref}") == EUR("1000.00")
    assert Entry.objects.filter(kind="fund_escrow").count() == 1
    assert not StrayPayment.objects.exists()
    assert_every_law_holds()
