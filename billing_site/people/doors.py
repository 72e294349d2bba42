"""Pages with a form that is not for everybody who may look at what it changes."""

from __future__ import annotations

from billing_site.kernel.http import SaidWhy, SignedInRequest
from billing_site.people.access import Deed, allows
from billing_site.people.mailing import contacts
from billing_site.people.models import Membership

NAMED = 3


class NotInYourRole(SaidWhy):
    """Somebody else of the organization may."""


def refuse_who_may_not(request: SignedInRequest, deed: Deed) -> None:
    """Tell a member whose role does not include *deed* who of their colleagues has it.

    :raises NotInYourRole: the role does not include it.
    """
    if not allows(request.membership, deed):
        raise NotInYourRole(_who_may(request.membership, deed))


def refuse_to_show(request: SignedInRequest, deed: Deed) -> None:
    """Show no form to a member whose role does not include *deed*.

    What is sent all the same is answered by the service, in words.

    :raises NotInYourRole: the role does not include it.
    """
    if request.method != "POST":
        refuse_who_may_not(request, deed)


def _who_may(membership: Membership, deed: Deed) -> str:
    ours = membership.organization
    names = [name for _, name in contacts(ours, deed)]
    if len(names) > NAMED:
        names[NAMED:] = ["others"]
    who = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]])) or "nobody"
    return (
        f"For {ours}, {who} can {deed.label}. You are here as {membership.get_role_display()},"
        " which does not include it; an owner can change that under Organization."
    )
