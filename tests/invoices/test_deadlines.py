"""What time does by itself: offers expire, reminders go out, silence approves."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from billing_site.kernel.transitions import NotAllowed, WrongState
from billing_site.people.models import User
from billing_site.platform.models import Job, Letter
from invoices import tasks
from invoices.models import Contract, Invoice
from invoices.queries import deadlines
from invoices.services import approving, contracts, invoicing, reminding, silence
from payments.models import Lot
from tests import given
from tests.given import EUR, NOON, days
from tests.invoices.books import pending

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def test_silence_releases_after_fourteen_days_and_is_available_five_later(
    alice: User, bob: User
) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob, at=TUESDAY)
    release = datetime(2026, 3, 17, 10, 0, tzinfo=UTC)

    assert silence.approve_unanswered(at=datetime(2026, 3, 17, 9, 59, 59, tzinfo=UTC)) == []
    assert pending(bob) == EUR("0.00")
    assert silence.approve_unanswered(at=release) == [invoice]

    invoice = Invoice.objects.get()
    assert (invoice.approved_at, invoice.approved_by) == (release, None)
    assert Lot.objects.get().available_at == datetime(2026, 3, 22, 10, 0, tzinfo=UTC)
    assert pending(bob) == EUR("900.00")


def test_a_sweep_that_comes_late_changes_no_date(alice: User, bob: User) -> None:
    given.submitted_invoice(client=alice, freelancer=bob, at=TUESDAY)

    tasks.approve_unanswered(at=TUESDAY + days(20))
    tasks.approve_unanswered(at=TUESDAY + days(20))

    invoice = Invoice.objects.get()
    assert invoice.approved_at == TUESDAY + days(14)
    assert invoice.number == "BOB-2026-000001"
    assert pending(bob) == EUR("900.00")


def test_changes_on_day_thirteen_start_the_clock_anew(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob, at=TUESDAY)
    invoicing.return_(invoice.pk, reason="Darker.", by=alice, at=TUESDAY + days(13))

    assert silence.approve_unanswered(at=TUESDAY + days(19)) == []
    again = invoicing.submit(invoice.pk, message="Darker.", by=bob, at=TUESDAY + days(20))

    assert again.answer_by == TUESDAY + days(34)
    assert silence.approve_unanswered(at=TUESDAY + days(33.9)) == []
    assert silence.approve_unanswered(at=TUESDAY + days(34)) == [invoice]
    assert pending(bob) == EUR("900.00")


def test_the_contract_sets_the_review_period(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob, review_days=3)

    assert invoice.answer_by == NOON + days(3)


def test_nobody_asks_for_changes_once_silence_has_decided(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)

    with pytest.raises(WrongState, match="counts as approved"):
        invoicing.return_(invoice.pk, reason="Darker.", by=alice, at=NOON + days(14))


def test_a_sweep_does_not_approve_what_was_resubmitted_meanwhile(alice: User, bob: User) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    invoicing.return_(invoice.pk, reason="Darker.", by=alice, at=NOON + days(13))
    invoicing.submit(invoice.pk, message="Darker.", by=bob, at=NOON + days(13.5))

    with pytest.raises(WrongState, match="new deadline"):
        approving.approve(invoice.pk, by=silence.SILENCE, at=NOON + days(14))
    assert Invoice.objects.get().state == Invoice.State.SUBMITTED


def test_one_bad_invoice_does_not_keep_others_waiting(
    alice: User, bob: User, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bad = given.submitted_invoice(client=alice, freelancer=bob)
    good = given.submitted_invoice(client=alice, freelancer=bob, price=EUR("5.00"))
    approve = approving.approve

    def one_breaks(invoice_id: int, **facts: object) -> Invoice:
        if invoice_id == bad.pk:
            raise ZeroDivisionError
        return approve(invoice_id, **facts)  # type: ignore[arg-type] # passed through

    monkeypatch.setattr(approving, "approve", one_breaks)

    assert silence.approve_unanswered(at=NOON + days(14)) == [good]
    assert [r.getMessage() for r in caplog.records if r.levelname == "ERROR"] == [
        f"Could not answer for invoice {bad.pk}"
    ]
    assert pending(bob) == EUR("4.50")


@pytest.mark.parametrize(
    ("review_days", "reminded_on"), [(14, [7, 11, 13]), (3, [2]), (5, [2, 4]), (30, [23, 27, 29])]
)
def test_both_sides_are_reminded_once_each_time(
    review_days: int, reminded_on: list[int], alice: User, bob: User
) -> None:
    given.submitted_invoice(client=alice, freelancer=bob, review_days=review_days)

    on = [
        day
        for day in range(1, review_days)
        for _ in range(2)  # The sweep runs more than once.
        if reminding.remind(at=NOON + days(day))
    ]

    assert on == reminded_on
    letters = Letter.objects.filter(key__contains="/reminder/")
    assert letters.count() == 2 * len(reminded_on)
    assert set(letters.values_list("email", flat=True)) == {alice.email, bob.email}
    assert sorted(set(letters.values_list("written_at", flat=True))) == [
        NOON + days(day) for day in reminded_on
    ]


def test_reminders_that_were_missed_are_not_made_up_for(alice: User, bob: User) -> None:
    given.submitted_invoice(client=alice, freelancer=bob)

    assert len(reminding.remind(at=NOON + days(13.5))) == 1
    assert reminding.remind(at=NOON + days(13.6)) == []
    assert Letter.objects.filter(key__contains="/reminder/").count() == 2


def test_nobody_is_reminded_of_what_is_answered(alice: User, bob: User) -> None:
    given.returned_invoice(client=alice, freelancer=bob)
    given.paid_invoice(client=alice, freelancer=bob)

    assert reminding.remind(at=NOON + days(13)) == []


def test_an_offer_expires_as_of_its_deadline(alice: User, bob: User) -> None:
    contract = given.offered_contract(client=alice, freelancer=bob)

    assert contracts.expire_due(at=NOON + days(13.99)) == []
    assert contracts.expire_due(at=NOON + days(15)) == [contract]

    assert Contract.objects.get().state == Contract.State.EXPIRED
    assert contract.changes.latest("pk").at == NOON + days(14)
    assert Letter.objects.filter(key__contains="/expired/").count() == 2


def test_an_offer_that_is_over_is_not_accepted_before_the_sweep(alice: User, bob: User) -> None:
    contract = given.offered_contract(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match="expired on Mon 16 March 2026"):
        contracts.accept(contract.pk, by=bob, at=NOON + days(14))
    assert Contract.objects.get().state == Contract.State.OFFERED


def test_who_jumps_through_time_is_told_the_next_moment(alice: User, bob: User) -> None:
    given.submitted_invoice(client=alice, freelancer=bob)
    given.offered_contract(client=alice, freelancer=bob, at=NOON + days(1))

    assert deadlines.next_due(after=NOON) == NOON + days(7)
    assert deadlines.next_due(after=NOON + days(13)) == NOON + days(14)
    assert tasks.next_due(after=NOON + days(14)) == NOON + days(15)
    warned_of = NOON + days(54)  # 60 % of the time that its money may be held
    assert deadlines.next_due(after=NOON + days(15)) == warned_of
    assert deadlines.next_due(after=NOON + days(200)) is None


def test_no_letter_without_the_approval(alice: User, bob: User) -> None:
    from django.db import transaction

    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    letters, jobs = Letter.objects.count(), Job.objects.count()

    with pytest.raises(ZeroDivisionError), transaction.atomic():
        invoicing.approve(invoice.pk, by=alice, at=NOON + days(1))
        1 / 0  # noqa: B018 - the power goes out

    assert (Letter.objects.count(), Job.objects.count()) == (letters, jobs)
    assert pending(bob) == EUR("0.00")
