"""Some hours of a week are contested, with their money; the others go on by themselves."""

from __future__ import annotations

import html

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed, take
from billing_site.people.models import User
from billing_site.platform import clock
from disputes.models import Dispute, Proposal, Reason
from disputes.queries.desk import desk_case
from disputes.services import answering, deadlines, negotiating
from disputes.services.opening import Claim, open_dispute
from invoices.models import Invoice, TimeEntry
from invoices.services import invoicing
from ledger.models import Entry
from payments.models import Escrow, Lot
from tests import given
from tests.disputes.heard import heard
from tests.given import EUR, NOON, days
from tests.given_disputes import WHY
from tests.invoices._race import race
from tests.invoices.books import broken_laws
from tests.invoices.test_contesting_a_part import PAID, billed, first_morning
from tests.signing_in import session_of

pytestmark = pytest.mark.django_db
BOTH = (Reason.HOURS_NOT_WORKED, "Nobody was there on Monday.")


def contest(invoice: Invoice, by: User) -> Dispute:
    assert invoice.escrow_id
    claim = Claim(*BOTH, EUR("50.00"), first_morning())
    return open_dispute(invoice.escrow_id, claim, by=by, at=PAID)


def test_the_part_is_frozen_and_the_rest_is_paid(alice: User, bob: User) -> None:
    dispute = contest(billed(alice, bob), alice)
    rest = Invoice.objects.exclude(pk=dispute.invoice_id).get()

    assert (dispute.at_stake, dispute.claimed) == (EUR("200.00"), EUR("50.00"))
    assert dispute.is_about_hours
    invoicing.approve(rest.pk, by=alice, at=PAID + days(1))
    assert Lot.objects.get().gross == EUR("200.00")
    negotiating.accept(dispute.offers.get().pk, by=bob, at=PAID + days(1))

    split = Dispute.objects.get()
    assert (split.split_to_freelancer, split.split_to_client) == (EUR("50.00"), EUR("150.00"))
    assert {it.state for it in Escrow.objects.all()} == {"released", "split"}
    assert broken_laws() == []


def test_the_page_shows_what_goes_on_before_it_is_opened(alice: User, bob: User) -> None:
    invoice = billed(alice, bob)
    first = first_morning()[0]
    url = f"{reverse('dispute-new')}?invoice={invoice.ref}"
    with clock.pinned(PAID):
        browser = session_of(alice)
        whole = " ".join(html.unescape(browser.get(url).content.decode()).split())
        assert "€400.00 is held for it" in whole
        assert "tick none to contest all of them" in whole
        looked_at = f"{url}&hours={first}&figure=50"
        page = browser.get(looked_at)
        read = " ".join(html.unescape(page.content.decode()).split())
        assert "You contest €200.00. The other €200.00 becomes an invoice of its own" in read
        form = page.context["form"]
        hidden = {field.html_name: field.value() for field in form.hidden_fields()}
        words = {"reason": BOTH[0].value, "words": BOTH[1], "accepts": "on"}
        # Without the hours in the address it would be about all: not what was looked at.
        whole_url = f"{url}&figure=50"
        assert browser.post(whole_url, {**hidden, **words}).status_code == 422
        assert not Dispute.objects.exists()
        assert browser.post(looked_at, {**hidden, **words}).status_code == 302

    assert Dispute.objects.get().at_stake == EUR("200.00")
    assert Invoice.objects.filter(state="submitted").get().gross == EUR("200.00")


@pytest.mark.django_db(transaction=True)
def test_sixteen_open_it_once() -> None:
    alice = given.person("alice", country="AT", city="Graz", postal_code="8010")
    bob = given.person("bob", kind="freelancer", country="NO", city="Oslo", postal_code="0181")
    invoice = billed(alice, bob)

    ended = race([lambda: contest(invoice, alice)] * 16)

    assert ended.count("done") == 1
    assert Dispute.objects.count() == 1
    assert Entry.objects.filter(kind="divide_escrow").count() == 1
    assert TimeEntry.objects.count() == Invoice.objects.count() == 2
    assert broken_laws() == []


def test_the_verdict_of_protection_is_kept_with_the_case(alice: User, bob: User, mia: User) -> None:
    dispute = contest(billed(alice, bob), alice)
    verdict = dispute.verdicts.get()
    assert (verdict.minutes, verdict.is_protected) == (240, False)
    assert verdict.missing == "tracked by the timer"  # what was not met, and nothing else

    page = session_of(bob).get(dispute.get_absolute_url()).content.decode()
    assert "None of it was protected" in page
    assert "not met: tracked by the timer" in page
    desk = desk_case(Dispute.objects.told().get(), mia, at=PAID)
    assert desk.protection
    assert [row.missing for row in desk.protection.rows] == [["tracked by the timer"]]
    for statement in (
        "UPDATE disputes_verdict SET is_protected = true, missing = ''",
        "DELETE FROM disputes_verdict",
        """INSERT INTO disputes_verdict (dispute_id, entry_id, minutes, is_protected, missing)
           SELECT dispute_id, entry_id, 1, true, '' FROM disputes_verdict""",
    ):
        with (
            pytest.raises(DatabaseError),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(statement)


def test_nobody_is_bound_to_a_plan_that_changed_since() -> None:
    """As after a bank took a part: the plan of the proposal is not what would be done now."""
    case, at = heard(), NOON + days(2)
    until = at + days(3)
    dispute = Dispute.objects.lock(case.dispute.pk)
    take(dispute.propose, by=case.mia, at=at, act_by=until)
    facts = {"dispute": dispute, "by": case.mia, "at": at, "answer_by": until, "reasons": WHY}
    Proposal.objects.create(**facts, currency="EUR", figure=EUR("600"), plan_hash="0" * 64)

    with pytest.raises(NotAllowed, match="changed meanwhile"):
        answering.answer_proposal(dispute.pk, accepts=True, by=case.bob, at=at)
    deadlines.follow(at=until)

    assert case.now().state == "unresolved"
    assert not Entry.objects.filter(kind__in=("release_escrow", "refund_from_escrow")).exists()
