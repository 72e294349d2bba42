"""What banks and the gateway do meanwhile: take payments back, ask, and send refunds or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from billing_site.kernel.money import Money, to_minor, zero
from billing_site.kernel.transitions import NotAllowed
from billing_site.workflows import gateway_events
from ledger.models import Entry
from payments.gateways.base import BalanceLine, DisputeState, RefundState, Status
from payments.models import Charge, GatewayEvent, Refund
from payments.services import failed_refunds, refunds
from tests.machine.case_world import Cast, part, tried
from tests.machine.world import START

which, figures = st.integers(0, 99), st.integers(0, 10)
NEXT = {  # what a bank may say after what it said
    "warning_needs_response": ("warning_closed", "needs_response"),
    "needs_response": ("under_review", "won", "lost"),
    "under_review": ("won", "lost"),
    "lost": ("won",),
}


@dataclass
class BankCase:
    name: str
    charge: Charge
    amount: Money
    status: str

    @property
    def is_question(self) -> bool:
        return self.status.startswith("warning")


class Banked(RuleBasedStateMachine):
    cast: Cast  # the same for all examples

    def __init__(self) -> None:
        super().__init__()
        self.now: datetime = START
        self.has_changed = True
        self.at_the_bank: list[BankCase] = []

    def tried(self, deed: Callable[..., object], *args: object, **facts: object) -> object:
        answer = tried(lambda: deed(*args, **facts, at=self.now))
        is_refused = isinstance(answer, NotAllowed)
        assert not is_refused or str(answer), "A refusal says why."
        self.has_changed |= not is_refused
        return answer

    @rule(pick=which, tenths=st.sampled_from([1, 3, 5, 10, 10]), asks=st.booleans())
    def a_bank_wants(self, pick: int, tenths: int, asks: bool) -> None:
        charges = list(Charge.objects.filter(state=Charge.State.SUCCEEDED).order_by("pk"))
        if not charges:
            return
        charge = charges[pick % len(charges)]
        amount = part(self._left(charge), tenths)
        if amount:
            first = "warning_needs_response" if asks else "needs_response"
            case = BankCase(f"du_{len(self.at_the_bank)}", charge, amount, first)
            self.at_the_bank.append(case)
            self._says(case)

    @precondition(lambda machine: machine.at_the_bank)
    @rule(pick=which, what=which)
    def a_bank_says(self, pick: int, what: int) -> None:
        case = self.at_the_bank[pick % len(self.at_the_bank)]
        choices = NEXT.get(case.status, ())
        if not choices:
            return
        said = choices[what % len(choices)]
        if case.is_question and said == "needs_response":
            left = self._left(case.charge)
            if not left:
                return
            case.amount = min(case.amount, left)
        case.status = said
        self._says(case)

    @rule(pick=which, arrives=st.booleans())
    def a_refund_goes(self, pick: int, arrives: bool) -> None:
        """It arrives, or does not, or comes back after it had."""
        said = Status.SUCCEEDED if arrives else Status.FAILED
        going = Refund.objects.filter(state__in=["requested", "sent", "succeeded"])
        found = list(going.order_by("pk"))
        if not found:
            return
        refund = found[pick % len(found)]
        state = self._state_of(refund, said)
        self.has_changed = True
        if refund.state == Refund.State.REQUESTED:
            refunds.sent(refund.pk, state=state, at=self.now)
        refunds.follow(refund.pk, state, at=self.now)

    @rule(pick=which, again=st.booleans())
    def a_client_hears_that_it_failed(self, pick: int, again: bool) -> None:
        failed = list(Refund.objects.filter(state=Refund.State.FAILED).order_by("pk"))
        if failed:
            deed = failed_refunds.retry if again else failed_refunds.keep
            self.tried(deed, failed[pick % len(failed)].pk, by=self.cast.alice)

    def _left(self, charge: Charge) -> Money:
        """What a bank can still want of a payment."""
        now = Charge.objects.get(pk=charge.pk)
        return max(now.amount - now.refunded - now.taken_back, zero("EUR"))

    def _says(self, case: BankCase) -> None:
        """Banks are not asked whether it suits us, and what they say twice is one thing."""
        state = self._shown(case)
        self.has_changed = True
        gateway_events.follow(GatewayEvent(), state, at=self.now)
        entries = Entry.objects.count()
        gateway_events.follow(GatewayEvent(), state, at=self.now)
        assert Entry.objects.count() == entries, "A letter that came twice was booked twice."

    def _shown(self, case: BankCase) -> DisputeState:
        minor, has_it = to_minor(case.amount), not case.is_question
        return DisputeState(
            dispute_id=case.name,
            payment_id=case.charge.payment_id,
            status=case.status,
            amount=minor,
            currency="EUR",
            reason="product_not_received",
            taken=self._line(f"{case.name}_out", case.name, -minor, 1_500) if has_it else None,
            given_back=self._line(f"{case.name}_in", case.name, minor)
            if case.status == "won"
            else None,
        )

    def _state_of(self, refund: Refund, said: Status) -> RefundState:
        minor = to_minor(refund.sent_amount)
        tries = refund.changes.filter(step="retry").count()
        name = f"re_{refund.ref}_{tries}"
        came_back = refund.settled_at is not None and said == Status.FAILED
        return RefundState(
            refund_id=name,
            reference=refund.ref,
            payment_id=refund.payment_id,
            status=said,
            amount=minor,
            currency="EUR",
            problem="" if said == Status.SUCCEEDED else "The account is closed.",
            line=self._line(f"{name}_out", name, -minor),
            line_back=self._line(f"{name}_in", name, minor) if came_back else None,
        )

    def _line(self, name: str, of: str, minor: int, cost: int = 0) -> BalanceLine:
        return BalanceLine(name, of, "adjustment", minor, cost, "EUR", self.now)
