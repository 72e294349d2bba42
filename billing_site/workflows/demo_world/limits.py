"""What the desk keeps firms of the demo from, and what they say to that."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing_site.people.models import Organization, User
from billing_site.workflows.demo_world.roster import Roster
from billing_site.workflows.demo_world.scripts import Deed
from payments.gateways.sandbox import paying
from payments.models import Charge, Restriction
from payments.queries.late import late_collections
from payments.services import collecting, outbox, restricting

VERBS = ("restrict", "appeal", "lift", "settle")


def step(roster: Roster, key: str, deed: Deed, *, at: datetime) -> None:
    """Do what the script of a firm says: “settle 2” pays all that is late, on a page."""
    organization = roster.organizations[key]
    if deed.verb == "settle":
        _pay_what_is_late(organization, by=roster.seated(key, "finance"), at=at)
    else:
        _limit(organization, deed, by=roster.seated(key, "owner"), at=at)


def _limit(organization: Organization, deed: Deed, *, by: User, at: datetime) -> None:
    """“restrict 3: payouts 14 Why.” is for 14 days; “appeal 2: Why not.” and “lift 1: …” follow."""
    finn = User.objects.get(email__startswith="finn@")
    if deed.verb == "restrict":
        scopes, days, reason = deed.note.split(" ", 2)
        restricting.restrict_organization(
            organization.pk,
            scopes=scopes.split(","),
            reason=reason,
            review_on=(at + timedelta(days=int(days))).date(),
            by=finn,
            at=at,
        )
        return
    restriction = Restriction.objects.standing().filter(organization=organization).latest("pk")
    if deed.verb == "appeal":
        restricting.appeal(restriction.pk, words=deed.note, by=by, at=at)
    else:
        mia = User.objects.get(email__startswith="mia@")
        restricting.lift(restriction.pk, reason=deed.note, by=mia, at=at)


def _pay_what_is_late(organization: Organization, *, by: User, at: datetime) -> None:
    """Whoever owes pays on a page before anything new is begun."""
    late = Charge.objects.filter(collection__in=late_collections(organization.pk))
    for charge in late.order_by("pk"):
        collecting.ask_for_page(charge.pk, by=by, at=at)
        page = outbox.open_page(charge.pk, at=at)
        assert page, "The sandbox opens its pages at once."
        paying.pay(page.session_id, "4242", at=at)
