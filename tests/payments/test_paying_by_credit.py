"""What a client has in credit pays the next charge by itself, and comes back as credit."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, connection, transaction

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from ledger.models import Entry
from ledger.queries.journal import journal
from payments.models import Charge, Escrow, Refund
from payments.services import charging, collecting, credit, escrow, following
from tests import given_payments as given
from tests.given_payments import DAY, EUR, SOON
from tests.payments.books import assert_every_law_holds, credit_of, held
from tests.payments.credited import LATER, begin, free, with_credit

pytestmark = pytest.mark.django_db
BY = SYSTEM("the contract ended")


@pytest.fixture
def credited(alice: User, bob: User) -> User:
    """Alice has EUR 211.90 in credit."""
    return with_credit(alice, bob)


def on_the_page(charge: Charge) -> Charge:
    return given.paid(given.opened(charge, at=LATER), at=LATER)


class TestAPart:
    def test_the_page_asks_for_the_rest(self, credited: User, bob: User) -> None:
        charge = begin(credited, bob, "1000.00")

        assert (charge.amount, charge.credit) == (EUR("1059.50"), EUR("211.90"))
        assert free(credited) == EUR("0.00")
        assert credit_of(credited) == EUR("211.90")  # set aside, and not gone
        paid = on_the_page(charge)

        assert (paid.state, paid.method) == (
            "succeeded",
            "Visa •••• 4242, €211.90 from your credit",
        )
        assert given.escrow_of(paid).state == Escrow.State.HELD
        assert credit_of(credited) == EUR("0.00")
        assert_every_law_holds()

    def test_it_leaves_what_can_be_charged(self, credited: User, bob: User) -> None:
        charge = begin(credited, bob, "200.10")  # 212.01 with fee and tax: 0.11 is no payment

        assert (charge.credit, charge.asked) == (EUR("211.51"), EUR("0.50"))
        assert on_the_page(charge).state == "succeeded"
        assert_every_law_holds()

    def test_an_accountant_reads_it_in_one_entry(self, credited: User, bob: User) -> None:
        charge = on_the_page(begin(credited, bob, "1000.00"))

        code, ref = f"client:{given.organization(credited).pk}:credit", given.escrow_of(charge).ref
        assert f"""\
2026-03-03  Escrow funded
{"  provider:clearing":<42}    847.60 EUR
{"  " + code:<42}    211.90 EUR
{"      escrow:" + ref:<56}  1,000.00 EUR""" in journal()

    def test_what_fails_frees_it(self, credited: User, bob: User) -> None:
        charge = begin(credited, bob, "1000.00")
        for _ in range(2):
            with pytest.raises(NotAllowed) if charge.state == "cancelled" else transaction.atomic():
                charge = charging.cancel(charge.pk, by=credited, at=LATER)

        assert free(credited) == EUR("211.90")
        assert_every_law_holds()

    def test_what_is_refunded_goes_to_the_card_first(self, credited: User, bob: User) -> None:
        charge = on_the_page(begin(credited, bob, "1000.00"))
        refund = escrow.refund(
            given.escrow_of(charge).pk, reason="It ended.", by=BY, at=LATER + SOON
        )

        assert (refund.amount, refund.to_credit) == (EUR("1059.50"), EUR("211.90"))
        assert credit_of(credited) == EUR("211.90")
        for days in (1, 2):
            given.settle(at=LATER + days * DAY)
        assert Refund.objects.get().state == Refund.State.SUCCEEDED
        assert Charge.objects.get(pk=charge.pk).refunded == EUR("847.60")
        assert_every_law_holds()

    def test_what_is_paid_otherwise_leaves_the_credit_alone(
        self, credited: User, bob: User
    ) -> None:
        item = given.open_item(client=credited, freelancer=bob, price=EUR("1000.00"))
        charges = []
        for _ in range(2):
            with transaction.atomic():
                charges.append(
                    charging.begin(
                        payer=given.organization(credited),
                        purposes=[(item, item.owed)],
                        by=credited,
                        at=LATER,
                    )
                )
        first, second = charges
        assert (first.credit, second.credit) == (EUR("211.90"), EUR("0.00"))
        on_the_page(second)
        on_the_page(first)  # It brings 847.60 that nothing needs any more.

        assert credit_of(credited) == free(credited) == EUR("1059.50")
        assert_every_law_holds()


class TestAllOfIt:
    def pay(self, client: User, bob: User) -> Charge:
        charge = begin(client, bob, "200.00")
        assert charge.asked == EUR("0.00")
        given.settle(at=LATER + SOON)
        return Charge.objects.get(pk=charge.pk)

    def test_nobody_is_asked_for_anything(self, credited: User, bob: User) -> None:
        charge = self.pay(credited, bob)

        assert (charge.state, charge.method) == ("succeeded", "your credit")
        assert not charge.commands.exists()
        assert given.escrow_of(charge).state == Escrow.State.HELD
        assert credit_of(credited) == EUR("0.00")
        assert_every_law_holds()

    def test_twice_is_once(self, credited: User, bob: User) -> None:
        charge = self.pay(credited, bob)
        before = Entry.objects.count()

        following.paid_by_credit(charge.pk, at=LATER + DAY)

        assert Entry.objects.count() == before
        assert_every_law_holds()

    def test_hours_are_charged_the_same_way(self, credited: User, bob: User) -> None:
        with clock.pinned(LATER):
            charge = collecting.collect(
                payer=given.organization(credited),
                escrows=[given.terms(bob, price=EUR("100.00"), document="week/W1")],
                by=SYSTEM("its week was locked"),
                at=LATER,
            )
        given.settle(at=LATER + SOON)

        assert Charge.objects.get(pk=charge.pk).state == Charge.State.SUCCEEDED
        assert credit_of(credited) == free(credited) == EUR("105.95")
        assert_every_law_holds()

    def test_what_is_refunded_is_credit_at_once(self, credited: User, bob: User) -> None:
        charge = self.pay(credited, bob)

        refund = escrow.refund(
            given.escrow_of(charge).pk, reason="It ended.", by=BY, at=LATER + DAY
        )

        assert (refund.state, refund.to_credit) == (Refund.State.CREDITED, EUR("211.90"))
        assert not refund.commands.exists()
        assert credit_of(credited) == EUR("211.90")
        assert held(f"refund:{refund.ref}") == EUR("0.00")
        assert_every_law_holds()

    def test_what_is_set_aside_is_not_sent_back(self, credited: User, bob: User) -> None:
        begin(credited, bob, "100.00")

        with pytest.raises(NotAllowed, match=r"Your credit is €105\.95"):
            credit.send_back(
                given.organization(credited), amount=EUR("106.00"), by=credited, at=LATER
            )


def test_credit_pays_no_more_than_there_is_to_pay(credited: User, bob: User) -> None:
    begin(credited, bob, "100.00")

    for table in ("payments_charge", "payments_settlement"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE {table} SET credit = amount + 1")
