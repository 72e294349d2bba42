"""What firms do with their money: banks and cards are named, earnings are withdrawn."""

from __future__ import annotations

from datetime import datetime, timedelta

from billing_site.kernel.money import Money
from billing_site.people.models import Organization, User
from billing_site.people.services import delegations, organizations
from billing_site.workflows.demo_world import limits, named_banks, transfers
from billing_site.workflows.demo_world.roster import Roster
from billing_site.workflows.demo_world.scripts import Deed
from ledger.queries.balances import balance
from payments.cadence import Rhythm
from payments.models import Payout, PayoutMethod, Refund
from payments.services import (
    converting,
    exchange_rates,
    failed_refunds,
    payouts,
    reviewing,
    schedules,
)

TOLD_ELSEWHERE = {
    **dict.fromkeys(limits.VERBS, limits.step),
    **dict.fromkeys(transfers.VERBS, transfers.step),
}


def earn(roster: Roster, key: str, deed: Deed, *, at: datetime) -> None:
    """Do what the script of a firm says about its money."""
    organization, by = roster.organizations[key], roster.seated(key, "finance")
    match deed.verb:
        case verb if verb in named_banks.VERBS:
            named_banks.step(organization, by, deed, at=at)
        case "schedule":
            _schedule(organization, by, deed.note, at=at)
        case "quote" | "convert" | "withdraw" | "withdraw_at_once":
            does = _convert if deed.verb in {"quote", "convert"} else _withdraw
            does(organization, by, deed, at=at)
        case verb if verb in TOLD_ELSEWHERE:
            TOLD_ELSEWHERE[verb](roster, key, deed, at=at)
        case "take_back":
            payouts.cancel(organization.payouts.latest("pk").pk, by=by, at=at)
        case "two_approve":
            above = Money(int(deed.note), organization.currency)
            organizations.want_two_above(organization.pk, amount=above, by=by, at=at)
        case "away":
            _lend(organization, roster.users[key], roster.users[deed.note], at=at)
        case "keep_refund":
            failed = Refund.objects.filter(charge__client=organization, state=Refund.State.FAILED)
            failed_refunds.keep(failed.latest("pk").pk, by=by, at=at)
        case "hold":
            _hold(organization.payouts.latest("pk"), deed.note, at=at)
        case _:
            raise AssertionError(f"Nobody's money does {deed.verb}.")


def _lend(organization: Organization, away: User, stands_in: User, *, at: datetime) -> None:
    """Whoever is away for ten days lends their name to a colleague."""
    seats = {seat.user_id: seat.pk for seat in organization.memberships.all()}
    delegations.begin(
        seats[away.pk],
        to_member_id=seats[stands_in.pk],
        since=at,
        until=at + timedelta(days=10),
        by=away,
        at=at,
    )


def _hold(payout: Payout, reason: str, *, at: datetime) -> None:
    finn, review_on = User.objects.get(email__startswith="finn@"), (at + timedelta(days=2)).date()
    reviewing.hold(payout.pk, reason=reason, review_on=review_on, by=finn, at=at)


def _schedule(organization: Organization, by: User, words: str, *, at: datetime) -> None:
    rhythm, units = words.split(" ")
    method = PayoutMethod.objects.filter(organization=organization).usable(at=at).last()
    minimum = Money(int(units), organization.currency)
    schedules.choose(
        organization, rhythm=Rhythm(rhythm), method=method, minimum=minimum, by=by, at=at
    )


def _withdraw(organization: Organization, by: User, deed: Deed, *, at: datetime) -> Payout:
    """Withdraw so many units, or all there is; what is paid at once goes to a card."""
    at_once = deed.verb == "withdraw_at_once"
    speed = Payout.Speed.INSTANT if at_once else Payout.Speed.STANDARD
    currency = organization.currency
    available = balance(f"freelancer:{organization.pk}:available", currency)
    fitting = PayoutMethod.objects.filter(organization=organization, takes_instant=at_once)
    method = fitting.usable(at=at).last()
    assert method, f"{organization} has not said where to withdraw to."
    amount = Money(int(deed.note), currency) if deed.note else available
    return payouts.request(
        organization=organization, method=method, amount=amount, by=by, at=at, speed=speed
    )


def _convert(organization: Organization, by: User, deed: Deed, *, at: datetime) -> None:
    """Ask what “GBP 500” becomes at the bank; “convert” also agrees to it, two minutes later."""
    currency, units = deed.note.split()
    method = PayoutMethod.objects.filter(organization=organization).usable(at=at).last()
    assert method, f"{organization} has not said where to withdraw to."
    amount = Money(int(units), currency)
    exchange_rates.fetch_when_due(at=at)  # Weeks may have passed in which nobody looked.
    quote = converting.quote(organization=organization, method=method, amount=amount, by=by, at=at)
    if deed.verb == "convert":
        converting.withdraw(quote.pk, by=by, at=at + timedelta(minutes=2))
