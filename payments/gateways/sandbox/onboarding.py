"""What a payee does on the form where they say who they are and where they bank."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import models, transaction

from billing_site.kernel.transitions import NotAllowed
from payments.gateways.sandbox.ids import made_up
from payments.gateways.sandbox.models import SandboxAccount, SandboxBank, SandboxOnboarding
from payments.gateways.sandbox.telling import expect, tell


class Details(models.TextChoices):
    """What the provider finds once the form is sent."""

    COMPLETE = "complete", "They are complete: you can be paid"
    SOON = "soon", "They are enough for 14 days: three more facts are needed until then"
    MORE = "more", "More information is needed: come back and send the form again"
    REJECTED = "rejected", "They are not accepted, and will not be"


WANTED: dict[str, int] = {Details.SOON: 3, Details.MORE: 2}
TIME_TO_TELL = timedelta(days=14)
OVERDUE = "Details that are asked for are overdue."
PROBLEMS: dict[str, str] = {
    Details.MORE: "Details are missing before you can be paid.",
    Details.REJECTED: "The payment provider does not accept this account. Please ask us.",
}


@transaction.atomic
def complete(
    link_id: str,
    *,
    bank_name: str,
    last4: str,
    behavior: str,
    at: datetime,
    is_card: bool = False,
    holder: str = "",
    details: str = Details.COMPLETE,
) -> SandboxBank:
    """Take the form: with complete details the account is paid from now on, to this bank.

    :raises NotAllowed: the link was used before, or is too old.
    """
    link = (
        SandboxOnboarding.objects.select_related("account")
        .select_for_update(of=["self"], no_key=True)
        .get(pk=link_id)
    )
    if link.used_at is not None or link.expires_at <= at:
        raise NotAllowed("This link is for one visit, and it is over. Ask for a new one.")
    link.used_at = at
    link.save(update_fields=["used_at"])
    account = link.account
    _told(account, details, at=at)
    bank = SandboxBank.objects.create(
        id=made_up("ba"),
        account=account,
        bank_name=bank_name,
        last4=last4,
        currency=account.currency,
        behavior=behavior,
        is_card=is_card,
        holder=holder,
        created_at=at,
    )
    tell("account.external_account.created", bank, at=at, account=account.id)
    tell("account.updated", account, at=at, account=account.id)
    return bank


def _told(account: SandboxAccount, details: str, *, at: datetime) -> None:
    """What is enough for now stops being enough at its hour."""
    account.is_complete, account.problem = True, PROBLEMS.get(details, "")
    account.wanted = WANTED.get(details, 0)
    account.wanted_by = at + TIME_TO_TELL if details == Details.SOON else None
    account.save(update_fields=["is_complete", "problem", "wanted", "wanted_by"])
    if account.wanted_by:
        expect("stop_account", account.id, at=account.wanted_by)


def stop(account_id: str, at: datetime) -> None:
    """What was asked for until now has not been told."""
    account = SandboxAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    if account.wanted_by == at:
        restrict(account_id, OVERDUE, at=at)


@transaction.atomic
def restrict(account_id: str, problem: str, *, at: datetime, is_told: bool = True) -> None:
    """Stop paying an account, or with no *problem* go on. It may not be told at once."""
    account = SandboxAccount.objects.select_for_update(no_key=True).get(pk=account_id)
    account.problem = problem
    account.save(update_fields=["problem"])
    if is_told:
        tell("account.updated", account, at=at, account=account.id)
