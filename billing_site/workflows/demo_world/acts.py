"""How each step of the scripts is done: by one service, as the person whose step it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from random import Random

from django.db.models import Q

from billing_site.kernel.money import Money
from billing_site.people.models import User
from billing_site.workflows.demo_world import banks, cases, changes, hours, spending
from billing_site.workflows.demo_world.bills import BillPlay
from billing_site.workflows.demo_world.drafting import draft
from billing_site.workflows.demo_world.roster import Roster
from billing_site.workflows.demo_world.scripts import Deed
from billing_site.workflows.demo_world.trades import Engagement, Work
from invoices.models import Contract, Milestone, RefundRequest
from invoices.services import (
    bonuses,
    contracts,
    ending,
    invoicing,
    mediating_requests,
    milestones,
    refund_requests,
    released_requests,
)
from invoices.services.invoicing import Upload
from payments.gateways.sandbox import paying
from payments.services import charging, outbox

# The payment page is opened and left.
LEFT = "left"
BY_CLIENT: dict[str, Callable[..., object]] = {
    "discard": contracts.discard,
    "offer": contracts.offer,
    "withdraw": contracts.withdraw,
    "pause": contracts.pause,
    "resume": contracts.resume,
}
BY_ONE_SIDE: dict[str, Callable[..., object]] = {
    "accept": contracts.accept,
    "decline": contracts.decline,
    "end": ending.end,
    "leave": ending.end,
}


@dataclass(slots=True)
class ContractPlay:
    """One contract and its milestones, as far as the story has come."""

    engagement: Engagement
    roster: Roster
    dice: Random
    contract: Contract | None = None
    milestones: list[Milestone] = field(default_factory=list)

    @property
    def client(self) -> User:
        return self.roster.users[self.engagement.client]

    @property
    def worker(self) -> User:
        return self.roster.users[self.engagement.freelancer]

    def step(self, deed: Deed, *, at: datetime) -> None:
        """Do what the contract's own script says. Its first step finds it drafted."""
        if self.contract is None:
            self.contract = draft(self.engagement, self.roster, by=self.client, at=at)
            self.milestones = list(self.contract.milestones.order_by("position"))
        if deed.verb in BY_CLIENT:
            BY_CLIENT[deed.verb](self.contract.pk, by=self.client, at=at)
        elif deed.verb in hours.VERBS:
            hours.log(self.contract, deed, by=self.worker, at=at)
        elif deed.verb in changes.VERBS:
            changes.change(self.contract, deed, client=self.client, worker=self.worker, at=at)
        elif deed.verb in spending.VERBS:
            spending.spend(self.contract, deed, by=self.worker, at=at)
        elif deed.verb == "agree":
            claimed = self.contract.invoices.filter(source="expenses").latest("pk")
            invoicing.approve(claimed.pk, by=self.client, at=at)
        elif deed.verb == "bonus":
            self._give_bonus(deed.note, at=at)
        elif deed.verb != "draft":
            by = self.client if deed.verb == "end" else self.worker
            words = {"reason": deed.note} if deed.note else {}
            BY_ONE_SIDE[deed.verb](self.contract.pk, by=by, at=at, **words)

    def bill(self, play: BillPlay, deed: Deed, *, at: datetime) -> None:
        assert self.contract, "Who writes an invoice has a contract."
        play.step(self.contract, deed, at=at)

    def work(self, position: int, deed: Deed, *, at: datetime) -> None:
        """Do what the script of the milestone at *position* says."""
        work, milestone = self.engagement.work[position], self.milestones[position]
        match deed.verb:
            case "fund":
                self._fund(milestone, deed.note or "4242", at=at)
            case "give_up":
                charge = milestones.charge_of(milestone)
                charging.cancel(charge.pk, by=self._payer(), at=at)
            case "call_off":
                milestones.cancel(milestone.pk, by=self.client, at=at)
            case "begin":
                invoicing.draft(milestone.pk, by=self.worker, at=at)
            case "deliver":
                self._deliver(milestone, work, deed.note or work.says, at=at)
            case "ask_back" | "reclaim":
                self._ask_back(milestone, deed, at=at)
            case verb if verb in banks.VERBS:
                banks.step(milestone, deed, at=at)
            case verb if verb in cases.VERBS:
                case = cases.Case(self.client, self.worker, self.roster)
                case.step(milestone, deed, at=at)
            case "grant" | "refuse" | "dispute":
                self._answer(milestone, deed, at=at)
            case _:
                self._review(milestone, deed, at=at)

    def _give_bonus(self, words: str, *, at: datetime) -> None:
        units, why = words.split(" ", 1)
        amount = Money(int(units), self.engagement.currency)
        assert self.contract
        bonuses.give(self.contract.pk, amount, words=why, by=self.client, at=at)

    def _ask_back(self, milestone: Milestone, deed: Deed, *, at: datetime) -> None:
        """Of held money the client says what the freelancer keeps; of paid, what comes back."""
        units, why = deed.note.split(" ", 1)
        amount = Money(int(units), self.engagement.currency)
        if deed.verb == "ask_back":
            refund_requests.ask(milestone.pk, keeps=amount, reason=why, by=self.client, at=at)
        else:
            paid = milestone.invoices.latest("pk")
            released_requests.ask(paid.pk, amount=amount, reason=why, by=self.client, at=at)

    def _answer(self, milestone: Milestone, deed: Deed, *, at: datetime) -> None:
        concerns = Q(milestone=milestone) | Q(invoice__milestone=milestone)
        asked = RefundRequest.objects.filter(concerns).latest("pk")
        if deed.verb == "grant":
            refund_requests.grant(asked.pk, by=self.worker, at=at)
        elif deed.verb == "dispute":
            mediating_requests.dispute(asked.pk, by=self.client, at=at)
        else:
            refund_requests.refuse(asked.pk, reason=deed.note, by=self.worker, at=at)

    def _fund(self, milestone: Milestone, outcome: str, *, at: datetime) -> None:
        charge = milestones.begin_funding(milestone.pk, by=self._payer(), at=at)
        if not charge.asked:
            return  # Their credit pays all of it.
        page = outbox.open_page(charge.pk, at=at)
        assert page, "The sandbox opens its pages at once."
        if outcome != LEFT:
            paying.pay(page.session_id, outcome, at=at)

    def _deliver(self, milestone: Milestone, work: Work, message: str, *, at: datetime) -> None:
        assert message, f"“{work.title}” is handed in without a word."
        notes = f"{work.title}\n\n{work.brief}\n\n{message}\n"
        upload = Upload("Delivery notes.txt", notes.encode(), "text/plain")
        invoicing.deliver(milestone.pk, message=message, uploads=[upload], by=self.worker, at=at)

    def _review(self, milestone: Milestone, deed: Deed, *, at: datetime) -> None:
        invoice = milestone.invoices.latest("pk")
        match deed.verb:
            case "approve":
                able = self.roster.may_approve(self.engagement.client, invoice.gross)
                invoicing.approve(invoice.pk, by=self.dice.choice(able), at=at)
            case "agree_first":  # one of two
                approver = self.roster.seated(self.engagement.client, "approver")
                invoicing.approve(invoice.pk, by=approver, at=at)
            case "return":
                reviewer = self.roster.seated(self.engagement.client, "approver")
                invoicing.return_(invoice.pk, reason=deed.note, by=reviewer, at=at)
            case "recant":
                invoicing.withdraw(invoice.pk, by=self.worker, at=at, reason=deed.note)
            case _:
                raise AssertionError(f"A milestone does not {deed.verb}.")

    def _payer(self) -> User:
        return self.roster.seated(self.engagement.client, "finance")
