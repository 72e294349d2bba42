"""Who may read which file, as far as it does not depend on what the file is for."""

from __future__ import annotations

from billing_site.people.access import Deed, may
from billing_site.people.models import User
from billing_site.platform.models import File


def acts_for_its_owner(user: User, file: File) -> bool:
    """Whoever sees everything of an organization sees its files."""
    return file.owner is not None and may(user, Deed.VIEW, file.owner)
