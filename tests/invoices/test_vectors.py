"""Rows of the test vectors that concern invoices and numbers, each test named after its row.

Those of weeks stand in `test_weeks`, “release 400 of 1,000” in `test_ending`, “two approvers
release the same milestone at once” in the story of that name.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial

import pytest

from billing_site.people.models import User
from invoices.fees import cost_of
from invoices.models import Invoice
from invoices.services import invoicing, silence, week_billing
from payments.models import Lot
from payments.services import earnings
from tests import given, given_payments
from tests.given import EUR
from tests.invoices._race import race

TUESDAY = datetime(2026, 3, 3, 10, 0, tzinfo=UTC)


def march(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC)


@pytest.mark.django_db
def test_submit_tue_3_mar_2026_no_action_releases_tue_17_mar_and_is_available_sun_22_mar(
    alice: User, bob: User
) -> None:
    given.submitted_invoice(client=alice, freelancer=bob, at=TUESDAY)

    assert silence.approve_unanswered(at=march(17, 9, 59)) == []
    silence.approve_unanswered(at=march(18))  # a day late

    assert Invoice.objects.get().approved_at == march(17)
    assert Lot.objects.get().available_at == march(22)
    assert earnings.make_available(at=march(21)) == []
    assert len(earnings.make_available(at=march(22))) == 1


@pytest.mark.django_db
def test_request_changes_on_day_13_resubmit_day_20_gives_new_14_days_from_day_20(
    alice: User, bob: User
) -> None:
    invoice = given.submitted_invoice(client=alice, freelancer=bob, at=march(1))
    invoicing.return_(invoice.pk, reason="The logo is cut off.", by=alice, at=march(14))
    assert silence.approve_unanswered(at=march(20)) == []
    again = invoicing.submit(invoice.pk, message="It is whole.", by=bob, at=march(21))

    assert again.answer_by == datetime(2026, 4, 4, 10, 0, tzinfo=UTC)


@pytest.mark.django_db
def test_100_client_fee_with_vat_20_percent_is_tax_20_total_120(alice: User, bob: User) -> None:
    contract = given.active_contract(client=alice, freelancer=bob)
    cost = cost_of(contract, [EUR("2000.00")], on=TUESDAY.date())
    assert cost.client_fee == EUR("100.00")
    assert (cost.client_fee_tax, cost.client_fee + cost.client_fee_tax) == (
        EUR("20.00"),
        EUR("120.00"),
    )


@pytest.mark.django_db
def test_worker_down_fri_to_sun_catches_up_in_order_with_dates_unchanged(
    alice: User, bob: User
) -> None:
    """The week's review ended on Friday, its security period on Wednesday; both were slept over."""
    given_payments.payment_method(alice)
    contract = given.hourly_contract(client=alice, freelancer=bob)
    given.worked(contract, by=bob, start=march(3), minutes=60)
    week_billing.bill_weeks(at=march(9, 12))
    given.jobs_done(at=march(9, 13))
    silence.approve_unanswered(at=march(19))
    assert Invoice.objects.get().approved_at == datetime(2026, 3, 13, 23, 59, tzinfo=UTC)
    assert Lot.objects.get().available_at == datetime(2026, 3, 18, 23, 59, tzinfo=UTC)
    assert len(earnings.make_available(at=march(19))) == 1


@pytest.mark.django_db(transaction=True)
def test_issue_two_invoices_concurrently_in_one_series_gives_consecutive_numbers() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO")
    pair = [given.submitted_invoice(client=alice, freelancer=bob, at=TUESDAY) for _ in "ab"]

    assert race([partial(invoicing.approve, it.pk, by=alice, at=march(4)) for it in pair]) == [
        "done",
        "done",
    ]

    numbers = Invoice.objects.order_by("place").values_list("place", flat=True)
    assert list(numbers) == [1, 2]
