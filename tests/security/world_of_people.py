"""Seats, questions, disputes, and two strangers."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from billing_site.people.models import Membership
from billing_site.people.services import delegations, invitations
from billing_site.platform import filters, notices
from billing_site.platform.models import File, Letter
from disputes.models import Dispute
from disputes.services import negotiating, standard_texts, support
from disputes.services.opening import open_dispute
from invoices.services.invoicing import Upload
from payments.models import GatewayCursor
from tests import given, given_disputes, given_payments
from tests.factories.people import MembershipFactory
from tests.given import EUR
from tests.security.personas import P

if TYPE_CHECKING:
    from tests.security.world import World

TEXT = Upload("notes.txt", b"What was done, and why.", "text/plain")
TEN_DAYS = timedelta(days=10)  # what was approved then is available now


def keep_seats(world: World) -> None:
    owner = world.cast.user(P.CLIENT_OWNER)
    client = world.cast.organizations["client"]
    world.keep("client", client)
    invited = invitations.invite(
        client.pk, email="someone.else@example.org", role="viewer", by=owner, at=world.now
    )
    world.keep("invitation", invited)
    newcomer = invitations.invite(
        client.pk,
        email=world.cast.user(P.NEWCOMER).email,
        role="viewer",
        by=owner,
        at=world.now,
    )
    world.keep("invitation of the newcomer", newcomer)
    letter = Letter.objects.get(about_type="invitation", about_ref=newcomer.ref)
    token = re.search(r"/invitations/([\w-]+)/", letter.text)
    assert token, letter.text
    world.keep("letter to the newcomer", token.group(1))
    second = MembershipFactory.create(organization=client, role="approver")
    world.keep("client's second approver", second)
    lent = delegations.begin(
        Membership.objects.get(user=owner).pk,
        to_member_id=second.pk,
        since=world.now,
        until=world.now + timedelta(days=3),
        by=owner,
        at=world.now,
    )
    world.keep("delegation", lent)
    GatewayCursor.objects.create(gateway="sandbox", what="balance lines", reached_at=world.now)
    kept = filters.keep(user_id=owner.pk, page="invoices", name="Mine", query="mine=on")
    world.keep("saved filter", kept)
    kept = filters.keep(user_id=owner.pk, page="records", name="Spring", query="since=2026-03-01")
    world.keep("saved filter of the records", kept)
    world.keep("client's viewer", Membership.objects.get(user=world.cast.user(P.CLIENT_VIEWER)))
    for user in world.cast.users.values():
        notices.tell(
            users=[user.pk],
            text="Something happened.",
            url="/home/",
            key=f"happened/{user.pk}",
            at=world.now,
        )


def keep_questions(world: World, sides: dict[str, Any]) -> None:
    """One to answer, one that was settled, of the client's owner; and words to ask with."""
    facts: dict[str, Any] = {"text": "Where is it?", "by": sides["client"], "at": world.now}
    open_one = support.ask(subject="A sum", op_id=uuid4(), **facts)
    world.keep("open question", open_one)
    closed = support.ask(subject="Settled", op_id=uuid4(), **facts)
    world.keep("closed question", support.close(closed.pk, by=sides["client"], at=world.now))
    words = standard_texts.write(
        purpose="question",
        title="What was done",
        text="What of {work}?",
        by=world.cast.user(P.SUPERUSER),
        at=world.now,
    )
    world.keep("standard text", words)


def keep_disputes(world: World, sides: dict[str, Any]) -> None:
    """One that waits for the freelancer, and one that was withdrawn."""
    client, at = sides["client"], world.now - timedelta(hours=2)
    for thing in ("open dispute", "withdrawn dispute"):
        invoice = given.submitted_invoice(**sides, at=at)
        assert invoice.escrow_id, "Its money is held."
        claim = given_disputes.claim(EUR("400.00"))
        world.keep(thing, open_dispute(invoice.escrow_id, claim, by=client, at=at))
    withdrawn = Dispute.objects.get(ref=world["withdrawn dispute"])
    negotiating.withdraw(withdrawn.pk, by=client, at=world.now)
    standing = Dispute.objects.get(ref=world["open dispute"]).offers.get()
    world.keep("standing offer", standing)


def keep_strangers(world: World) -> None:
    """Two others have a contract, too: their pages are not empty, and their refs not ours."""
    at = world.now - TEN_DAYS
    sides: dict[str, Any] = {
        "client": world.cast.user(P.OTHER_CLIENT),
        "freelancer": world.cast.user(P.OTHER_FREELANCER),
    }
    contract = given.active_contract(**sides, at=at)
    world.keep("strangers' contract", contract)
    world.keep("strangers' milestone", contract.milestones.get())
    submitted = given.submitted_invoice(**sides, at=at, uploads=[TEXT])
    world.keep("strangers' invoice", submitted)
    world.keep("strangers' file", File.objects.latest("pk"))
    card = given_payments.payment_method(sides["client"], "4242", at=at)
    world.keep("strangers' payment method", card)
    theirs = given_payments.payout_method(sides["freelancer"], at=at, last4="9999")
    world.keep("strangers' payout method", theirs)
    world.keep("strangers", world.cast.organizations["other client"])
    membership = Membership.objects.get(user=world.cast.user(P.OTHER_CLIENT))
    world.keep("strangers' membership", membership)
