"""A credit note takes back a line, a part of it, or everything, and the money follows."""

from __future__ import annotations

from datetime import datetime
from uuid import uuid4

import pytest

from billing_site.kernel.money import Money, zero
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import User
from invoices.models import CreditNote, FeeCreditNote, FeeInvoice, Invoice
from invoices.services import crediting
from ledger.queries.balances import balance
from ledger.queries.journal import journal
from payments.models import Lot
from payments.services import earnings
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.books import assert_every_law_holds
from tests.ledger.books import credited, debited

pytestmark = pytest.mark.django_db
LATER = NOON + days(2)


def credit(
    invoice: Invoice, amount: str, *, by: User, at: datetime = LATER, **facts: object
) -> CreditNote:
    line = invoice.lines.get()
    return crediting.credit(
        invoice.pk,
        amounts={line.pk: EUR(amount)},
        reason="Two icons were left out",
        by=by,
        at=at,
        **facts,  # type: ignore[arg-type]  # op_id
    )


def of(user: User, what: str) -> Money:
    side = "client" if what in {"credit", "receivable"} else "freelancer"
    return balance(f"{side}:{given.organization(user).pk}:{what}", "EUR")


class TestWhatWasPaid:
    def test_a_part_goes_back_from_the_pending_lot(
        self, alice: User, bob: User, paid: Invoice
    ) -> None:
        note = credit(paid, "200.00", by=bob)

        assert (note.net, note.tax, note.gross) == (EUR("200"), EUR("0"), EUR("200"))
        assert (note.owed_less, note.to_credit) == (EUR("0"), EUR("212.00"))
        assert of(bob, "pending") == EUR("720.00")
        assert of(alice, "credit") == EUR("212.00")
        lot = Lot.objects.get()
        assert (lot.gross_back, lot.amount_back) == (EUR("200.00"), EUR("180.00"))
        assert Invoice.objects.get().state == Invoice.State.PAID
        assert_every_law_holds()

    def test_an_accountant_reads_it_in_one_entry(
        self, alice: User, bob: User, paid: Invoice
    ) -> None:
        credit(paid, "200.00", by=bob)

        of_bob = f"freelancer:{given.organization(bob).pk}:pending"
        of_alice = f"client:{given.organization(alice).pk}:credit"
        assert journal().endswith(f"""\
2026-03-04  Given back after release
{debited(of_bob, "180.00 EUR")}
  income:freelancer_fee                        20.00 EUR
  tax:vat:AT                                    2.00 EUR
  income:client_fee                            10.00 EUR
{credited(of_alice, "212.00 EUR")}""")

    def test_what_matures_later_is_what_is_left(self, bob: User, paid: Invoice) -> None:
        credit(paid, "200.00", by=bob)

        earnings.make_available(at=NOON + days(30))

        assert of(bob, "available") == EUR("720.00")
        assert of(bob, "pending") == zero("EUR")
        assert_every_law_holds()

    def test_a_lot_that_went_back_whole_matures_to_nothing(self, bob: User, paid: Invoice) -> None:
        credit(paid, "1000.00", by=bob)

        earnings.make_available(at=NOON + days(30))

        assert of(bob, "available") == of(bob, "pending") == zero("EUR")
        assert_every_law_holds()

    def test_after_that_it_goes_back_from_what_is_available(self, bob: User, paid: Invoice) -> None:
        earnings.make_available(at=NOON + days(30))

        credit(paid, "200.00", by=bob, at=NOON + days(31))

        assert of(bob, "available") == EUR("720.00")
        assert of(bob, "debt") == zero("EUR")
        assert_every_law_holds()

    def test_what_was_withdrawn_is_a_debt(self, alice: User, bob: User, paid: Invoice) -> None:
        earnings.make_available(at=NOON + days(30))
        given.withdrawn(bob, EUR("850.00"), at=NOON + days(30))

        note = credit(paid, "200.00", by=bob, at=NOON + days(31))

        assert of(bob, "available") == zero("EUR")
        assert of(bob, "debt") == EUR("-130.00")
        assert of(alice, "credit") == note.to_credit == EUR("212.00")
        assert_every_law_holds()

    def test_parts_with_odd_cents_add_up_to_the_whole(
        self, alice: User, bob: User, paid: Invoice
    ) -> None:
        for amount in ["333.33", "333.33", "0.01", "333.33"]:
            credit(paid, amount, by=bob)
            assert_every_law_holds()

        assert of(alice, "credit") == EUR("1060.00")
        assert of(bob, "pending") == zero("EUR")
        for family in ["income:client_fee", "income:freelancer_fee", "tax:vat:AT"]:
            assert balance(family, "EUR") == zero("EUR")
        assert Invoice.objects.get().state == Invoice.State.CREDITED


class TestOnce:
    def test_the_same_form_twice_is_one_credit_note(
        self, alice: User, bob: User, paid: Invoice
    ) -> None:
        op_id = uuid4()
        first = credit(paid, "200.00", by=bob, op_id=op_id)
        again = credit(paid, "200.00", by=bob, op_id=op_id)

        assert first == again
        assert of(alice, "credit") == EUR("212.00")

    def test_no_more_is_credited_than_was_billed(
        self, alice: User, bob: User, paid: Invoice
    ) -> None:
        credit(paid, "600.00", by=bob)

        with pytest.raises(NotAllowed, match=r"€400\.00 is left of “Logo, final files”"):
            credit(paid, "400.01", by=bob)
        assert CreditNote.objects.count() == 1
        assert of(alice, "credit") == EUR("636.00")

    def test_a_credited_invoice_is_credited_once(self, bob: User, paid: Invoice) -> None:
        credit(paid, "1000.00", by=bob)

        assert Invoice.objects.get().state == Invoice.State.CREDITED
        with pytest.raises(WrongState):
            credit(paid, "0.01", by=bob)


class TestWhoAndWhat:
    def test_only_who_billed_credits(self, alice: User, bob: User, paid: Invoice) -> None:
        charlie = given.person("charlie", kind="freelancer")

        for somebody in [alice, charlie, given.member(bob, "Vera", role="viewer")]:
            with pytest.raises(NotYours):
                credit(paid, "200.00", by=somebody)
        assert not CreditNote.objects.exists()
        assert of(bob, "pending") == EUR("900.00")

    def test_what_was_not_issued_is_not_credited(self, alice: User, bob: User) -> None:
        submitted = given.submitted_invoice(client=alice, freelancer=bob)

        with pytest.raises(WrongState):
            credit(submitted, "200.00", by=bob)
        assert not CreditNote.objects.exists()

    def test_a_credit_needs_a_reason(self, bob: User, paid: Invoice) -> None:
        with pytest.raises(NotAllowed, match="Say why"):
            crediting.credit(paid.pk, amounts=crediting.whole(paid), reason="  ", by=bob, at=LATER)

    def test_nothing_is_no_credit(self, bob: User, paid: Invoice) -> None:
        with pytest.raises(NotAllowed, match="at least one line"):
            crediting.credit(paid.pk, amounts={}, reason="Oops", by=bob, at=LATER)


class TestDocuments:
    def test_a_credit_note_has_a_series_of_its_own_and_says_what_it_credits(
        self, bob: User, paid: Invoice
    ) -> None:
        note = credit(paid, "200.00", by=bob)

        assert note.number == "BOB-CN-2026-000001"
        assert credit(paid, "1.00", by=bob).number == "BOB-CN-2026-000002"
        assert note.says["about"][:2] == [f"Invoice {paid.number}", "Two icons were left out"]
        assert note.says["gross"] == "200.00"
        assert Invoice.objects.get().number == "BOB-2026-000001"

    def test_both_fees_get_a_credit_note_of_ours(self, bob: User, paid: Invoice) -> None:
        credit(paid, "200.00", by=bob)
        given.jobs_done(at=LATER)

        fees = {
            each.fee_invoice.side: (each.net, each.tax, each.number)
            for each in FeeCreditNote.objects.select_related("fee_invoice")
        }
        assert fees == {
            "client": (EUR("10.00"), EUR("2.00"), fees["client"][2]),
            "freelancer": (EUR("20.00"), EUR("0.00"), fees["freelancer"][2]),
        }
        numbers = sorted(number or "" for _, _, number in fees.values())
        assert numbers == ["CSN-CN-2026-000001", "CSN-CN-2026-000002"]

    def test_held_money_that_goes_back_has_its_fee_credited(self, alice: User, bob: User) -> None:
        """The client was invoiced our fee when they paid; it was never earned."""
        from invoices.services import contracts, ending

        milestone = given.funded_milestone(client=alice, freelancer=bob)
        contracts.end(milestone.contract_id, by=bob, at=NOON + days(1))
        ending.return_held_money(milestone.pk, at=NOON + days(1))

        (note,) = FeeCreditNote.objects.all()
        assert note.fee_invoice == FeeInvoice.objects.get(side="client")
        assert (note.net, note.tax) == (EUR("50.00"), EUR("10.00"))
        assert_every_law_holds()
