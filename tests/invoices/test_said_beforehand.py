"""What would be refused is said in place of the button; what was decided is not asked again."""

from __future__ import annotations

from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from tests import given, given_projects
from tests.given import EUR, NOON, days
from tests.signing_in import session_of

LATER = NOON + days(1)


def test_a_hard_budget_is_said_before_the_approval(alice: User, bob: User) -> None:
    invoice = given.owed_invoice(client=alice, freelancer=bob)
    given_projects.assigned(
        invoice.contract, given_projects.budgeted(alice, EUR("1500.00")), by=alice
    )
    browser = session_of(alice)

    with clock.pinned(LATER):
        page = browser.get(invoice.get_absolute_url()).context["page"]
        several = browser.get(reverse("invoices-approval"), {"chosen": invoice.ref}).context["page"]

    assert not page.may_approve
    assert "would make it €2,000.00" in page.why_not
    assert (several.invoices, [each for each, _ in several.refused]) == ([], [invoice])


def test_what_was_approved_and_what_comes_next_are_said_so(alice: User, bob: User) -> None:
    paid = given.paid_invoice(client=alice, freelancer=bob)
    given.funded_milestone(client=alice, freelancer=bob)
    given.planned_milestone(client=alice, freelancer=bob)

    page = session_of(alice).get(paid.get_absolute_url()).context["page"]
    rows = session_of(alice).get(reverse("contracts")).context["list"].rows

    assert [line.words for line in page.cost.lines] == ["You approved", "Paid from what was held"]
    assert [row.next_words for row in rows[:2]] == ["fund the next milestone", "they deliver"]
