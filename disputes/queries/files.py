"""Who may read a file because it is part of a case."""

from __future__ import annotations

from billing_site.people.models import User
from billing_site.platform.models import File
from disputes.models import AwardDocument, Decision, Dispute, Evidence


def is_of_a_case(user: User, file: File) -> bool:
    """Evidence and awards are for both sides, and for staff who hear disputes."""
    visible = Dispute.objects.all() if user.is_staff else Dispute.objects.visible_to(user)
    if Evidence.objects.filter(file=file, dispute__in=visible).exists():
        return True
    if user.is_staff and AwardDocument.objects.filter(file=file).exists():
        return True
    decided = Decision.objects.in_force()
    return decided.filter(document=file, dispute__in=visible).exists()
