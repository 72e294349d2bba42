"""A small world to tell stories in: a studio, a freelancer, the provider, and time that passes."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from billing_site.platform import clock
from billing_site.workflows import time_travel
from invoices.models import Contract, Milestone
from invoices.services import contracts, milestones
from invoices.services.contracts import PlannedWork
from ledger.queries.journal import WIDTH, journal
from payments.gateways.sandbox import onboarding, paying
from payments.models import Charge, PayoutMethod
from payments.services import outbox
from tests import given

MORNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)  # a Monday
DAY = timedelta(days=1)
LETTERS = "billing_site.platform.letters.post"


@dataclass(frozen=True, slots=True)
class Studio:
    """Ada's studio is at home where the platform is; Ben lives abroad unless told otherwise."""

    ada: User
    ben: User

    @property
    def client(self) -> Organization:
        return given.organization(self.ada)

    @property
    def freelancer(self) -> Organization:
        return given.organization(self.ben)


def studio(*, freelancer_in: str = "IE", paid_in: str = "EUR") -> Studio:
    """Both are registered for VAT where they live. The freelancer's bank is in *paid_in*."""
    vat_ids = {"IE": "IE9900000T", "AT": "ATU99990028"}
    return Studio(
        ada=given.person("ada", kind="client", country="AT", vat_id="ATU99990019"),
        ben=given.person(
            "ben",
            kind="freelancer",
            country=freelancer_in,
            vat_id=vat_ids[freelancer_in],
            currency=paid_in,
        ),
    )


def agreed(
    studio: Studio,
    *prices: str,
    currency: str = "EUR",
    at: datetime = MORNING,
    review_days: int = 14,
) -> Contract:
    """A contract with a milestone for each of *prices*, offered and accepted."""
    contract = contracts.draft(
        client=studio.client,
        freelancer=studio.freelancer,
        title="Booking system",
        work=[
            PlannedWork(f"Part {place}", Money(price, currency))
            for place, price in enumerate(prices, start=1)
        ],
        review_days=review_days,
        by=studio.ada,
        at=at,
    )
    contracts.offer(contract.pk, by=studio.ada, at=at)
    return contracts.accept(contract.pk, by=studio.ben, at=at)


def first_of(contract: Contract) -> Milestone:
    return contract.milestones.order_by("position")[0]


def pay(milestone: Milestone, *, by: User, at: datetime, outcome: str = "4242") -> Charge:
    """Begin the payment and choose *outcome* on the provider's page. Nothing is heard of it yet."""
    charge = milestones.begin_funding(milestone.pk, by=by, at=at)
    with clock.pinned(at):
        page = outbox.open_page(charge.pk, at=at)
    assert page, "The sandbox opens its pages at once."
    paying.pay(page.session_id, outcome, at=at)
    return charge


def name_bank(freelancer: User, *, at: datetime, behavior: str = "pays") -> PayoutMethod:
    """The freelancer says on the provider's page where to be paid."""
    organization = given.organization(freelancer)
    with clock.pinned(at):
        page = outbox.open_onboarding(organization, by=freelancer, at=at)
    assert page, "The sandbox opens its pages at once."
    onboarding.complete(
        page.session_id, bank_name="Example Bank", last4="4471", behavior=behavior, at=at
    )
    live(at, at + timedelta(hours=1))
    return PayoutMethod.objects.filter(organization=organization).latest("pk")


def live(since: datetime, until: datetime) -> None:
    """Let all happen that falls due in between; no letter is mailed, and nothing is drawn."""
    time_travel.walk(since, until, leave=[LETTERS])


def books(**names: object) -> str:
    """The whole journal, with the names of a story in place of refs and primary keys.

    `books(ben=organization, logo=escrow)` writes “freelancer:ben:pending” and “escrow:logo”.
    """
    return "\n".join(_named(line, names) for line in journal().splitlines())


def _named(line: str, names: dict[str, object]) -> str:
    code, columns = line[:WIDTH], line[WIDTH:]
    for name, thing in names.items():
        if isinstance(thing, Organization):
            code = re.sub(rf"(client|freelancer|payee):{thing.pk}\b", rf"\1:{name}", code)
        else:
            code = code.replace(thing.ref, name)  # type: ignore[attr-defined] # all else has one
    return f"{code.rstrip():<{WIDTH}}{columns}".rstrip() if columns else line
