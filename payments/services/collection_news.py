"""What a client is told when nothing that they saved has paid."""

from __future__ import annotations

from datetime import datetime

from billing_site.people import mailing
from billing_site.people.access import Deed
from payments import consequences
from payments.models import Charge, ChargeAttempt, Collection
from payments.queries.charged_in import own_sum
from payments.queries.late import late_since


def round_ended(charge: Charge, collection: Collection, *, at: datetime) -> None:
    """Say what was tried, what its banks said, and what happens next. One letter a round."""
    tries = list(
        collection.attempts.filter(round=collection.rounds).select_related("method").order_by("pk")
    )
    template, subject = _written_as(charge, tries)
    mailing.tell(
        mailing.people(charge.client, Deed.FUND),
        template=template,
        subject=subject,
        notice=f"{subject}.",
        context={
            "amount": own_sum(charge.quote, charge.asked),
            "titles": [each.title for each in charge.settlements.order_by("pk")],
            "tries": [f"{each.method}: {each.words}" for each in tries],
            "next_try": _moment(collection.next_try_at),
            "ahead": _what_follows(charge, collection, at=at),
        },
        url=charge.get_absolute_url(),
        about=("charge", charge.ref),
        key=f"charge/{charge.ref}/{template}/{collection.rounds}",
        at=at,
    )


def _written_as(charge: Charge, tries: list[ChargeAttempt]) -> tuple[str, str]:
    amount = own_sum(charge.quote, charge.asked)
    if not tries:
        return "payment_without_method", f"{amount} is to be paid"
    if tries[-1].outcome == ChargeAttempt.Outcome.TO_CONFIRM:
        return "payment_to_confirm", f"Please confirm the payment of {amount}"
    return "payment_not_collected", f"{amount} could not be charged"


def _what_follows(charge: Charge, collection: Collection, *, at: datetime) -> list[str]:
    """What is ahead; another charge may have begun it before this one."""
    since = late_since(charge.client_id).get(charge.client_id) or collection.late_since or at
    return consequences.ahead_in_words(since, at)


def _moment(at: datetime | None) -> str:
    return f"{at:%A}, {at:%-d %B %Y, %H:%M} UTC" if at else ""
