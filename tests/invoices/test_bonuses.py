"""A bonus: given, which is its approval, or asked for; 100 is 105 for the client and 90 for Bob."""

from __future__ import annotations

from functools import partial
from uuid import uuid4

import pytest
from django.core import mail
from django.db import IntegrityError, transaction

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.models import User
from invoices.models import Contract, FeeInvoice, Invoice
from invoices.services import bonuses, contracts, owing
from ledger.models import Entry
from ledger.queries.journal import journal
from payments.models import Charge, Collection, Lot, OpenItem
from tests import given, given_payments
from tests.given import EUR, NOON, days
from tests.invoices._race import race
from tests.invoices.books import broken_laws

HUNDRED = EUR("100.00")
give = partial(bonuses.give, words="For the quick turn.")


@pytest.fixture
def alice(db: None) -> User:
    return given.person("alice", country="US", city="Boston", postal_code="02101")


@pytest.fixture
def contract(alice: User, bob: User) -> Contract:
    return given.active_contract(client=alice, freelancer=bob)


def ended(contract: Contract, by: User) -> Contract:
    return contracts.end(contract.pk, by=by, at=NOON)


@pytest.mark.django_db
class TestGiving:
    def test_giving_it_is_approving_it(self, contract: Contract, alice: User) -> None:
        bonus = give(contract.pk, HUNDRED, by=alice, at=NOON)

        assert (bonus.state, bonus.number, bonus.source) == ("approved", "BOB-2026-000001", "bonus")
        assert (bonus.submitted_by, bonus.approved_by) == (None, alice)
        assert [(each.step, each.by) for each in bonus.changes.order_by("pk")] == [
            ("submit", None),
            ("approve", alice),
        ]
        line = bonus.lines.get()
        assert (line.description, line.detail) == ("Bonus for Brand refresh", "For the quick turn.")
        assert OpenItem.objects.get().owed == EUR("105.00")
        assert not Entry.objects.exists()
        given.jobs_done(at=NOON)
        subject = "Alice & Co gives you “Bonus for Brand refresh” of €100.00"
        letter = next(each for each in mail.outbox if each.subject == subject)
        assert "Your share is €90.00" in str(letter.body)

    def test_paid_it_is_what_the_books_say_of_a_bonus(
        self, contract: Contract, alice: User
    ) -> None:
        bonus = give(contract.pk, HUNDRED, by=alice, at=NOON)
        for _ in range(2):  # the same news twice
            given.pay(_charge_of(bonus, alice), at=NOON)

        told = [" ".join(line.split()) for line in journal().splitlines()]
        assert told[:5] == [
            "2026-03-02 Invoice paid",
            "provider:clearing 105.00 EUR",
            f"freelancer:{bonus.issuer_id}:pending 90.00 EUR",
            "income:freelancer_fee 10.00 EUR",
            "income:client_fee 5.00 EUR",
        ]
        assert Invoice.objects.get().state == "paid"
        lot = Lot.objects.get()
        assert (lot.amount, lot.available_at) == (EUR("90.00"), NOON + days(5))
        assert FeeInvoice.objects.count() == 2
        assert broken_laws() == []

    def test_the_same_form_twice_is_one_bonus(self, contract: Contract, alice: User) -> None:
        op_id = uuid4()
        first, again = (
            give(contract.pk, HUNDRED, by=alice, at=NOON, op_id=op_id) for _ in range(2)
        )

        assert first == again
        assert Invoice.objects.count() == 1

    def test_only_who_approves_gives_and_only_so_much(
        self, contract: Contract, alice: User, bob: User, charlie: User
    ) -> None:
        small = given.member(alice, "Sam", role="approver", limit=EUR("99.99"))
        finance = given.member(alice, "Fay", role="finance")

        for nobody in (small, finance, bob, charlie):
            with pytest.raises(NotYours):
                give(contract.pk, HUNDRED, by=nobody, at=NOON)

        assert not Invoice.objects.exists()

    def test_it_is_possible_for_a_year_after_the_end(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        ended(contract, bob)

        give(contract.pk, HUNDRED, by=alice, at=NOON + days(365))
        with pytest.raises(NotAllowed, match="until 2 March 2027"):
            give(contract.pk, HUNDRED, by=alice, at=NOON + days(365.01))

        assert Invoice.objects.count() == 1

    def test_a_paused_contract_takes_one_and_an_offer_does_not(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        offered = given.offered_contract(client=alice, freelancer=bob)
        contracts.pause(contract.pk, by=alice, at=NOON)

        give(contract.pk, HUNDRED, by=alice, at=NOON)
        with pytest.raises(NotAllowed, match="takes no bonus"):
            give(offered.pk, HUNDRED, by=alice, at=NOON)

    @pytest.mark.parametrize("words", ["", "  ", "x" * 501])
    def test_it_says_what_it_is_for(self, contract: Contract, alice: User, words: str) -> None:
        with pytest.raises(NotAllowed, match="Say what"):
            bonuses.give(contract.pk, HUNDRED, words=words, by=alice, at=NOON)

    def test_work_is_never_submitted_by_nobody(self, alice: User, bob: User) -> None:
        invoice = given.owed_invoice(client=alice, freelancer=bob)
        rule = "somebody_submits_what_was_worked_or_written"
        with pytest.raises(IntegrityError, match=rule), transaction.atomic():
            Invoice.objects.filter(pk=invoice.pk).update(submitted_by=None)

    def test_what_the_client_saved_is_charged_at_once(
        self, contract: Contract, alice: User
    ) -> None:
        given_payments.payment_method(alice, "4242", at=NOON)

        give(contract.pk, HUNDRED, by=alice, at=NOON)

        charge = Charge.objects.get()
        assert charge.amount == EUR("105.00")
        assert Collection.objects.get().charge == charge


@pytest.mark.django_db(transaction=True)
def test_the_same_form_sixteen_times_at_once_is_one_bonus() -> None:
    alice, bob = given.person("alice"), given.person("bob", kind="freelancer")
    contract = given.active_contract(client=alice, freelancer=bob)
    deed = partial(give, contract.pk, HUNDRED, by=alice, at=NOON, op_id=uuid4())

    assert race([deed] * 16) == ["done"] * 16
    assert Invoice.objects.count() == OpenItem.objects.count() == 1


def _charge_of(invoice: Invoice, by: User) -> Charge:
    begun = Charge.objects.first()
    return begun or owing.pay(invoice.pk, by=by, at=NOON)
