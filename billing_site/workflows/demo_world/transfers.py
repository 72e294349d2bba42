"""What firms of the demo send from their bank, and in which currency they are charged."""

from __future__ import annotations

from datetime import datetime

from billing_site.people.models import Organization, User
from billing_site.workflows.demo_world.roster import Roster
from billing_site.workflows.demo_world.scripts import Deed
from payments.gateways.sandbox import wires
from payments.models import BankDetails, StrayPayment
from payments.services import bank_details, currency_choices, unmatched

VERBS = ("own_currency", "wire", "match")


def step(roster: Roster, key: str, deed: Deed, *, at: datetime) -> None:
    """“wire 1: 750 Order 4711” sends so much, saying so; “match 1: Why.” says it is theirs."""
    organization, by = roster.organizations[key], roster.seated(key, "finance")
    match deed.verb:
        case "own_currency":
            currency_choices.choose(organization, is_own=True, by=by, at=at)
        case "wire":
            _send(organization, by, deed.note, at=at)
        case _:
            waits = StrayPayment.objects.waiting().filter(charge__client=organization)
            finn = roster.users["finn"]
            unmatched.match(waits.latest("pk").pk, reason=deed.note, by=finn, at=at)


def _send(organization: Organization, by: User, words: str, *, at: datetime) -> None:
    minor, reference = words.split(" ", 1)
    assert bank_details.learn(organization, by=by, at=at), "The sandbox answers at once."
    details = BankDetails.objects.get(payer__organization=organization)
    wires.receive(details.customer, int(minor), organization.currency, reference=reference, at=at)
