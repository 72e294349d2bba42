"""A wrong address or purchase order: credited and issued anew in one go, and no money moves."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest

from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from invoices.models import CreditNote, FeeCreditNote, Invoice
from invoices.services import correcting, crediting, invoicing, owing
from invoices.services.correcting import Correction
from ledger.models import Entry
from ledger.queries.balances import balance
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import assert_every_law_holds

pytestmark = pytest.mark.django_db
LATER = NOON + days(2)


def reissue(invoice: Invoice, *, by: User, **facts: object) -> Invoice:
    line = invoice.lines.get()
    return correcting.reissue(
        invoice.pk,
        Correction("PO-77", {line.pk: "Logo, final files and sources"}),
        reason="The purchase order was missing",
        by=by,
        at=LATER,
        **facts,  # type: ignore[arg-type]  # op_id
    )


def test_the_new_one_says_what_is_right_and_both_name_each_other(bob: User, paid: Invoice) -> None:
    new = reissue(paid, by=bob)

    old, note = Invoice.objects.get(pk=paid.pk), CreditNote.objects.get()
    assert (old.state, new.state) == (Invoice.State.CREDITED, Invoice.State.PAID)
    assert new.corrects == old
    assert new.number == "BOB-2026-000002"
    assert new.says["about"][-2:] == [
        "Purchase order PO-77",
        f"Replaces invoice BOB-2026-000001, credited by {note.number}",
    ]
    assert new.says["lines"][0]["description"] == "Logo, final files and sources"
    assert old.says["lines"][0]["description"] == "Logo, final files"
    assert (new.approved_by, new.approved_at) == (old.approved_by, old.approved_at)


def test_names_and_addresses_are_those_of_today(alice: User, bob: User, paid: Invoice) -> None:
    client = given.organization(alice)
    client.street = "Neue Gasse 1"
    client.save()

    new = reissue(paid, by=bob)

    assert new.says["recipient"]["street"] == "Neue Gasse 1"
    assert paid.says["recipient"]["street"] != "Neue Gasse 1"


def test_no_money_moves(alice: User, bob: User, paid: Invoice) -> None:
    before = list(Entry.objects.values_list("key", flat=True))

    reissue(paid, by=bob)

    assert list(Entry.objects.values_list("key", flat=True)) == before
    assert balance(f"client:{given.organization(alice).pk}:credit", "EUR") == EUR("0.00")
    assert not FeeCreditNote.objects.exists()
    assert CreditNote.objects.get().to_credit == EUR("0.00")
    assert_every_law_holds()


def test_what_was_paid_for_the_old_one_goes_back_by_the_new_one(
    alice: User, bob: User, paid: Invoice
) -> None:
    new = reissue(reissue(paid, by=bob), by=bob)

    crediting.credit(new.pk, amounts=crediting.whole(new), reason="Never used", by=bob, at=LATER)

    assert balance(f"client:{given.organization(alice).pk}:credit", "EUR") == EUR("1060.00")
    assert_every_law_holds()


def test_what_is_owed_is_owed_on_the_new_one(alice: User, bob: User) -> None:
    owed = given.owed_invoice(client=alice, freelancer=bob)
    approved = invoicing.approve(owed.pk, by=alice, at=NOON)
    given.pay(owing.pay(approved.pk, by=alice, at=NOON, amount=EUR("60.00")))

    new = reissue(Invoice.objects.get(pk=approved.pk), by=bob)
    assert new.state == Invoice.State.APPROVED
    assert Invoice.objects.get(pk=approved.pk).open_item is None
    given.pay(owing.pay(new.pk, by=alice, at=LATER), at=LATER)

    assert Invoice.objects.get(pk=new.pk).state == Invoice.State.PAID
    assert balance(f"freelancer:{given.organization(bob).pk}:pending", "EUR") == EUR("900.00")
    assert_every_law_holds()


def test_the_same_form_twice_is_one_correction(bob: User, paid: Invoice) -> None:
    op_id = uuid4()
    assert reissue(paid, by=bob, op_id=op_id) == reissue(paid, by=bob, op_id=op_id)
    assert Invoice.objects.count() == 2


def test_what_was_credited_in_part_is_not_corrected(bob: User, paid: Invoice) -> None:
    line = paid.lines.get()
    crediting.credit(paid.pk, amounts={line.pk: EUR("1.00")}, reason="Oops", by=bob, at=LATER)

    with pytest.raises(NotAllowed, match="A part of BOB-2026-000001 was credited"):
        reissue(paid, by=bob)
    assert Invoice.objects.count() == 1


def test_only_who_billed_corrects_what_was_issued(alice: User, bob: User, paid: Invoice) -> None:
    with pytest.raises(NotYours):
        reissue(paid, by=alice)
    reissue(paid, by=bob)
    with pytest.raises(WrongState):
        reissue(paid, by=bob)
    assert Invoice.objects.count() == 2


@pytest.mark.django_db(transaction=True)
def test_sixteen_at_once_correct_it_once() -> None:
    alice = given.person("alice", country="AT")
    bob = given.person("bob", kind="freelancer", country="NO")
    paid = given.paid_invoice(client=alice, freelancer=bob)

    outcomes = race([partial(reissue, paid, by=bob)] * 16)

    assert outcomes == ["WrongState"] * 15 + ["done"]
    assert CreditNote.objects.count() == 1
    assert_every_law_holds()
