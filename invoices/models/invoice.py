from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TypeAlias, Unpack

from django.db import models
from django.db.models import Q
from django.urls import reverse
from django_fsm import RETURN_VALUE, FSMField, FSMModelMixin, transition

from billing_site.kernel.fields import ref_field
from billing_site.kernel.transitions import StateChange, nobody
from billing_site.people.access import Deed, may
from billing_site.people.models import User
from invoices.models.contract import Contract
from invoices.models.document import Issue
from invoices.models.invoice_rows import REMIND_BEFORE, InvoiceQuerySet
from invoices.models.invoice_rules import RULES, InvoiceSource, InvoiceState
from invoices.models.milestone import Milestone
from invoices.models.reviewed import ReviewedDocument
from invoices.models.week import Week

AGAIN = timedelta(days=5)  # the review of a week that was changed


class Invoice(FSMModelMixin, ReviewedDocument):
    """A request for money that the client reviews. It has no number until it is approved."""

    State: TypeAlias = InvoiceState
    Source: TypeAlias = InvoiceSource
    # What was agreed in advance: silence about it is consent.
    AGREED: Collection[str] = (Source.MILESTONE, Source.WEEK, Source.PERIOD)
    ASKED: Collection[str] = (Source.LINES, Source.EXPENSES, Source.BONUS, Source.PERIOD)
    WITH_RATES: Collection[str] = (Source.LINES, Source.EXPENSES)  # others have one rate
    ISSUED: Collection[str] = (State.APPROVED, State.PAID, State.CREDITED, State.WRITTEN_OFF)
    CREDITABLE: Collection[str] = (State.APPROVED, State.PAID)
    OPEN: Collection[str] = (State.DRAFT, State.SUBMITTED, State.RETURNED)
    REVIEWED: Collection[str] = (State.SUBMITTED, State.CONTESTED)  # somebody decides about it
    DONE: Collection[str] = (State.PAID, State.WITHDRAWN, State.CREDITED, State.WRITTEN_OFF)
    TONES = {
        State.SUBMITTED: "held",
        State.RETURNED: "wait",
        State.CONTESTED: "bad",
        State.APPROVED: "good",
        State.PAID: "good",
    }

    ref = ref_field()
    contract = models.ForeignKey(Contract, models.PROTECT, related_name="invoices")
    source = models.CharField(max_length=10, choices=Source)
    milestone = models.ForeignKey(Milestone, models.PROTECT, null=True, related_name="invoices")
    week = models.ForeignKey(Week, models.PROTECT, null=True, related_name="invoices")
    # Of a week: whether the platform pays for it where the client does not, and which part it is.
    is_protected = models.BooleanField(default=False)
    part = models.PositiveSmallIntegerField(default=1)
    escrow = models.ForeignKey(  # null: nothing is held for it
        "payments.Escrow", models.PROTECT, null=True, related_name="+"
    )
    open_item = models.OneToOneField(  # null: nothing is owed on it, or it is not approved
        "payments.OpenItem", models.PROTECT, null=True, related_name="+"
    )
    corrects = models.OneToOneField(  # the issued invoice that this one replaces
        "self", models.PROTECT, null=True, related_name="corrected_by"
    )
    net_days = models.PositiveSmallIntegerField(default=0)  # 0: charged when it is approved
    due_on = models.DateField(null=True)

    state = FSMField(choices=State.choices, default=State.DRAFT, protected=True, editable=False)

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [*ReviewedDocument.Meta.constraints, *RULES]
        indexes = [
            models.Index(fields=["recipient", "state"]),
            models.Index(fields=["issuer", "state"]),
            models.Index(
                fields=["answer_by"], condition=Q(state="submitted"), name="reviews_running"
            ),
        ]

    def __str__(self) -> str:
        return self.number or f"the invoice for “{self.title}”"

    def get_absolute_url(self) -> str:
        return reverse("invoice", args=[self.ref])

    @property
    def tone(self) -> str:
        return self.TONES.get(self.State(self.state), "")

    @property
    def is_open(self) -> bool:
        return self.state in self.OPEN

    @property
    def may_be_rewritten(self) -> bool:
        """Whether its lines may change: it was written by hand, and the client is not reading."""
        is_ours = self.state in {self.State.DRAFT, self.State.RETURNED}
        return is_ours and self.source == self.Source.LINES

    @property
    def may_be_submitted(self) -> bool:
        """Whether it is with the freelancer, and goes to the client without a delivery of work."""
        is_ours = self.state in {self.State.DRAFT, self.State.RETURNED}
        return is_ours and self.source in (*self.ASKED, self.Source.WEEK)

    @property
    def was_given(self) -> bool:
        """Whether the client wrote it: a bonus that nobody asked for."""
        was_seen = self.submitted_at is not None
        return self.source == self.Source.BONUS and was_seen and self.submitted_by_id is None

    def refs_of_its_money(self) -> list[str]:
        """Under which refs payments know what was paid for it: its own, and what it replaced."""
        refs, invoice = [self.ref], self.corrects
        while invoice is not None:
            refs.append(invoice.ref)
            invoice = invoice.corrects
        return refs

    # Who may take a step.

    def freelancer_may_work(self, user: User) -> bool:
        return may(user, Deed.WORK, self.issuer)

    def client_may_review(self, user: User) -> bool:
        return may(user, Deed.APPROVE, self.recipient)

    def client_may_approve(self, user: User) -> bool:
        """They agreed to it, in a row of this round; whether they may is asked as it is written."""
        agreed = self.approvals.filter(round=self.round, by=user.pk, cleared_at=None)
        return agreed.exists()

    def side_may_contest(self, user: User) -> bool:
        return self.client_may_review(user) or self.freelancer_may_work(user)

    # Steps.

    @transition(
        field=state,
        source=["draft", "returned"],
        target="submitted",
        permission=freelancer_may_work,
    )
    def submit(self, *, at: datetime, submitted_by: User | None) -> None:
        self.round += 1
        self.submitted_at, self.submitted_by = at, submitted_by
        self.is_of_dispute &= submitted_by is None
        self.answer_by = self._review_ends_at(at)
        self.silence_approves = self.source in self.AGREED
        # In a short review the early reminders would come with the invoice itself.
        lasts = self.answer_by - at
        self.reminders = sum(timedelta(days=days) >= lasts for days in REMIND_BEFORE)

    def _review_ends_at(self, at: datetime) -> datetime:
        """A week is reviewed until its Friday, and for five days when it is handed in again."""
        if self.week is None:
            return at + timedelta(days=self.contract.review_days)
        return self.week.review_ends_at if self.round == 1 else at + AGAIN

    @transition(field=state, source="submitted", target="returned", permission=client_may_review)
    def return_(self, *, at: datetime) -> None:
        self.answer_by = None

    @transition(
        field=state,
        source=["draft", "submitted", "returned"],
        target="withdrawn",
        permission=freelancer_may_work,
    )
    def withdraw(self, *, at: datetime) -> None:
        self.answer_by = None

    @transition(field=state, source="submitted", target="approved", permission=client_may_approve)
    def approve(self, *, at: datetime, **issue: Unpack[Issue]) -> None:
        self._stand(at, issue)

    @transition(
        field=state,
        source=["submitted", "returned"],
        target="contested",
        permission=side_may_contest,
    )
    def contest(self, *, at: datetime) -> None:
        # What nobody delivered does not wait for the client when the dispute is over.
        self.contested_from = self.State.RETURNED if self.is_of_dispute else self.state
        self.contested_at = at

    @transition(
        field=state,
        source="contested",
        target=RETURN_VALUE("submitted", "returned"),
        permission=nobody,
    )
    def resume(self, *, at: datetime) -> str:
        state, self.contested_from, self.contested_at = self.contested_from, "", None
        return state

    @transition(field=state, source="contested", target="approved", permission=nobody)
    def decide(self, *, at: datetime, **issue: Unpack[Issue]) -> None:
        self._stand(at, issue)

    @transition(field=state, source="contested", target="withdrawn", permission=nobody)
    def decide_nothing(self, *, at: datetime) -> None:
        self.answer_by = None

    @transition(field=state, source="draft", target="approved", permission=nobody)
    def agree(self, *, at: datetime, **issue: Unpack[Issue]) -> None:
        """Both sides had agreed on its sum before it was written down."""
        self.submitted_at = at
        self._stand(at, issue)

    @transition(field=state, source="approved", target="paid", permission=nobody)
    def settle(self, *, at: datetime) -> None:
        self.paid_at = at

    @transition(field=state, source=["approved", "paid"], target="credited", permission=nobody)
    def credit(self, *, at: datetime) -> None: ...

    @transition(field=state, source="approved", target="written_off", permission=nobody)
    def write_off(self, *, at: datetime) -> None: ...

    @transition(field=state, source="paid", target="approved", permission=nobody)
    def reopen(self, *, at: datetime) -> None:
        """A bank took the payment back, and the client owes it again."""
        self.paid_at = None

    @transition(field=state, source="written_off", target="paid", permission=nobody)
    def recover(self, *, at: datetime) -> None:
        self.paid_at = at

    def _stand(self, at: datetime, issue: Issue) -> None:
        self.due_on = (at + timedelta(days=self.net_days)).date()
        self.approved_at = self.issued_at = at
        self.approved_by, self.purchase_order = issue["approved_by"], issue["purchase_order"]
        self.verification_code = issue["verification_code"]
        self.bear(issue["number"])
        self.language = str(issue["frozen"]["language"])
        self.frozen, self.frozen_sha256 = issue["frozen"], issue["frozen_sha256"]


class InvoiceChange(StateChange):
    invoice = models.ForeignKey(Invoice, models.PROTECT, related_name="changes")
