"""Which files are shown to a client's bank."""

from __future__ import annotations

from billing_site.people.models import User
from billing_site.platform.models import File
from payments.models import EvidenceFile
from payments.models.chargeback import ANSWER


def is_shown_to_a_bank(user: User, file: File) -> bool:
    """Those of our staff who speak to banks read what these are shown."""
    speaks = user.is_active and user.is_staff and user.has_perm(ANSWER)
    return speaks and EvidenceFile.objects.filter(file=file).exists()
