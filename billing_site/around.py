"""What stands around every page of somebody: counted for them, in one query."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Count, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, JSONObject
from django.http import HttpRequest

from billing_site.kernel.prepared import Prepared, inside
from billing_site.people.models import Membership, Organization, User
from billing_site.platform.models import Notice
from disputes.models import Dispute
from disputes.models.dispute_rows import RUNNING
from disputes.queries.waiting import awaiting
from invoices.models import Contract, Invoice, Timer
from payments.models import Restriction


@dataclass(frozen=True, slots=True)
class Around:
    unread: int = 0  # notices
    timer_since: datetime | None = None  # when their timer began that runs
    restricted: dict[str, str] | None = None  # ref and reason of what they may not do
    # Of the organization that they act for:
    offered: int = 0  # contracts that wait for its answer
    running: int = 0  # contracts
    to_answer: int = 0  # invoices
    awaiting: int = 0  # disputes that wait for its word
    disputed: int = 0  # disputes that run


def of(request: HttpRequest) -> Around:
    """Return what there is for whoever looks, as it was when this page first asked."""
    found: Around | None = getattr(request, "around", None)
    if found is None:
        user: Any = request.user
        acting = getattr(request, "membership", None)
        found = around(user, acting) if user.is_authenticated else Around()
        request.around = found  # type: ignore[attr-defined]  # as middleware sets the membership
    return found


def around(user: User, membership: Membership | None) -> Around:
    """Return what there is for *user*, and for whom they act."""
    if membership is None:
        found = _OF_NOBODY.one("", user.pk)
    else:
        found = _OF_MEMBER.one(membership.organization.kind, user.pk, membership.organization_id)
    restricted = json.loads(found.pop("restricted") or "null")
    return Around(**found, restricted=restricted)


def _of_nobody(_kind: str, person: int) -> QuerySet[Any, Any]:
    return _counted(person, _of_person(None))


def _of_member(kind: str, person: int, organization: int) -> QuerySet[Any, Any]:
    ours = Organization(pk=organization, kind=kind)
    return _counted(person, _of_person(ours) | _of_organization(ours))


def _counted(person: int, what: dict[str, Combinable]) -> QuerySet[Any, Any]:
    return User.objects.filter(pk=person).order_by().values(**what)


_OF_NOBODY, _OF_MEMBER = Prepared(_of_nobody), Prepared(_of_member)


def _of_person(ours: Organization | None) -> dict[str, Combinable]:
    mine = OuterRef("pk")
    limited = Q(user=mine) | Q(organization=ours.pk) if ours else Q(user=mine)
    standing = Restriction.objects.standing().filter(limited).order_by("-pk")
    timer = Timer.objects.running().filter(person=mine)
    return {
        "unread": _how_many(Notice.objects.filter(user_id=mine).unread()),
        "timer_since": Subquery(timer.values("started_at")[:1]),
        "restricted": Subquery(standing.values(found=JSONObject(ref="ref", reason="reason"))[:1]),
    }


def _of_organization(ours: Organization) -> dict[str, Combinable]:
    contracts = Contract.objects.of(ours)
    running = Dispute.objects.filter(contract=OuterRef("pk"), state__in=RUNNING)
    offered = contracts.filter(freelancer=ours, state=Contract.State.OFFERED)
    to_approve = Q(recipient=ours, state=Invoice.State.SUBMITTED)
    to_change = Q(issuer=ours, state=Invoice.State.RETURNED)
    to_answer = Invoice.objects.filter(to_approve if ours.is_client else to_change)
    return {
        "offered": _how_many(offered),
        "running": _how_many(contracts.filter(state__in=Contract.RUNNING)),
        "to_answer": _how_many(to_answer),
        "awaiting": _how_many(awaiting(ours)),
        # Contract by contract: joined, all cases that run anywhere would be read.
        "disputed": Coalesce(inside(contracts, Sum(inside(running, Count("pk")))), 0),
    }


def _how_many(rows: QuerySet[Any]) -> Combinable:
    """Count *rows*; each kind has an index of its own to be found by."""
    return Coalesce(inside(rows, Count("pk", distinct=True)), 0)
