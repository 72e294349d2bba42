"""Who may read a file because it is part of a case."""

from __future__ import annotations

from billing_site.people.models import Membership, User
from billing_site.platform.models import File
from disputes.models import AwardDocument, Decision, Dispute, Evidence
from disputes.models.dispute_rows import DisputeQuerySet
from disputes.models.sides import mediates, supervises


def is_of_a_case(user: User, file: File) -> bool:
    """Evidence and awards are for both sides, and for staff who hear disputes of others."""
    ours = Dispute.objects.visible_to(user)
    if _is_shown(file, ours):
        return True
    if not mediates(user) and not supervises(user):
        return False
    heard = _of_others(user)
    return (
        _is_shown(file, heard)
        or AwardDocument.objects.filter(file=file, dispute__in=heard).exists()
    )


def _is_shown(file: File, disputes: DisputeQuerySet) -> bool:
    """Shown to both sides: as evidence, or with a decision in force."""
    decided = Decision.objects.in_force().filter(document=file, dispute__in=disputes)
    return Evidence.objects.filter(file=file, dispute__in=disputes).exists() or decided.exists()


def _of_others(user: User) -> DisputeQuerySet:
    """Those of no side that *user* belongs or belonged to."""
    seats = Membership.objects.filter(user=user).values("organization")
    return Dispute.objects.exclude(contract__client__in=seats).exclude(
        contract__freelancer__in=seats
    )
