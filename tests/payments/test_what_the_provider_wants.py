"""The provider asks for more by a day: pages say so, each day is told once, and it has its end."""

from __future__ import annotations

from datetime import datetime

import pytest
from django.db import IntegrityError, connection
from django.test import Client
from django.urls import reverse

from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from payments.gateways.sandbox import onboarding
from payments.gateways.sandbox.models import SandboxAccount, SandboxOnboarding
from payments.gateways.sandbox.shapes import shape_of
from payments.models import Payee
from payments.queries.stopped import payee_of, what_is_wanted, why_not_paid
from payments.services import outbox, wanting
from tests import given_payments as given
from tests.contract.spec import published
from tests.given_payments import DAY, EUR, NOON

ASKED_AT = NOON - 20 * DAY
BY = ASKED_AT + onboarding.TIME_TO_TELL
WORDS = "The provider wants to know 3 more facts about you by 24 February 2026, 12:00 UTC."
Details = onboarding.Details


def told(ends: str) -> int:
    return Letter.objects.filter(key__contains=f"payee_news/{ends}").count()


def answer(user: User, *, at: datetime) -> None:
    """Send the provider's form again, complete, with the same bank as before."""
    with clock.pinned(at):
        page = outbox.open_onboarding(given.organization(user), by=user, at=at)
    assert page
    link = SandboxOnboarding.objects.get(pk=page.session_id)
    onboarding.complete(link.pk, bank_name="Bank", last4="9999", behavior="pays", at=at)


@pytest.mark.django_db
def test_it_is_said_with_its_day_and_its_end_and_told_once(bob: User, as_bob: Client) -> None:
    given.payout_method(bob, at=ASKED_AT, details=Details.SOON)
    account = SandboxAccount.objects.get()
    published().check_object("account", shape_of(account))
    assert told("wanted/") == 1
    for name in ("payout-methods", "payout-new"):
        with clock.pinned(ASKED_AT + DAY):
            page = as_bob.get(reverse(name)).content.decode()
        assert WORDS in page
        assert "After that it pays you nothing until it knows." in page

    onboarding.restrict(account.pk, "", at=ASKED_AT + DAY)  # nothing is new
    given.settle(at=BY - 4 * DAY)
    assert (told("wanted/"), told("wanted_soon/")) == (1, 0)
    given.settle(at=BY - 3 * DAY)
    assert not wanting.remind(Payee.objects.get().pk, at=BY)
    wanting.remind(Payee.objects.get().pk, at=BY - DAY)
    assert (told("wanted/"), told("wanted_soon/"), told("stopped/")) == (1, 1, 0)

    given.settle(at=BY)

    payee = payee_of(given.organization(bob))
    assert payee
    assert not payee.may_be_paid
    assert what_is_wanted(payee) == ""
    assert f"{onboarding.OVERDUE} The provider wants to know 3 more" in why_not_paid(payee)
    assert told("stopped/") == 1
    published().check_object("account", shape_of(SandboxAccount.objects.get()))


@pytest.mark.django_db
def test_who_answers_in_time_is_paid_on_and_hears_no_more(alice: User, bob: User) -> None:
    given.available_earnings(client=alice, freelancer=bob)
    method = given.payout_method(bob, at=ASKED_AT, details=Details.SOON)
    answer(bob, at=BY - 10 * DAY)

    payout = given.requested_payout(bob, method, EUR("100.00"))
    given.settle(at=NOON + 7 * DAY)

    payout.refresh_from_db()
    payee = Payee.objects.get()
    assert (payout.state, payee.wanted, payee.wanted_by) == ("paid", 0, None)
    assert (told("wanted/"), told("wanted_soon/"), told("stopped/")) == (1, 0, 0)


@pytest.mark.django_db
def test_another_day_is_told_anew_and_the_old_one_is_not_reminded_of(bob: User) -> None:
    given.payout_method(bob, at=ASKED_AT, details=Details.SOON)
    account = SandboxAccount.objects.get()
    account.wanted, account.wanted_by = 1, BY + 10 * DAY
    account.save()

    onboarding.restrict(account.pk, "", at=ASKED_AT + DAY)
    given.settle(at=BY)
    assert (told("wanted/"), told("wanted_soon/"), told("stopped/")) == (2, 0, 0)
    assert what_is_wanted(Payee.objects.get()).startswith(
        "The provider wants to know one more fact about you by 6 March 2026"
    )
    given.settle(at=BY + 8 * DAY)
    assert told("wanted_soon/") == 1
    alone = "UPDATE payments_payee SET wanted = 0"
    deadline = "a_payees_deadline_is_for_something_that_is_asked"
    with pytest.raises(IntegrityError, match=deadline):
        connection.cursor().execute(alone)
