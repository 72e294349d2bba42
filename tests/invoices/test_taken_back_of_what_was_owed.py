"""An invoice that was owed and paid is owed again when its bank debit is returned."""

from __future__ import annotations

from datetime import datetime

import pytest

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import Invoice
from invoices.services import crediting, dunning, invoicing, owing
from ledger.models import Entry
from ledger.queries.balances import balance
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxPayment
from payments.models import Charge, OpenItem
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.given_payments import SOON
from tests.given_world import live
from tests.invoices.advanced import SATURDAY, protected_week
from tests.invoices.books import assert_every_law_holds
from tests.invoices.test_taken_back import paid_by_debit
from tests.payments.given_chargebacks import decided
from tests.payments.visiting import text_of
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db


def paid_anew(invoice: Invoice, alice: User, *, at: datetime) -> Charge:
    charge = owing.pay(invoice.pk, by=alice, at=at)
    return given_payments.paid(given_payments.opened(charge, at=at), at=at)


def returned(charge: Charge, *, at: datetime) -> None:
    disputing.take_back_debit(SandboxPayment.objects.get(pk=charge.payment_id), at=at)
    given_payments.settle(at=at + SOON)


def late_letters() -> int:
    late = Letter.objects.filter(subject__contains="was due 3 days ago")
    return late.filter(key__contains="/dunning/").count()


@pytest.mark.parametrize(
    ("is_advanced", "is_credited"), [(False, False), (False, True), (True, True)]
)
def test_as_often_as_its_debit_is_returned_it_is_owed_again(
    alice: User, bob: User, *, is_advanced: bool, is_credited: bool
) -> None:
    """What was credited of it before is owed by nobody, and each time has its own letters."""
    if is_advanced:
        protected_week(alice, bob)
        live(NOON, SATURDAY)
        invoice = Invoice.objects.get()
    else:
        owed = given.owed_invoice(client=alice, freelancer=bob)
        invoice = invoicing.approve(owed.pk, by=alice, at=NOON)
    first, at = invoice.open_item, SATURDAY + days(1)
    assert first
    if is_credited:
        lines = {invoice.lines.get().pk: EUR("50.00")}
        crediting.credit(invoice.pk, amounts=lines, reason="Less.", by=bob, at=at)
        first.refresh_from_db()
    left = first.owed
    assert (left < first.total) == is_credited
    receivable = f"client:{invoice.recipient_id}:receivable"

    for time in range(2):
        returned(paid_anew(invoice, alice, at=at), at=at + days(1))
        invoice.refresh_from_db()
        item = OpenItem.objects.latest("pk")
        assert (invoice.state, invoice.open_item, invoice.paid_at) == ("approved", item, None)
        assert (item.total, item.owed) == (left, left)
        assert item.before[0] == first
        assert len(item.before) == time + 1
        assert balance(receivable, "EUR") == -left
        assert Entry.objects.latest("pk").kind == "reopen_receivable"
        assert_every_law_holds()
        at += days(5)
        assert len(dunning.remind(at=at)) == 1
        assert late_letters() == time + 1

    for user, whose in ((alice, "your bank"), (bob, "the client's bank")):
        with clock.pinned(at):
            page = text_of(session_of(user).get(invoice.get_absolute_url()))
        assert page.count(f"Taken back by {whose}".replace("'", "&#x27;")) == 2
    paid_anew(invoice, alice, at=at)
    assert Invoice.objects.get().state == "paid"
    assert balance(receivable, "EUR").amount == 0
    assert_every_law_holds()


@pytest.mark.parametrize("was_held", [False, True])
def test_what_is_left_of_a_credited_invoice_is_owed_again(
    alice: User, bob: User, *, was_held: bool
) -> None:
    """A fifth went back after it was paid: that the client owes beside the invoice."""
    if was_held:
        invoice = paid_by_debit(alice, bob)
    else:
        owed = given.owed_invoice(client=alice, freelancer=bob)
        invoice = invoicing.approve(owed.pk, by=alice, at=NOON)
        paid_anew(invoice, alice, at=NOON)
    lines, at = {invoice.lines.get().pk: EUR("200.00")}, NOON + days(3)
    crediting.credit(invoice.pk, amounts=lines, reason="Less.", by=bob, at=at)

    returned(Charge.objects.get(), at=NOON + days(9))

    invoice.refresh_from_db()
    item, beside = OpenItem.objects.order_by("-gross").exclude(closed_at__isnull=False)
    assert (invoice.state, invoice.open_item, item.gross) == ("approved", item, EUR("800.00"))
    assert item.total + beside.total == Charge.objects.get().amount
    assert_every_law_holds()


def test_what_the_bank_gives_back_after_all_is_paid(alice: User, bob: User) -> None:
    owed = given.owed_invoice(client=alice, freelancer=bob)
    invoice = invoicing.approve(owed.pk, by=alice, at=NOON)
    returned(paid_anew(invoice, alice, at=NOON), at=NOON + days(1))
    [case] = Charge.objects.get().chargebacks.all()
    again = given_payments.opened(owing.pay(invoice.pk, by=alice, at=NOON + days(2)), at=NOON)
    given_payments.paid(again, "transfer_never", at=NOON + days(2))
    promised = again.promises.kept()
    assert promised.exists()

    decided(case, won=True, at=NOON + days(9))

    invoice.refresh_from_db()
    assert (invoice.state, invoice.open_item) == ("paid", OpenItem.objects.latest("pk"))
    assert not promised.exists(), "Nobody is asked to send what is not owed."
    assert_every_law_holds()

    returned(Charge.objects.earliest("pk"), at=NOON + days(12))

    invoice.refresh_from_db()
    item = OpenItem.objects.latest("pk")
    assert (invoice.state, invoice.open_item, item.owed) == ("approved", item, again.asked)
    assert_every_law_holds()


@pytest.mark.parametrize("arrives", ["before", "after"])
def test_what_paid_what_a_bank_forgave_is_owed_beside_the_invoice(
    alice: User, bob: User, arrives: str
) -> None:
    """The first payment stands; the second became credit, and its bank takes that back, too."""
    owed = given.owed_invoice(client=alice, freelancer=bob)
    invoice = invoicing.approve(owed.pk, by=alice, at=NOON)
    returned(paid_anew(invoice, alice, at=NOON), at=NOON + days(1))
    [case] = Charge.objects.get().chargebacks.all()
    second = given_payments.opened(owing.pay(invoice.pk, by=alice, at=NOON + days(2)), at=NOON)
    given_payments.paid(second, "debit", at=NOON + days(2))
    moments = [NOON + days(3), NOON + days(9)]
    decided(case, won=True, at=moments[arrives == "before"])
    given_payments.settle(at=NOON + days(10))

    returned(Charge.objects.latest("pk"), at=NOON + days(11))

    invoice.refresh_from_db()
    assert invoice.state == "paid"
    assert OpenItem.objects.latest("pk").total == second.asked
    assert_every_law_holds()
