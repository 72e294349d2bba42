"""Where firms of the demo are paid, and what becomes of that: banks, cards, names and mandates."""

from __future__ import annotations

from datetime import datetime

from billing_site.people.models import Organization, User
from billing_site.workflows.demo_world.scripts import Deed
from payments.gateways.sandbox import happenings, onboarding, saving
from payments.gateways.sandbox.models import SandboxMethod
from payments.models import Payee, PaymentMethod, PayoutMethod
from payments.services import naming, outbox

VERBS = ("bank", "card", "save", "refuse_bank", "stop_paying", "end_mandate")


def step(organization: Organization, by: User, deed: Deed, *, at: datetime) -> None:
    """Do what the script of a firm says: “card 30: Visa debit 5556 pays held by Somebody”."""
    match deed.verb:
        case "bank" | "card":
            _name(organization, by, deed.note, is_card=deed.verb == "card", at=at)
        case "save":
            _save(organization, by, deed.note, at=at)
        case "refuse_bank":
            finn = User.objects.get(email__startswith="finn@")
            doubted = PayoutMethod.objects.filter(organization=organization, state="doubted")
            naming.refuse(doubted.latest("pk").pk, reason=deed.note, by=finn, at=at)
        case "stop_paying":
            account = Payee.objects.get(organization=organization).account  # as it is by now
            onboarding.restrict(account, deed.note, at=at)
        case _:
            newest = PaymentMethod.objects.filter(organization=organization).latest("pk")
            happenings.end_mandate(SandboxMethod.objects.get(pk=newest.method_id), at=at)


def _name(organization: Organization, by: User, words: str, *, is_card: bool, at: datetime) -> None:
    what, _, holder = words.partition(" held by ")
    name, last4, behavior = what.rsplit(" ", 2)
    page = outbox.open_onboarding(organization, by=by, at=at)
    assert page, "The sandbox opens its pages at once."
    onboarding.complete(
        page.session_id,
        bank_name=name,
        last4=last4,
        behavior=behavior,
        is_card=is_card,
        holder=holder,
        at=at,
    )


def _save(organization: Organization, by: User, code: str, *, at: datetime) -> None:
    page = outbox.open_method_setup(organization, by=by, at=at)
    assert page, "The sandbox opens its pages at once."
    saving.keep(page.session_id, code, at=at)
