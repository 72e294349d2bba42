"""Which side of the money a page is for."""

from __future__ import annotations

from billing_site.kernel.http import OtherSide, SignedInRequest
from billing_site.people.access import Deed
from billing_site.people.doors import refuse_who_may_not
from billing_site.people.models import Organization


def payer(request: SignedInRequest) -> Organization:
    """Return the client that is acted for; a freelancer's members have no payments to see."""
    if not request.organization.is_client:
        raise OtherSide("Payments are a client's page: yours are under Earnings.")
    return request.organization


def earner(request: SignedInRequest) -> Organization:
    """Return the freelancer that is acted for; a client's members have no earnings to see."""
    if not request.organization.works:
        raise OtherSide("Earnings are a freelancer's page: yours are under Payments.")
    return request.organization


def withdrawer(request: SignedInRequest) -> Organization:
    """Return the freelancer that is acted for, if this member may withdraw for it."""
    organization = earner(request)
    refuse_who_may_not(request, Deed.WITHDRAW)
    return organization
