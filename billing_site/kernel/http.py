from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

if TYPE_CHECKING:
    from billing_site.people.models import Membership, Organization, User


class SignedInRequest(HttpRequest):
    """What the middleware lets through, for the type checker."""

    user: User
    organization: Organization
    membership: Membership
    htmx: HtmxDetails
