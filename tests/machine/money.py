"""What happens to money in the machine: it is paid in, withdrawn, and time passes."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.db.models import QuerySet
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, precondition, rule

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.models import Contract, Invoice, Milestone
from invoices.services import milestones
from ledger.queries.balances import balance
from payments.gateways.base import OutcomeUnknown
from payments.gateways.sandbox import faults, outcomes, paying
from payments.gateways.sandbox.models import SandboxEvent
from payments.models import Charge, Payout, PayoutMethod
from payments.services import charging, outbox, payouts
from tests import given
from tests.given_world import name_bank
from tests.machine.world import START, Example, Players, attempt, pass_time

EURO = "EUR"
some = st.integers(0, 999)
prices = st.one_of(
    st.integers(5, 3_000).map(lambda units: Money(units, "EUR")),
    st.integers(500, 300_000).map(lambda cents: Money(cents, "EUR") / 100),
    st.integers(500, 300_000).map(lambda yen: Money(yen, "JPY")),
)


def there_is(what: str) -> Any:
    return precondition(lambda machine: machine.there[what])


class Moneyed(RuleBasedStateMachine):
    players: Players  # the same for all examples

    def __init__(self) -> None:
        super().__init__()
        self.example = Example()
        self.now = START
        self.there: dict[str, list[int]] = {}
        self.look()

    def teardown(self) -> None:
        self.example.undo()

    def look(self) -> None:
        """Note what there is to act upon, so that most deeds have a chance."""
        kinds: dict[str, QuerySet[Any]] = {
            "offer": Contract.objects.filter(state=Contract.State.OFFERED),
            "contract": Contract.objects.filter(state__in=Contract.RUNNING),
            "unfunded": Milestone.objects.filter(state=Milestone.State.PLANNED).exclude(
                contract__state__in=["draft", "declined", "withdrawn", "expired"]
            ),
            "funded": Milestone.objects.filter(state=Milestone.State.FUNDED),
            "page": Charge.objects.filter(state__in=["begun", "action_needed"]),
            "to_confirm": Charge.objects.filter(state=Charge.State.ACTION_NEEDED),
            "submitted": Invoice.objects.filter(state=Invoice.State.SUBMITTED),
            "invoice": Invoice.objects.filter(state__in=Invoice.OPEN),
            "payout": Payout.objects.filter(state=Payout.State.REQUESTED),
            "letter": SandboxEvent.objects.exclude(delivered_at=None),
        }
        self.there = {
            kind: list(rows.order_by("pk").values_list("pk", flat=True))
            for kind, rows in kinds.items()
        }

    def one(self, kind: str, pick: int) -> int:
        keys = self.there[kind]
        return keys[pick % len(keys)]

    # Payments in.

    @there_is("unfunded")
    @rule(pick=some)
    def begin_payment(self, pick: int) -> None:
        pk = self.one("unfunded", pick)
        charge = attempt(lambda: milestones.begin_funding(pk, by=self.players.ada, at=self.now))
        if isinstance(charge, Charge):
            with clock.pinned(self.now):
                outbox.open_page(charge.pk, at=self.now)

    @there_is("page")
    @rule(pick=some, outcome=st.sampled_from(sorted(outcomes.BY_CODE)))
    def pay(self, pick: int, outcome: str) -> None:
        charge = Charge.objects.get(pk=self.one("page", pick))
        if charge.is_payable:
            attempt(lambda: paying.pay(charge.session_id, outcome, at=self.now))

    @there_is("unfunded")
    @rule(pick=some, outcome=st.sampled_from(["4242", "4242", "debit", "5126"]))
    def fund(self, pick: int, outcome: str) -> None:
        """Begin a payment and make it, in one go: without it, few examples get any further."""
        pk = self.one("unfunded", pick)
        charge = attempt(lambda: milestones.begin_funding(pk, by=self.players.ada, at=self.now))
        if isinstance(charge, Charge):
            with clock.pinned(self.now):
                page = outbox.open_page(charge.pk, at=self.now)
            assert page
            paying.pay(page.session_id, outcome, at=self.now)
            self.now = pass_time(self.now, timedelta(minutes=5))

    @there_is("to_confirm")
    @rule(pick=some, agrees=st.booleans())
    def confirm_with_the_bank(self, pick: int, agrees: bool) -> None:
        charge = Charge.objects.get(pk=self.one("to_confirm", pick))
        attempt(lambda: paying.confirm(charge.session_id, agrees=agrees, at=self.now))

    @there_is("page")
    @rule(pick=some)
    def cancel_payment(self, pick: int) -> None:
        pk = self.one("page", pick)
        attempt(lambda: charging.cancel(pk, by=self.players.ada, at=self.now))

    # Payments out.

    @rule(percent=st.integers(1, 110), changes_mind=st.booleans())
    def withdraw_money(self, percent: int, changes_mind: bool) -> None:
        ben = given.organization(self.players.ben)
        available = self.available_to_ben()
        method = PayoutMethod.objects.filter(organization=ben).latest("pk")
        amount = Money(int(available.amount * percent), EURO) / 100
        asked = attempt(
            lambda: payouts.request(
                organization=ben, method=method, amount=amount, by=self.players.ben, at=self.now
            )
        )
        if isinstance(asked, Payout):
            assert self.available_to_ben() == available - amount
            if changes_mind:
                payouts.cancel(asked.pk, by=self.players.ben, at=self.now)
        if changes_mind or isinstance(asked, NotAllowed):
            assert self.available_to_ben() == available

    def available_to_ben(self) -> Money:
        return balance(f"freelancer:{given.organization(self.players.ben).pk}:available", EURO)

    @there_is("payout")
    @rule(pick=some)
    def cancel_payout(self, pick: int) -> None:
        pk = self.one("payout", pick)
        attempt(lambda: payouts.cancel(pk, by=self.players.ben, at=self.now))

    @rule(behavior=st.sampled_from(["pays", "closes"]))
    def name_another_bank(self, behavior: str) -> None:
        name_bank(self.players.ben, at=self.now, behavior=behavior)
        self.now = pass_time(self.now, timedelta(days=3))

    # The world.

    @rule(by=st.integers(1, 48))
    def hours_pass(self, by: int) -> None:
        self.now = pass_time(self.now, timedelta(hours=by))

    @rule(by=st.integers(3, 20))
    def days_pass(self, by: int) -> None:
        self.now = pass_time(self.now, timedelta(days=by))
        assert balance("provider:clearing", EURO).amount == 0, "Nothing stays on clearing for days."

    @there_is("letter")
    @rule(pick=some)
    def a_letter_comes_again(self, pick: int) -> None:
        SandboxEvent.objects.filter(pk=self.one("letter", pick)).update(
            delivered_at=None, due_at=self.now
        )

    @rule(
        when=st.sampled_from(["before", "after"]),
        deed=st.sampled_from(["transfer", "payout", "refund", "expire_checkout"]),
    )
    def the_line_to_the_provider_is_bad(self, when: str, deed: str) -> None:
        with faults.planned(when, deed, OutcomeUnknown("no answer")):
            self.now = pass_time(self.now, timedelta(hours=1))
