"""The world in which two sides disagree: five escrows, three of them in dispute from the start."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, TypeVar

from django.db import transaction

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from disputes.models import Dispute, Mandate
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import answering, hearing
from disputes.services.opening import open_dispute
from ledger import chart
from ledger.services.posting import post
from tests import given
from tests.given import EUR
from tests.given_disputes import WHY, claim, mediator
from tests.ledger.books import move
from tests.machine.world import START

T = TypeVar("T")
BEFORE = START - timedelta(hours=2)
CAPS = {"mia": "5000.00", "max": "150.00", "una": "5000.00"}  # Max needs a second person for most


class Cast:
    """Alice pays and has some credit, Bob works and has earned some, three mediate, Eve may not."""

    def __init__(self) -> None:
        self.alice = given.person("alice", country="NO")
        self.bob = given.person("bob", kind="freelancer", country="NO")
        self.eve = given.person("eve")
        self.staff = [mediator(name) for name in CAPS]
        for user, cap in zip(self.staff, CAPS.values(), strict=True):
            Mandate.objects.create(mediator=user, currency="EUR", cap=EUR(cap))

    def side(self, is_client: bool) -> User:
        return self.alice if is_client else self.bob

    def disagrees(self) -> None:
        """A large claim that came far, a small one that is heard, an odd sum; two go their way."""
        for number, price in enumerate(("1000.00", "200.00", "333.33")):
            invoice = given.submitted_invoice(
                client=self.alice, freelancer=self.bob, price=EUR(price), at=BEFORE
            )
            case = self._open(invoice.escrow_id, by=self.side(bool(number % 2)))
            if number == 0:
                self._cannot_agree(case)
            elif number == 1:
                hearing.escalate(case.pk, by=self.bob, at=START)
                hearing.take_on(case.pk, by=self.staff[0], at=START)
        two: dict[str, Any] = {"client": self.alice, "freelancer": self.bob, "at": BEFORE}
        given.funded_milestone(**two, price=EUR("400.00"))
        given.submitted_invoice(**two, price=EUR("70.01"))
        self._have_money()

    def _have_money(self) -> None:
        """Last: a client's credit pays its next charge."""
        for person, code in ((self.alice, chart.client_credit), (self.bob, chart.available)):
            key = given.organization(person).pk
            post(move(str(key), chart.provider_balance(), code(key), 30_000))

    def _open(self, escrow_id: int | None, *, by: User) -> Dispute:
        assert escrow_id
        return open_dispute(escrow_id, claim(EUR("100.00")), by=by, at=START)

    def _cannot_agree(self, case: Dispute) -> None:
        """A mediator proposed, and one side refused: arbitration is near."""
        una, half = self.staff[2], EUR("500.00")
        hearing.escalate(case.pk, by=self.bob, at=START)
        hearing.take_on(case.pk, by=una, at=START)
        seen = settlement_preview(case, half, at=START).hash
        hearing.propose(case.pk, figure=half, reasons=WHY, plan_hash=seen, by=una, at=START)
        answering.answer_proposal(case.pk, accepts=False, by=self.alice, at=START)


def tried(deed: Callable[[], T]) -> T | NotAllowed:
    """Do *deed*, or be refused in words; then the database undid all of it."""
    try:
        with transaction.atomic():
            return deed()
    except NotAllowed as refusal:
        return refusal


def part(of: Money, tenths: int) -> Money:
    """So many tenths of it, in whole cents."""
    return Money(round(of.amount * tenths / 10, 2), "EUR")
