"""The provider keeps a refund until our balance holds it: it is not said to be on its way."""

from __future__ import annotations

import pytest
from django.core.management import CommandError
from django.db import IntegrityError, connection
from django.test import Client

from billing_site.people.models import User
from billing_site.platform.models import Letter, Notice
from invoices.queries.money_stops import sent_back
from payments.gateways import by_name
from payments.gateways.base import Kind, RefundState
from payments.gateways.sandbox.models import SandboxRefund
from payments.gateways.sandbox.shapes import shape_of
from payments.models import Refund
from payments.queries.money_health import money_health
from payments.services import escrow, refunds
from tests import given_payments as given
from tests.contract.spec import published
from tests.factories.people import UserFactory
from tests.given_payments import DAY, NOON, SOON
from tests.payments.books import assert_every_law_holds
from tests.payments.compared import compare
from tests.payments.test_our_income import MONTH, swept

AGES_AGO = NOON - 5 * DAY


def state_of(refund: Refund) -> RefundState:
    state = by_name("sandbox").fetch(Kind.REFUND, refund.refund_id)
    assert isinstance(state, RefundState)
    return state


@pytest.mark.django_db
@pytest.mark.scenario(34)
def test_it_waits_and_says_so_until_the_balance_holds_it(
    alice: User, bob: User, as_alice: Client
) -> None:
    finn = UserFactory.create(name="Finn", is_staff=True, roles=["finance"])
    held = given.held_escrow(client=alice, freelancer=bob, at=AGES_AGO)
    given.settle(at=NOON)
    with pytest.raises(CommandError, match="is missing at the provider"):
        swept("po_1", "EUR:1000.00", "--reason", MONTH)
    escrow.refund(held.pk, reason="The work ended.", by=alice, at=NOON)

    given.settle(at=NOON + DAY)
    refund = Refund.objects.get()
    for _ in range(2):
        refunds.follow(refund.pk, state_of(refund), at=NOON + DAY)

    refund.refresh_from_db()
    assert (refund.state, refund.short_since is not None) == ("sent", True)
    published().check_object("refund", shape_of(SandboxRefund.objects.get()))
    assert shape_of(SandboxRefund.objects.get())["pending_reason"] == "insufficient_funds"
    page = as_alice.get(refund.charge.get_absolute_url()).content.decode()
    assert "Waits to be sent back" in page
    assert "as soon as our own balance has settled" in page
    assert "waits until our own balance" in sent_back(refund, for_client=True).note
    assert not Letter.objects.filter(subject__contains="back").exists()
    told = Notice.objects.get(user_id=finn.pk)
    assert f"{refund} waits for it" in told.text
    since = refund.short_since
    assert since
    assert money_health(at=since + DAY - SOON)["our_funds_suffice"]
    assert not money_health(at=since + DAY)["our_funds_suffice"]

    swept("tu_1", "EUR:1100.00", "--top-up", "--reason", "A refund waits for it")
    given.settle(at=NOON + 2 * DAY)

    refund.refresh_from_db()
    assert (refund.state, refund.short_since) == ("succeeded", None)
    assert money_health(at=NOON + 2 * DAY)["our_funds_suffice"]
    assert compare(NOON + 3 * DAY).found == 0
    assert_every_law_holds()
    with pytest.raises(IntegrityError, match="only_what_is_on_its_way_waits_for_our_funds"):
        connection.cursor().execute("UPDATE payments_refund SET short_since = requested_at")


@pytest.mark.django_db
def test_what_is_still_settling_of_the_payment_itself_goes_back(alice: User, bob: User) -> None:
    """And what the provider kept of each keeps no other from going."""
    held = [given.held_escrow(client=alice, freelancer=bob) for _ in range(2)]
    old = [given.held_escrow(client=alice, freelancer=bob, at=AGES_AGO) for _ in range(2)]
    for each in (*held, *old):
        escrow.refund(each.pk, reason="The work ended.", by=alice, at=NOON + SOON)

    given.settle(at=NOON + 2 * SOON)

    assert set(Refund.objects.values_list("state", flat=True)) == {"succeeded"}
    assert_every_law_holds()
