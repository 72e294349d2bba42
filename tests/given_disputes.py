"""Disputes to test with, reached through services."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import Permission

from billing_site.kernel.money import Money
from billing_site.people.models import User
from disputes.models import Dispute, Reason
from disputes.services.opening import Claim, open_dispute
from tests import given
from tests.factories.people import UserFactory
from tests.given import EUR, NOON

WHY = "The files show half of what was agreed."


@dataclass
class Case:
    """Alice pays, Bob works, Mia and Max mediate."""

    dispute: Dispute
    alice: User
    bob: User
    mia: User
    max: User

    def now(self) -> Dispute:
        return Dispute.objects.get(pk=self.dispute.pk)


def mediator(name: str) -> User:
    user = UserFactory.create(name=name.title(), email=f"{name}@example.org", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename="mediate_dispute"))
    return user


def supervisor(name: str) -> User:
    user = mediator(name)
    user.user_permissions.add(Permission.objects.get(codename="supervise_dispute"))
    return user


def claim(figure: Money) -> Claim:
    return Claim(Reason.NOT_AS_AGREED, "The logo is not ours.", figure)


def opened(*, by: str = "alice", figure: str = "400.00", at: datetime = NOON, **facts: Any) -> Case:
    """Bob delivered for 1,000; Alice says he should get 400."""
    alice = given.person("alice", country="NO")
    bob = given.person("bob", kind="freelancer", country="NO")
    invoice = given.submitted_invoice(client=alice, freelancer=bob, at=at, **facts)
    assert invoice.escrow_id
    who = {"alice": alice, "bob": bob}[by]
    dispute = open_dispute(invoice.escrow_id, claim(EUR(figure)), by=who, at=at)
    return Case(dispute, alice, bob, mediator("mia"), mediator("max"))
