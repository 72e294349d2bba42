"""What a restriction keeps somebody from, in words."""

from __future__ import annotations

from datetime import datetime

from billing_site.people.models import Organization
from payments.models import Restriction
from payments.models.restriction_kinds import Scope


def why_restricted(
    scope: Scope,
    organization: Organization,
    person_id: int | None,
    *,
    done_by: datetime | None = None,
) -> str:
    """Say why *organization*, or who acts for it, may not do this now; empty: they may.

    *done_by* is when what it is about was over: what came before a restriction, it leaves alone.
    """
    found = Restriction.objects.standing().on(organization.pk, person_id)
    found = found.filter(scopes__contains=[scope])
    if done_by is not None:
        found = found.filter(set_at__lt=done_by)
    restriction = found.select_related("organization").order_by("pk").first()
    if restriction is None:
        return ""
    who = "You" if restriction.user_id else str(organization)
    return f"{who} cannot {restriction.words_of(scope)} now: {restriction.reason}"
