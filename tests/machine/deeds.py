"""What people do in the machine. Each deed is tried; whoever may not is refused, in words."""

from __future__ import annotations

from collections.abc import Callable
from uuid import uuid4

from hypothesis import strategies as st
from hypothesis.stateful import precondition, rule

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import User
from invoices.models import Contract, Invoice, Milestone
from invoices.services import contracts, ending, invoicing, milestones
from invoices.services.contracts import PlannedWork
from ledger.queries.balances import balance
from payments.services import charging, payouts
from tests import given
from tests.machine.money import EURO, Moneyed, prices, some, there_is
from tests.machine.world import attempt


class Deeds(Moneyed):
    # Contracts.

    def agree(self, price: Money, *, ben_works: bool, review_days: int = 14) -> Contract:
        worker = self.players.ben if ben_works else self.players.cleo
        contract = self.offer_of(price, worker, review_days)
        return contracts.accept(contract.pk, by=worker, at=self.now)

    def offer_of(self, price: Money, worker: User, review_days: int) -> Contract:
        contract = contracts.draft(
            client=given.organization(self.players.ada),
            freelancer=given.organization(worker),
            title="Work",
            work=[PlannedWork("First part", price), PlannedWork("Second part", price)],
            review_days=review_days,
            by=self.players.ada,
            at=self.now,
        )
        return contracts.offer(contract.pk, by=self.players.ada, at=self.now)

    @rule(price=prices, ben_works=st.booleans(), review_days=st.integers(3, 30))
    def agree_on_work(self, price: Money, ben_works: bool, review_days: int) -> None:
        self.agree(price, ben_works=ben_works, review_days=review_days)

    @rule(price=prices, ben_works=st.booleans())
    def offer(self, price: Money, ben_works: bool) -> None:
        self.offer_of(price, self.players.ben if ben_works else self.players.cleo, 14)

    @there_is("offer")
    @rule(pick=some, answer=st.sampled_from(["accept", "decline", "withdraw"]))
    def answer(self, pick: int, answer: str) -> None:
        contract = Contract.objects.get(pk=self.one("offer", pick))
        worker = self.players.works_for(contract.freelancer)
        by = self.players.ada if answer == "withdraw" else worker
        step = getattr(contracts, answer)
        attempt(lambda: step(contract.pk, by=by, at=self.now))

    @there_is("contract")
    @rule(pick=some)
    def pause_or_resume(self, pick: int) -> None:
        contract = Contract.objects.get(pk=self.one("contract", pick))
        step = contracts.resume if contract.state == "paused" else contracts.pause
        attempt(lambda: step(contract.pk, by=self.players.ada, at=self.now))

    @precondition(lambda machine: len(machine.there["contract"]) > 1)
    @rule(pick=some, by_client=st.booleans())
    def end(self, pick: int, by_client: bool) -> None:
        contract = Contract.objects.get(pk=self.one("contract", pick))
        by = self.players.ada if by_client else self.players.works_for(contract.freelancer)
        attempt(lambda: ending.end(contract.pk, by=by, at=self.now))

    # Work and invoices.

    @there_is("funded")
    @rule(pick=some)
    def deliver(self, pick: int) -> None:
        milestone = Milestone.objects.get(pk=self.one("funded", pick))
        by = self.players.works_for(milestone.contract.freelancer)
        attempt(lambda: invoicing.deliver(milestone.pk, message="Done.", by=by, at=self.now))

    @there_is("submitted")
    @rule(pick=some)
    def ask_for_changes(self, pick: int) -> None:
        pk = self.one("submitted", pick)
        attempt(
            lambda: invoicing.return_(pk, reason="Larger.", by=self.players.mirjam, at=self.now)
        )

    @there_is("invoice")
    @rule(pick=some)
    def withdraw_invoice(self, pick: int) -> None:
        invoice = Invoice.objects.get(pk=self.one("invoice", pick))
        by = self.players.works_for(invoice.issuer)
        attempt(lambda: invoicing.withdraw(invoice.pk, by=by, at=self.now))

    @there_is("submitted")
    @rule(pick=some, by_mirjam=st.booleans(), twice=st.booleans())
    def approve(self, pick: int, by_mirjam: bool, twice: bool) -> None:
        """Pressing twice sends the same form twice, which is one approval."""
        invoice = Invoice.objects.get(pk=self.one("submitted", pick))
        by, form = (self.players.mirjam if by_mirjam else self.players.ada), uuid4()
        before = self.pending_of(invoice)
        answers = [
            attempt(lambda: invoicing.approve(invoice.pk, by=by, at=self.now, op_id=form))
            for _ in range(1 + twice)
        ]
        if isinstance(answers[0], NotAllowed):
            assert self.pending_of(invoice) == before
            too_much = invoice.gross > Money("1500.00", EURO) if invoice.currency == EURO else True
            assert too_much or not by_mirjam or "was answered" in str(answers[0])
        else:
            assert (
                before.amount
                < self.pending_of(invoice).amount
                < before.amount + invoice.gross.amount
            )
            assert {answer.number for answer in answers} == {answers[0].number}  # type: ignore[union-attr]

    def pending_of(self, invoice: Invoice) -> Money:
        return balance(f"freelancer:{invoice.issuer_id}:pending", invoice.currency)

    # And everybody else.

    @rule(pick=some)
    def a_stranger_tries(self, pick: int) -> None:
        """Whatever Eve tries is refused as not hers, if it is not too late for anybody."""
        eve, at = self.players.eve, self.now
        tries: list[tuple[Callable[..., object], int]] = [
            *[(contracts.accept, pk) for pk in self.there["offer"]],
            *[(milestones.begin_funding, pk) for pk in self.there["unfunded"]],
            *[(invoicing.approve, pk) for pk in self.there["submitted"]],
            *[(charging.cancel, pk) for pk in self.there["page"]],
            *[(payouts.cancel, pk) for pk in self.there["payout"]],
            *[(ending.end, pk) for pk in self.there["contract"]],
        ]
        if tries:
            service, pk = tries[pick % len(tries)]
            answer = attempt(lambda: service(pk, by=eve, at=at))
            assert isinstance(answer, NotAllowed), f"Eve did {service.__name__}"
