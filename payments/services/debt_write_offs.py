"""What a freelancer owes and will not pay is given up by two people of finance operations."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.urls import reverse

from billing_site.kernel.money import Money, currency_of, show, zero
from billing_site.kernel.transitions import NotAllowed, NotYours, WrongState
from billing_site.people import staff
from billing_site.people.models import User
from billing_site.platform import audit
from ledger import movements
from payments.models import Debt, DebtWriteOff, Payee
from payments.models.debt import WRITE_OFF
from payments.queries.debts import debt_of
from payments.services import telling_of_debts
from payments.services.booking import book


@transaction.atomic
def ask(debt_id: int, *, reason: str, by: User, at: datetime) -> DebtWriteOff:
    """Ask a second person to give up what is owed on an account. Nothing is posted yet.

    :raises NotYours: *by* is not of finance operations.
    :raises WrongState: nothing is owed any more, or somebody has asked already.
    :raises NotAllowed: no reason is given.
    """
    if not staff.holds(by, WRITE_OFF):
        raise NotYours(f"It is not for {by} to give up what somebody owes us.")
    debt = Debt.objects.select_related("holder").filter(pk=debt_id).first()
    if debt is None:
        raise WrongState("Nothing is owed there any more.")
    if not reason.strip():
        raise NotAllowed("Say why: the second person decides by it.")
    Payee.objects.lock_if_there(debt.holder.pk)
    owed = debt_of(debt.holder.pk, debt.currency)
    if not owed:
        raise WrongState("Nothing is owed there any more.")
    theirs = DebtWriteOff.objects.filter(freelancer=debt.holder, currency=debt.currency)
    if theirs.open().exists():
        raise WrongState("A second person has been asked already.")
    asked = DebtWriteOff.objects.create(
        freelancer=debt.holder,
        currency=debt.currency,
        amount=owed,
        given_up=zero(debt.currency),
        reason=reason.strip(),
        asked_by=by,
        asked_at=at,
    )
    audit.record(by, "debt.write_off_asked", f"debt/{asked.ref}", at=at, why=reason)
    staff.tell(
        WRITE_OFF,
        if_=lambda user: user.pk != by.pk,
        text=f"Give up {show(owed)} that {debt.holder} owes? {by} asks: {asked.reason}",
        url=reverse("admin:payments_debtwriteoff_changelist"),
        key=f"debt/{asked.ref}",
        at=at,
    )
    return asked


@transaction.atomic
def confirm(write_off_id: int, *, reason: str, by: User, at: datetime) -> DebtWriteOff:
    """Give it up, as the second person: as much as is still owed of what was asked for.

    What came to be owed since stays owed. This posts: call it last.

    :raises NotYours: *by* asked for it, or is not of finance operations.
    :raises WrongState: somebody decided, or it was paid meanwhile.
    """
    asked = _undecided(write_off_id, by=by)
    if asked.asked_by_id == by.pk:
        raise NotYours("You asked for it: it takes two people, and another one confirms.")
    owed = debt_of(asked.freelancer_id, asked.currency)
    if not owed:
        raise WrongState("It was paid meanwhile: nothing is left to give up.")
    given_up = min(owed, asked.amount)
    _decide(asked, given_up, by=by, at=at, is_confirmed=True)
    audit.record(by, "debt.written_off", f"debt/{asked.ref}", at=at, why=reason)
    telling_of_debts.given_up(asked, left=owed - given_up, at=at)
    book(
        [
            movements.write_off_debt(
                write_off=asked.ref,
                freelancer=asked.freelancer_id,
                amount=given_up,
                at=at,
                actor=by.pk,
            )
        ]
    )
    return asked


@transaction.atomic
def refuse(write_off_id: int, *, reason: str, by: User, at: datetime) -> DebtWriteOff:
    """Keep waiting for it. Whoever asked may take the question back this way too.

    :raises NotYours: *by* is not of finance operations.
    :raises WrongState: somebody decided.
    """
    asked = _undecided(write_off_id, by=by)
    _decide(asked, zero(asked.currency), by=by, at=at, is_confirmed=False)
    audit.record(by, "debt.write_off_refused", f"debt/{asked.ref}", at=at, why=reason)
    return asked


def _undecided(write_off_id: int, *, by: User) -> DebtWriteOff:
    """Lock it, from the top: whoever is paid, owes or pays back holds the payee."""
    freelancer = DebtWriteOff.objects.values_list("freelancer_id", flat=True).get(pk=write_off_id)
    Payee.objects.lock_if_there(freelancer)
    asked = DebtWriteOff.objects.lock(write_off_id)
    if not asked.may_decide(by):
        raise NotYours(f"It is not for {by} to give up what somebody owes us.")
    if asked.decided_at:
        raise WrongState(f"{asked.decided_by} was faster: it is {asked.standing}.")
    return asked


def _decide(
    asked: DebtWriteOff, given_up: Money, *, by: User, at: datetime, is_confirmed: bool
) -> None:
    assert currency_of(given_up) == asked.currency
    asked.decided_at, asked.decided_by, asked.is_confirmed = at, by, is_confirmed
    asked.given_up = given_up
    asked.save(update_fields=["decided_at", "decided_by", "is_confirmed", "given_up"])
