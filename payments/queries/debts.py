"""What a freelancer owes since money went back that they had withdrawn, and how it is paid back.

A debt is paid by what becomes available later, in its own currency: of each payment a part is
kept, never more than the rules say, until nothing is owed.
"""

from __future__ import annotations

from collections.abc import Collection

from django.conf import settings

from billing_site.kernel.money import Money, currency_of, from_minor, share, show, zero
from ledger.queries.balances import balance, owed_in_each_currency
from ledger.queries.entries import credited_by, moved_on
from payments.models import Lot


def debt_of(freelancer: int, currency: str) -> Money:
    """Return what *freelancer*, an organization's key, owes us."""
    return max(-balance(f"freelancer:{freelancer}:debt", currency), zero(currency))


def given_up_of(freelancer: int, currency: str) -> Money:
    """Return what was given up of what they owed, and no bank has given back since."""
    of = f"freelancer:{freelancer}"
    moved = [
        *moved_on(f"{of}:debt", currency, kinds=["write_off_debt"]),
        *moved_on(f"{of}:available", currency, kinds=["recover_given_up"]),
    ]
    return from_minor(sum(minor for _, minor in moved), currency)


def owed_elsewhere(freelancer: int, currency: str) -> list[str]:
    """Return what who looks at *currency* reads of what they owe in others."""
    debts = owed_in_each_currency(f"freelancer:{freelancer}:debt")
    return [
        f"You owe {show(debt)} as well. What you earn in {currency} does not pay it by itself: look"
        f" at {currency_of(debt)}, where you can choose to."
        for debt in debts
        if currency_of(debt) != currency
    ]


def kept_of(amount: Money, debt: Money) -> Money:
    """Return what is kept of *amount* when it becomes available, while *debt* is owed."""
    return min(debt, share(amount, basis_points=settings.DEBT_KEPT_BPS))


def plan(currency: str) -> str:
    """Say how a debt is paid back. It stands in letters and on pages in the same words."""
    part = f"{settings.DEBT_KEPT_BPS / 100:g} %"
    return (
        f"{part} of each payment in {currency} that becomes available is kept until it is paid"
        " back, and you may pay it earlier."
    )


def owed_words(debt: Money, pending: Collection[Lot]) -> list[str]:
    """Return what who owes *debt* reads; *pending* are their lots by date, in its currency."""
    if not debt:
        return []
    words = f"You owe {show(debt)}, for money that went back after you had withdrawn it."
    words += f" {plan(currency_of(debt))}"
    coming = next((lot for lot in pending if lot.left and lot.kept_for_id is None), None)
    if coming and (kept := kept_of(coming.left, debt)):
        on = coming.available_at
        words += f" The next is {show(kept)} of {show(coming.left)}, on {on:%a} {on.day} {on:%b}."
    return [words]


def kept_of_lots(lots: Collection[Lot]) -> dict[str, Money]:
    """Return what was kept of each of *lots* for a debt, by its ref, where that was something."""
    keys = {f"lot/{lot.ref}/recovered": lot.ref for lot in lots}
    return {keys[key]: amount for key, amount in credited_by(keys).items()}
