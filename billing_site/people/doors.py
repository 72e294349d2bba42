"""Pages with a form that is not for everybody who may look at what it changes."""

from __future__ import annotations

from django.core.exceptions import PermissionDenied

from billing_site.kernel.http import SignedInRequest
from billing_site.people.access import Deed, allows


def refuse_to_show(request: SignedInRequest, deed: Deed) -> None:
    """Show no form to a member whose role does not include *deed*.

    What is sent all the same is answered by the service, in words.

    :raises PermissionDenied: the role does not include it.
    """
    if request.method != "POST" and not allows(request.membership, deed):
        raise PermissionDenied
