"""Where a freelancer's money is: held for them, pending, available, paid out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from django.db.models import Exists, F, OuterRef, QuerySet, Sum, Window

from billing_site.kernel.money import Money, show, zero
from billing_site.kernel.prepared import Prepared
from billing_site.people.models import Organization
from ledger.queries.balances import balances_of
from payments.models import Escrow, Freeze, Lot, Payout


@dataclass(frozen=True, slots=True)
class Stage:
    words: str
    amount: Money
    note: str = ""
    url: str = ""
    link: str = ""


@dataclass(frozen=True, slots=True)
class Stages:
    """In one currency. *in_review* is what they will get of what clients hold for them."""

    in_review: Money
    pending: Money
    available: Money
    debt: Money  # what they owe us, which later payments pay back
    has_owed: bool  # ever
    paid_out_this_year: Money
    held: tuple[Escrow, ...]  # in the order in which they came
    lots: tuple[Lot, ...]  # pending ones, by their dates
    last_payout: Payout | None

    @property
    def held_count(self) -> int:
        return len(self.held)

    @property
    def wanted_back_from(self) -> set[str]:
        """The clients whose banks keep something of it until they have decided."""
        frozen = {
            escrow.client.name
            for escrow in self.held
            if escrow.is_wanted_back  # annotated
        }
        return frozen | {lot.client.name for lot in self.lots if lot.kept_for_id}

    @property
    def next_available_at(self) -> datetime | None:
        return self.lots[0].available_at if self.lots else None

    def rows(self, *, withdraw_url: str = "") -> list[Stage]:
        """Return the stages as components/stages.html takes them."""
        pieces = "piece" if self.held_count == 1 else "pieces"
        held = f"for {self.held_count} {pieces} of work" if self.held_count else "no work is funded"
        next_at, last = self.next_available_at, self.last_payout
        withdraw = withdraw_url if self.available.amount > 0 else ""
        return [
            Stage("Held for you", self.in_review, held),
            Stage("Pending", self.pending, f"next on {_day(next_at)}" if next_at else ""),
            Stage(
                "Available",
                self.available,
                self._of_available(can_withdraw=bool(withdraw)),
                url=withdraw,
                link="Withdraw" if withdraw else "",
            ),
            Stage(
                "Paid out this year",
                self.paid_out_this_year,
                f"last on {_day(last.finished_at)}, {show(last.net)}"
                if last and last.finished_at
                else "",
            ),
        ]

    def _of_available(self, *, can_withdraw: bool) -> str:
        if not self.debt:
            return "" if can_withdraw else "nothing to withdraw yet"
        return f"you owe {show(self.debt)} ·" if can_withdraw else f"you owe {show(self.debt)}"


def stages_of(
    organization: Organization,
    *,
    at: datetime,
    currency: str | None = None,
    pending: Iterable[Lot] | None = None,
) -> Stages:
    """Return where the money of *organization* is, in its own currency unless another is named.

    Without *pending*, its lots by their dates, they are read, and all rows with their clients.
    """
    currency = currency or organization.currency
    balances = balances_of(organization.pk, currency)
    # Who hands the lots over shows no client; who does not, shows them all.
    with_clients = pending is None
    escrows = tuple(_HELD.all((currency, with_clients), organization.pk))
    if pending is None:
        pending = _PENDING.all(currency, organization.pk)
    year = datetime(at.year, 1, 1, tzinfo=UTC)
    last = next(iter(_PAID.all(currency, organization.pk, year, at)), None)
    nothing, owed = zero(currency), f"freelancer:{organization.pk}:debt"
    return Stages(
        in_review=sum(
            (each.release_of(each.remaining).net_to_freelancer for each in escrows), start=nothing
        ),
        pending=balances.get(f"freelancer:{organization.pk}:pending", nothing),
        available=balances.get(f"freelancer:{organization.pk}:available", nothing),
        debt=-balances.get(owed, nothing),
        has_owed=owed in balances,
        paid_out_this_year=Money(last.all_net, currency) if last else nothing,
        held=escrows,
        lots=tuple(lot for lot in pending if lot.currency == currency),
        last_payout=last,
    )


def _held(kind: tuple[str, bool], freelancer: int) -> QuerySet[Escrow]:
    currency, with_clients = kind
    wanted = Freeze.objects.open().filter(escrow=OuterRef("pk"), cause=Freeze.Cause.CHARGEBACK)
    held = Escrow.objects.held().filter(freelancer=freelancer, currency=currency)
    held = held.annotate(is_wanted_back=Exists(wanted)).order_by("held_at", "pk")
    return held.select_related("client") if with_clients else held


def _pending(currency: str, freelancer: int) -> QuerySet[Lot]:
    lots = Lot.objects.pending().filter(freelancer=freelancer, currency=currency)
    return lots.select_related("client").order_by("available_at", "pk")


def _paid(currency: str, freelancer: int, year: datetime, at: datetime) -> QuerySet[Payout]:
    """The last payout of the year, with the sum of all."""
    paid = Payout.objects.filter(
        freelancer=freelancer,
        currency=currency,
        state=Payout.State.PAID,
        finished_at__gte=year,
        finished_at__lte=at,
    ).annotate(all_net=Window(Sum(F("amount") - F("fee"))))
    return paid.order_by("-finished_at", "-pk")[:1]


_HELD, _PENDING, _PAID = Prepared(_held), Prepared(_pending), Prepared(_paid)


def _day(moment: datetime | None) -> str:
    return f"{moment:%a} {moment.day} {moment:%b}" if moment else ""
