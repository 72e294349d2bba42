"""What each side reads on its pages about a payment that a client's bank wants back."""

from __future__ import annotations

from collections.abc import Iterable

from billing_site.kernel.money import Money, show
from payments.models import Charge, Chargeback, ChargebackPart

State = Chargeback.State
UNDECIDED = (
    "Your bank wants {amount} of this payment back, and has not decided. Until then nothing of it"
    " moves and nothing can be refunded. If it is a mistake, ask your bank to withdraw it."
)
TO_CLIENT = {
    State.OPENED: UNDECIDED,
    State.RESPONDED: UNDECIDED,
    State.WON: "Your bank looked at {amount} of this payment, and left it where it was.",
    State.LOST: "Your bank took {amount} of this payment back.",
}


def to_client(charge: Charge) -> list[str]:
    """A sentence for each case; a bank's mere question changes nothing for its customer."""
    words = []
    for case in charge.chargebacks.filter(state__in=TO_CLIENT).order_by("pk"):
        words.append(TO_CLIENT[State(case.state)].format(amount=show(case.amount)))
        if case.state == State.LOST:
            words += [
                f"You owe {show(owed)} of it again, for work that was paid."
                for owed in _still_owed(case)
            ]
    return words


def _still_owed(case: Chargeback) -> list[Money]:
    parts = case.parts.filter(kind=ChargebackPart.Kind.OWED).select_related("open_item")
    left = [part.open_item.owed for part in parts.order_by("pk") if part.open_item]
    return [owed for owed in left if owed]


def to_freelancer(clients: Iterable[str]) -> list[str]:
    """Why something of theirs stays where it is: the banks of these *clients* want it back."""
    return [
        f"The bank of {client} wants a payment back. What came to you from it stays where it is"
        " until the bank decides; everything else is free, and you need not do anything."
        for client in sorted(clients)
    ]
