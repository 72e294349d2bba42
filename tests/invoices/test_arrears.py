"""Who does not pay may begin less and less, and who works for them knows it in time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.urls import reverse

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from billing_site.platform import clock
from billing_site.platform.models import Letter
from invoices.models import Contract, TimeEntry
from invoices.protection import checks_of
from invoices.queries.week_figures import standings_of
from invoices.services import arrears, contracts, hourly_terms, milestones, timing
from payments.models import Charge, Restriction
from payments.services import collecting, restricting
from tests import given, given_payments
from tests.factories.people import UserFactory
from tests.given import EUR, NOON
from tests.signing_in import session_of

DAY = timedelta(days=1)
pytestmark = pytest.mark.django_db


def restrict(side: User, scope: str) -> Restriction:
    finn = UserFactory.create(is_staff=True, is_superuser=True)
    return restricting.restrict_organization(
        given_payments.organization(side).pk,
        scopes=[scope],
        reason="We are looking into it.",
        review_on=(NOON + 30 * DAY).date(),
        by=finn,
        at=NOON,
    )


def test_new_offers_are_neither_made_nor_accepted(alice: User, bob: User) -> None:
    draft = given.draft_contract(client=alice, freelancer=bob)
    offered = given.offered_contract(client=alice, freelancer=bob)
    restriction = restrict(alice, "offers")
    with pytest.raises(NotAllowed, match=r"cannot make new offers, .* now: We are looking"):
        contracts.offer(draft.pk, by=alice, at=NOON)
    contracts.accept(offered.pk, by=bob, at=NOON)  # It was made before.

    assert restriction.set_by
    restricting.lift(restriction.pk, reason="All is well.", by=restriction.set_by, at=NOON)
    assert contracts.offer(draft.pk, by=alice, at=NOON).state == "offered"
    restrict(bob, "offers")
    with pytest.raises(NotAllowed, match="cannot make or accept"):
        contracts.accept(draft.pk, by=bob, at=NOON)


@pytest.mark.parametrize(
    "raise_it",
    [
        lambda contract, by: hourly_terms.change_limit(contract, 30 * 60, by=by, at=NOON + DAY),
        lambda contract, by: hourly_terms.change_rate(contract, EUR("60"), by=by, at=NOON + DAY),
    ],
)
def test_what_is_agreed_is_not_raised_and_may_be_cut(
    alice: User, bob: User, raise_it: Callable[[int, User], object]
) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    restrict(alice, "offers")
    with pytest.raises(NotAllowed, match="raise a weekly limit or a rate now"):
        raise_it(contract.pk, alice)
    hourly_terms.change_limit(contract.pk, 10 * 60, by=alice, at=NOON + DAY)


def test_new_work_is_not_funded(alice: User, bob: User) -> None:
    milestone = given.active_contract(client=alice, freelancer=bob).milestones.first()
    assert milestone
    restrict(alice, "funding")
    with pytest.raises(NotAllowed, match="cannot fund new work now"):
        milestones.begin_funding(milestone.pk, by=alice, at=NOON)


def test_a_freelancer_who_is_restricted_logs_no_new_hours(alice: User, bob: User) -> None:
    contract = given.hourly_contract(client=alice, freelancer=bob)
    restrict(bob, "hours")
    with pytest.raises(NotAllowed, match="cannot log new hours now"):
        timing.start(contract.pk, by=bob, at=NOON)


class TestHours:
    """From the third day on new hours are not protected; both sides read it, and its end."""

    @pytest.fixture
    def contract(self, alice: User, bob: User) -> Contract:
        contract = given.hourly_contract(client=alice, freelancer=bob)
        given_payments.payment_method(alice, "0341", at=NOON)
        item = given_payments.open_item(client=alice, freelancer=bob, at=NOON)
        collecting.collect_owed(item.pk, at=NOON)
        given_payments.settle(at=NOON + DAY)
        return contract

    def test_they_are_announced_and_protected_again(
        self, contract: Contract, alice: User, bob: User
    ) -> None:
        begins = NOON + 4 * DAY
        assert arrears.follow(at=NOON + 2 * DAY) == []
        for sweeps in (1, 0):  # twice is once
            assert len(arrears.follow(at=begins)) == sweeps
        [told] = Letter.objects.filter(subject__contains="new hours are not protected")
        assert told.email == bob.email
        assert "What you logged before stays protected" in told.text
        [before] = given.worked(contract, by=bob, start=begins - DAY, minutes=60)
        [after] = given.worked(contract, by=bob, start=begins + DAY, minutes=60)
        assert self.unmet(contract, before) == []
        assert self.unmet(contract, after) == ["no payment of the client was late when it began"]

        charge = Charge.objects.get()
        collecting.ask_for_page(charge.pk, by=alice, at=begins + DAY)
        given_payments.paid(given_payments.opened(charge, at=begins + DAY), at=begins + DAY)
        for sweeps in (1, 0):
            assert len(arrears.follow(at=begins + 2 * DAY)) == sweeps
        [told] = Letter.objects.filter(subject="Hours for Alice & Co are protected again")
        assert told.email == bob.email
        assert self.unmet(contract, after) == []

    def unmet(self, contract: Contract, entry: TimeEntry) -> list[str]:
        monday = entry.week.starts_on
        standing = standings_of([(contract, monday)], at=entry.ended_at)[contract.pk, monday]
        return [check.words for check in checks_of(entry, standing) if not check.holds]

    def test_both_sides_read_it(self, contract: Contract, alice: User, bob: User) -> None:
        begins = NOON + 4 * DAY
        arrears.follow(at=begins)
        week = reverse("week", args=[contract.ref, "2026-03-02"])
        with clock.pinned(begins + timedelta(hours=1)):
            for url in (contract.get_absolute_url(), week, reverse("timer")):
                shown = " ".join(session_of(bob).get(url).content.decode().split())
                assert "A payment of Alice &amp; Co is late. Hours that begin after" in shown, url
            for url in (contract.get_absolute_url(), week):
                shown = " ".join(session_of(alice).get(url).content.decode().split())
                assert "A payment of yours is late: hours that begin after" in shown, url
