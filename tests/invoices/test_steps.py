"""Each step of each machine: from which states, by whom, and refused to everybody else."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from billing_site.kernel.state import taught_steps
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people.models import Organization, User
from invoices.models import Contract, Invoice, Milestone
from invoices.services import contracts, ending, invoicing, milestones
from tests import given
from tests.given import EUR, NOON, days

Cast = dict[str, User]
Situation = Callable[..., Any]
LATER = NOON + days(1)


@pytest.fixture
def cast(alice: User, bob: User, charlie: User) -> Cast:
    """An owner and each other role on both sides, somebody who may approve little, a stranger."""
    people = {"alice": alice, "bob": bob, "charlie": charlie}
    for role in ("finance", "approver", "viewer"):
        people[f"client {role}"] = given.member(alice, f"c{role}", role=role)
        people[f"work {role}"] = given.member(bob, f"w{role}", role=role)
    people["small approver"] = given.member(alice, "small", role="approver", limit=EUR("999.99"))
    people["small finance"] = given.member(alice, "tiny", role="finance", limit=EUR("999.99"))
    return people


CLIENT_OFFERS = {"alice", "client approver", "small approver"}
CLIENT_APPROVES = {"alice", "client approver"}
CLIENT_FUNDS = {"alice", "client finance"}
FREELANCER_WORKS = {"bob", "work approver"}

STEPS: dict[str, tuple[Situation, Callable[[Any, User], object], set[str]]] = {
    "discard": (
        given.draft_contract,
        lambda it, by: contracts.discard(it.pk, by=by, at=LATER),
        CLIENT_OFFERS,
    ),
    "offer": (
        given.draft_contract,
        lambda it, by: contracts.offer(it.pk, by=by, at=LATER),
        CLIENT_OFFERS,
    ),
    "accept": (
        given.offered_contract,
        lambda it, by: contracts.accept(it.pk, by=by, at=LATER),
        FREELANCER_WORKS,
    ),
    "decline": (
        given.offered_contract,
        lambda it, by: contracts.decline(it.pk, by=by, at=LATER),
        FREELANCER_WORKS,
    ),
    "take back": (
        given.offered_contract,
        lambda it, by: contracts.withdraw(it.pk, by=by, at=LATER),
        CLIENT_OFFERS,
    ),
    "pause": (
        given.active_contract,
        lambda it, by: contracts.pause(it.pk, by=by, at=LATER),
        CLIENT_OFFERS,
    ),
    "end": (
        given.active_contract,
        lambda it, by: ending.end(it.pk, by=by, at=LATER),
        CLIENT_OFFERS | FREELANCER_WORKS,
    ),
    "end what is funded": (
        given.funded_milestone,
        lambda it, by: ending.end(it.contract_id, by=by, at=LATER),
        FREELANCER_WORKS,
    ),
    "fund": (
        given.planned_milestone,
        lambda it, by: milestones.begin_funding(it.pk, by=by, at=LATER),
        CLIENT_FUNDS,
    ),
    "cancel": (
        given.planned_milestone,
        lambda it, by: milestones.cancel(it.pk, by=by, at=LATER),
        CLIENT_OFFERS,
    ),
    "deliver": (
        given.funded_milestone,
        lambda it, by: invoicing.deliver(it.pk, message="Done.", by=by, at=LATER),
        FREELANCER_WORKS,
    ),
    "deliver again": (
        given.returned_invoice,
        lambda it, by: invoicing.submit(it.pk, message="Done.", by=by, at=LATER),
        FREELANCER_WORKS,
    ),
    "return": (
        given.submitted_invoice,
        lambda it, by: invoicing.return_(it.pk, reason="Darker.", by=by, at=LATER),
        CLIENT_OFFERS,
    ),
    "withdraw": (
        given.submitted_invoice,
        lambda it, by: invoicing.withdraw(it.pk, by=by, at=LATER),
        FREELANCER_WORKS,
    ),
    "approve": (
        given.submitted_invoice,
        lambda it, by: invoicing.approve(it.pk, by=by, at=LATER),
        CLIENT_APPROVES,
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_step_is_taken_by_whom_the_table_names_and_by_nobody_else(step: str, cast: Cast) -> None:
    situation, deed, allowed = STEPS[step]
    thing = situation(client=cast["alice"], freelancer=cast["bob"])
    state = type(thing).objects.get(pk=thing.pk).state

    for name in sorted(set(cast) - allowed):
        with pytest.raises(NotAllowed):
            deed(thing, cast[name])
        assert type(thing).objects.get(pk=thing.pk).state == state, name

    for name in sorted(allowed):
        another = situation(client=cast["alice"], freelancer=cast["bob"])
        deed(another, cast[name])
        with pytest.raises((WrongState, NotAllowed)):
            deed(another, cast[name])  # Twice is refused aloud; only the same form is not.


WRONG = [
    (given.offered_contract, lambda it, c: contracts.offer(it.pk, by=c["alice"], at=LATER)),
    (given.draft_contract, lambda it, c: contracts.accept(it.pk, by=c["bob"], at=LATER)),
    (given.active_contract, lambda it, c: contracts.accept(it.pk, by=c["bob"], at=LATER)),
    (given.active_contract, lambda it, c: contracts.decline(it.pk, by=c["bob"], at=LATER)),
    (given.active_contract, lambda it, c: contracts.resume(it.pk, by=c["alice"], at=LATER)),
    (given.offered_contract, lambda it, c: ending.end(it.pk, by=c["alice"], at=LATER)),
    (given.funded_milestone, lambda it, c: milestones.cancel(it.pk, by=c["alice"], at=LATER)),
    (
        given.funded_milestone,
        lambda it, c: milestones.begin_funding(it.pk, by=c["alice"], at=LATER),
    ),
    (
        given.funding_milestone,
        lambda it, c: milestones.begin_funding(it.pk, by=c["alice"], at=LATER),
    ),
    (given.planned_milestone, lambda it, _: milestones.fund(it.pk, at=LATER)),
    (
        given.submitted_invoice,
        lambda it, c: invoicing.submit(it.pk, message="Again.", by=c["bob"], at=LATER),
    ),
    (given.returned_invoice, lambda it, c: invoicing.approve(it.pk, by=c["alice"], at=LATER)),
    (given.paid_invoice, lambda it, c: invoicing.approve(it.pk, by=c["alice"], at=LATER)),
    (given.paid_invoice, lambda it, c: invoicing.withdraw(it.pk, by=c["bob"], at=LATER)),
    (
        given.paid_invoice,
        lambda it, c: invoicing.return_(it.pk, reason="Darker.", by=c["alice"], at=LATER),
    ),
]


@pytest.mark.parametrize(("situation", "deed"), WRONG)
def test_a_step_from_another_state_is_refused_and_changes_nothing(
    situation: Situation, deed: Callable[[Any, Cast], object], cast: Cast
) -> None:
    thing = situation(client=cast["alice"], freelancer=cast["bob"])
    before = (type(thing).objects.get(pk=thing.pk).state, thing.changes.count())

    with pytest.raises(WrongState):
        deed(thing, cast)

    assert (type(thing).objects.get(pk=thing.pk).state, thing.changes.count()) == before


def test_nobody_approves_what_they_submitted_themselves(alice: User, bob: User) -> None:
    """Somebody who sits on both sides is still one person."""
    from tests.factories.people import MembershipFactory

    invoice = given.submitted_invoice(client=alice, freelancer=bob)
    MembershipFactory.create(organization=given.organization(alice), user=bob, role="owner")

    with pytest.raises(NotYours):
        invoicing.approve(invoice.pk, by=bob, at=LATER)
    assert Invoice.objects.get().state == Invoice.State.SUBMITTED


@pytest.mark.parametrize("model", [Contract, Milestone, Invoice])
def test_the_database_knows_the_same_machine(model: type[Any], db: None) -> None:
    field = model._meta.get_field("state")
    steps = {
        (step.source, target)
        for step in field.get_all_transitions(model)
        for target in getattr(step.target, "allowed_states", None) or [step.target]
    }
    born = ("", model._meta.get_field("state").default.value)

    assert taught_steps(model._meta.db_table) == steps | {born}


def test_nobody_agrees_to_invoices_that_could_not_name_both_sides(alice: User, bob: User) -> None:
    Organization.objects.filter(pk=given.organization(bob).pk).update(street="")
    contract = given.offered_contract(client=alice, freelancer=bob)

    with pytest.raises(NotAllowed, match="Bob & Co with its address"):
        contracts.accept(contract.pk, by=bob, at=LATER)
    assert Contract.objects.get().state == Contract.State.OFFERED
