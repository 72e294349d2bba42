"""What is agreed stands in the forecast, apart from what is held, from agreement to payment."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.platform import clock
from invoices.services import invoicing
from invoices.services.week_billing import bill_weeks
from records.queries.expected import agreed
from records.queries.totals import ahead
from tests import given
from tests.given import EUR, NOON, days
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
WEEK_IS_OVER = datetime(2026, 3, 9, 12, tzinfo=UTC)


def stages(user: User, at: datetime = NOON) -> dict[str, Money]:
    return {it.words: it.amount for it in agreed(given.organization(user), "EUR", at=at)}


def test_a_milestone_is_agreed_until_it_is_held(alice: User, bob: User) -> None:
    """Of 1,000 our fee is 100 and its VAT 20."""
    given.offered_contract(client=alice, freelancer=bob)
    assert stages(bob) == {}
    milestone = given.planned_milestone(client=alice, freelancer=bob)
    assert stages(bob) == {"Milestones to be funded": EUR("880.00")}
    given.fund(milestone, by=alice)
    assert stages(bob) == {}
    assert ahead(given.organization(bob), "EUR")[0].amount == EUR("880.00")


def test_a_retainer_counts_with_the_period_that_runs(alice: User, bob: User) -> None:
    given.retainer(client=alice, freelancer=bob, starts_on=date(2026, 3, 2))

    (stage,) = agreed(given.organization(bob), "EUR", at=NOON)

    # 30 of 31 days of 3,000 are 2,903.23, less 290.32 and VAT of 58.06 on that.
    assert (stage.words, stage.amount) == ("Retainers", EUR("2554.85"))
    assert stage.note.endswith("billed on 1 April")


def test_hours_are_nowhere_missing_between_work_and_payment(alice: User, bob: User) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob, limit=180)
    given.wrote(contract, by=bob, start=NOON + days(1), minutes=240)
    gets = EUR("132.00")  # three hours at 50, less our fee and VAT on it

    assert stages(bob, WEEK_IS_OVER) == {"Hours not billed yet": gets}
    bill_weeks(at=WEEK_IS_OVER)
    assert stages(bob, WEEK_IS_OVER) == {"Billed, not paid": gets}


def test_what_is_asked_for_is_expected_until_it_is_paid(alice: User, bob: User) -> None:
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    agreed_too = {"Milestones to be funded": EUR("880.00")}
    assert stages(bob) == {"Billed, not paid": EUR("880.00"), **agreed_too}
    invoicing.approve(invoice.pk, by=alice, at=NOON)
    assert stages(bob) == {"Billed, not paid": EUR("880.00"), **agreed_too}

    with clock.pinned(NOON):
        page = session_of(bob).get(reverse("totals")).content.decode()
        assert "Agreed, and not paid yet" in page
        assert "0 in review, 1 approved" in page
        assert "Agreed, and" not in session_of(alice).get(reverse("totals")).content.decode()
