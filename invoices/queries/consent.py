"""Where the client's agreement to an invoice stands: who gave it, who could still give it.

An approval counts while whoever stands in it could still give it: who left, or may only
approve less by now, is not counted.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from billing_site.people.access import Deed, allows, approving_seats
from billing_site.people.models import Membership, User
from invoices.models import Approval, Invoice
from invoices.models.approval import people_in


@dataclass(frozen=True, slots=True)
class Consent:
    """Where the client's agreement stands: who gave it, and who could give what is missing."""

    approvals: list[Approval]
    needed: int
    others: list[User]
    seats: dict[User, list[Membership]]

    @property
    def is_enough(self) -> bool:
        return len(self.approvals) >= self.needed

    @property
    def is_last(self) -> bool:
        """Whether one more is enough."""
        return len(self.approvals) + 1 >= self.needed

    def of(self, user: User) -> Approval | None:
        return next((each for each in self.approvals if user.pk in each.people), None)

    def note_of(self, user: User) -> str:
        """What the history adds to the name of who approved last."""
        mine = self.of(user)
        names = [str(each) for each in self.approvals if each is not mine]
        lent = f"In the name of {mine.on_behalf_of}. " if mine and mine.on_behalf_of else ""
        return f"{lent}{f'After {names[0]}.' if names else ''}".strip()

    @property
    def by_words(self) -> str:
        return " and ".join(str(each) for each in self.approvals)

    @property
    def others_words(self) -> str:
        names = [str(user) for user in self.others]
        if not names:
            return "nobody else may approve that much: an owner can raise a limit or the rule"
        return " or ".join([", ".join(names[:-1]), names[-1]] if names[1:] else names)


def consent_to(invoice: Invoice, *, at: datetime, given: list[Approval] | None = None) -> Consent:
    """Return where the agreement to *invoice* stands in its present round.

    *given* are its living approvals of the round, where they were read already.
    """
    seats = approving_seats(invoice.recipient, at=at)
    given = living_approvals(invoice) if given is None else given
    taken = people_in(given)
    return Consent(
        approvals=[each for each in given if _counts(each, invoice, seats)],
        needed=2 if invoice.recipient.wants_two_for(invoice.gross) else 1,
        others=[
            user
            for user in seats
            if user.pk not in taken | {invoice.submitted_by_id}
            and fitting_seat(invoice, seats[user], taken=taken)
        ],
        seats=seats,
    )


def approvals_of(invoice: Invoice) -> list[Approval]:
    """Return every approval of *invoice*, cleared ones too, oldest first."""
    found = Approval.objects.filter(invoice=invoice)
    return list(found.select_related("by", "on_behalf_of").order_by("at", "pk"))


def living_approvals(invoice: Invoice) -> list[Approval]:
    found = Approval.objects.of_this_round(invoice)
    return list(found.select_related("by", "on_behalf_of").order_by("at", "pk"))


def fitting_seat(
    invoice: Invoice, seats: list[Membership], *, taken: set[int]
) -> Membership | None:
    """Return the first of somebody's *seats* by which they may approve so much."""
    unfit = taken | {invoice.submitted_by_id}
    return next(
        (
            seat
            for seat in seats
            if seat.user_id not in unfit and allows(seat, Deed.APPROVE, invoice.gross)
        ),
        None,
    )


def _counts(approval: Approval, invoice: Invoice, seats: dict[User, list[Membership]]) -> bool:
    """Whether who gave it still approves, and the name in which it was given still so much."""
    name = approval.on_behalf_of or approval.by
    own = seats.get(name, [])[:1]
    return approval.by in seats and fitting_seat(invoice, own, taken=set()) is not None
