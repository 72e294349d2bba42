"""Who works for the platform, and what they may decide. Each of them reads the whole desk."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from django.db.models import Q, QuerySet

from billing_site.people.models import User
from billing_site.platform import notices

# What each role may decide. `manage.py staff` gives and takes them, the demo's cast has them too.
ROLES: dict[str, frozenset[str]] = {
    "mediator": frozenset({"disputes.mediate_dispute"}),
    "supervisor": frozenset({"disputes.mediate_dispute", "disputes.supervise_dispute"}),
    "finance": frozenset(
        {
            "payments.change_payout",
            "payments.change_payee",
            "payments.change_straypayment",
            "payments.change_reconciliationdifference",
            "payments.change_gatewayevent",
            "payments.change_gatewaycommand",
            "payments.change_chargeback",
            "payments.change_fraudwarning",
            "payments.change_houserate",
            "payments.change_debtwriteoff",
            "payments.add_freeze",
            "invoices.change_writeoff",
        }
    ),
    "trust": frozenset({"payments.add_restriction", "payments.change_fraudwarning"}),
    "support": frozenset({"people.add_seeing", "disputes.give_goodwill"}),
}


def holds(user: User, permission: str) -> bool:
    """Whether *user* works for the platform and may decide what *permission* is about."""
    return user.is_active and user.is_staff and user.has_perm(permission)


def who_hold(permission: str) -> QuerySet[User]:
    """Return those of the staff who may, so that who is told can also act."""
    app, _, codename = permission.partition(".")
    named = {"content_type__app_label": app, "codename": codename}
    theirs = {f"user_permissions__{key}": value for key, value in named.items()}
    groups = {f"groups__permissions__{key}": value for key, value in named.items()}
    staff = User.objects.filter(is_staff=True, is_active=True)
    return staff.filter(Q(is_superuser=True) | Q(**theirs) | Q(**groups)).distinct().order_by("pk")


def tell(
    permission: str,
    *,
    text: str,
    url: str,
    key: str,
    at: datetime,
    if_: Callable[[User], bool] = lambda _user: True,
) -> None:
    """Tell those of the staff who may act on it, once; the same *key* again is the same news.

    *if_* leaves out whoever may decide in general, and not this.
    """
    users = [user.pk for user in who_hold(permission) if if_(user)]
    notices.tell(users=users, text=text, url=url, key=key, at=at)
