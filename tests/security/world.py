"""One situation with a thing in every state that matters, and two strangers with theirs."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from billing_site.kernel.money import Money
from billing_site.kernel.transitions import SYSTEM
from billing_site.people.models import Membership
from billing_site.people.services import delegations, invitations
from billing_site.platform import clock, filters, notices
from billing_site.platform.models import File, Letter
from disputes.models import Dispute
from disputes.services import negotiating, standard_texts, support
from disputes.services.opening import open_dispute
from invoices.models import FeeCreditNote, FeeInvoice, Receipt
from invoices.services import (
    contracts,
    crediting,
    expenses,
    invoice_templates,
    invoicing,
    mediating_requests,
    projects,
    rate_proposals,
    receipts,
    refund_requests,
    released_requests,
    timing,
    writing_off,
)
from invoices.services.invoicing import Upload
from ledger.queries import records
from payments.gateways.base import Paper, PayoutState, Status, TransferState
from payments.gateways.sandbox import disputing
from payments.gateways.sandbox.models import SandboxCustomer
from payments.models import Charge, GatewayCommand, GatewayCursor, Payout, PayoutMethod
from payments.services import (
    collecting,
    earnings,
    escrow,
    exchange_rates,
    outbox,
    payee_pages,
    payouts,
    refunds,
    restricting,
    sending,
)
from records.queries.transactions import Asked
from records.services import certificates, collectives, exports, personal_exports
from tests import given, given_disputes, given_lines, given_payments, given_projects
from tests.factories.people import MembershipFactory
from tests.given import EUR
from tests.security.forms_of import PageForm
from tests.security.personas import STAFF, STRANGERS, Cast, P
from tests.watched import watched

TEXT = Upload("notes.txt", b"What was done, and why.", "text/plain")
PUBLIC = {
    "record of the client",
    "verification",
    "letter to the newcomer",
    "payment page",
    "onboarding page",
    "dashboard link",
    "setup page",
    "sandbox customer",
    "sandbox file",
    "monday of the time",
    "day of new time",
    "start of new time",
    "end of new time",
    "worker of the plan",
}  # for whoever holds them
TEN_DAYS = timedelta(days=10)  # what was approved then is available now


class World:
    """`world["submitted invoice"]` is the ref of one; the parties are the cast's two sides."""

    def __init__(self) -> None:
        self.now = clock.now()
        watched()
        self.cast = Cast()
        self.refs: dict[str, str] = {}
        self.forms: dict[str, PageForm] = {}  # read once, by acting.forms
        sides: dict[str, Any] = {
            "client": self.cast.user(P.CLIENT_OWNER),
            "freelancer": self.cast.user(P.FREELANCER),
        }
        for thing in ("failed refund", "other failed refund"):
            self._failed_refund(thing, sides["client"])  # before there is credit to pay with
        self._contracts(sides)
        self._projects(sides["client"], sides["freelancer"])
        self._hours(sides)
        self._invoices(sides)
        self._payouts(sides["freelancer"])
        self._methods(sides["client"])
        self._seats()
        self._questions(sides)
        self._released(sides)
        self._disputes(sides)
        self._strangers()
        self._credit(sides)
        self._records()  # last: nobody writes the running export

    def __getitem__(self, thing: str) -> str:
        return self.refs[thing]

    def keep(self, thing: str, found: Any) -> None:
        self.refs[thing] = found if isinstance(found, str) else found.ref

    def address_of(self, page: str) -> str:
        """`contract/active contract` is the page of that contract; a query may name things, too."""
        name, _, query = page.partition("?")
        name, _, thing = name.partition("/")
        address = reverse(name, args=[self[thing]] if thing else [])
        return f"{address}?{query.format(**self.refs)}" if query else address

    def leaks(self, response: HttpResponseBase, persona: P) -> list[str]:
        """Return what a page of *persona* says of things between people who are strangers to it."""
        if (
            not isinstance(response, HttpResponse)
            or response.status_code != 200
            or persona in STAFF
        ):
            return []
        theirs = persona in STRANGERS
        secret = {
            thing: ref
            for thing, ref in self.refs.items()
            if thing.startswith("strangers") != theirs and thing not in PUBLIC
        }
        shown = response.content.decode(errors="replace")
        return [thing for thing, ref in secret.items() if ref in shown]

    def _contracts(self, sides: dict[str, Any]) -> None:
        at = self.now - timedelta(hours=3)
        client, freelancer = sides["client"], sides["freelancer"]
        self.keep("draft contract", given.draft_contract(**sides, at=at))
        self.keep("offered contract", given.offered_contract(**sides, at=at))
        active = given.active_contract(**sides, at=at)
        self.keep("active contract", active)
        self.keep("expense", given.expense(active, by=freelancer, at=at))
        invoiced = given.expense(active, by=freelancer, at=at)
        expenses.invoice(active.pk, [invoiced.ref], by=freelancer, at=at)
        self.keep("invoiced expense", invoiced)
        self.keep("planned milestone", active.milestones.get())
        exchange_rates.fetch_when_due(at=self.now)
        dollars = Money("100.00", "USD")
        self.keep("dollar milestone", given.planned_milestone(**sides, price=dollars, at=at))
        declined = given.offered_contract(**sides, at=at)
        self.keep("declined contract", contracts.decline(declined.pk, by=freelancer, at=at))
        paused = given.active_contract(**sides, at=at)
        self.keep("paused contract", contracts.pause(paused.pk, by=client, at=at))
        funding = given.funding_milestone(**sides, at=at)
        self.keep("funding milestone", funding)
        begun = Charge.objects.get(settlements__escrow=funding.escrow_id)
        self.keep("begun charge", begun)
        outbox.open_page(begun.pk, at=at)
        begun.refresh_from_db(fields=["session_id"])
        self.keep("payment page", begun.session_id)
        paper = Paper("pack.pdf", "application/pdf", "", b"%PDF-1.7")
        self.keep("sandbox file", disputing.keep(paper).pk)
        self.keep("sandbox customer", SandboxCustomer.objects.earliest("created_at").pk)
        self.keep("funded milestone", given.funded_milestone(**sides, at=at))
        asked = given.refund_request(**sides, at=at)
        self.keep("asked refund request", asked)
        self.keep("milestone asked back", asked.milestone)
        granted = given.refund_request(**sides, at=at)
        refund_requests.grant(granted.pk, by=freelancer, at=at)
        self.keep("granted refund request", granted)

    def _projects(self, client: Any, freelancer: Any) -> None:
        at = self.now - timedelta(hours=4)
        project = given_projects.budgeted(client, EUR("90000.00"), at=at)
        self.keep("project", project)
        self.keep("budget", project.budgets.get())
        planned = given_projects.project(client, code="PLAN", at=at)
        self.keep("planned project", planned)
        hourly = given.hourly_contract(client=client, freelancer=freelancer, at=at)
        self.keep("planned contract", given_projects.assigned(hourly, planned, by=client, at=at))
        self.refs["worker of the plan"] = str(freelancer.pk)
        closed = given_projects.project(client, code="OLD", at=at)
        self.keep("closed project", projects.close(closed.pk, by=client, at=at))

    def _hours(self, sides: dict[str, Any]) -> None:
        """Time of an hour ago and a timer that runs; and an hour of this week to write down."""
        freelancer = sides["freelancer"]
        at = self.now - timedelta(hours=5)
        tracked = given.hourly_contract(**sides, manual=False, at=at)
        self.keep("tracked contract", tracked)
        hourly = given.hourly_contract(**sides, at=at)
        self.keep("hourly contract", hourly)
        self.keep(
            "rate proposal",
            rate_proposals.propose(hourly.pk, EUR("65.00"), by=freelancer, at=self.now),
        )
        proposed = rate_proposals.propose(tracked.pk, EUR("66.00"), by=freelancer, at=at)
        self.keep(
            "withdrawn rate proposal",
            rate_proposals.withdraw(proposed.pk, by=freelancer, at=self.now),
        )
        start = (self.now - timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
        entry = given.wrote(hourly, by=freelancer, start=start, minutes=30)[-1]
        self.keep("time", entry)
        self.keep("monday of the time", entry.week.starts_on.isoformat())
        self.keep("running timer", timing.start(hourly.pk, by=freelancer, at=self.now))
        free = start - timedelta(hours=1)
        self.refs |= {
            "day of new time": free.date().isoformat(),
            "start of new time": f"{free:%H:%M}",
            "end of new time": f"{free + timedelta(minutes=5):%H:%M}",
            "op_id of new time": "5f0b0c4e-5f0e-4a43-9a53-0d5a3c1f0b5a",
        }

    def _invoices(self, sides: dict[str, Any]) -> None:
        at = self.now - TEN_DAYS
        submitted = given.submitted_invoice(**sides, at=at, uploads=[TEXT])
        self.keep("submitted invoice", submitted)
        self.keep("delivered file", File.objects.latest("pk"))
        self.keep("delivered milestone", submitted.milestone)
        self.keep("returned invoice", given.returned_invoice(**sides, at=at))
        funded = given.funded_milestone(**sides, at=at)
        drafted = invoicing.draft(funded.pk, by=sides["freelancer"], at=at)
        self.keep("draft invoice", drafted)
        written = given_lines.written_invoice(**sides, at=at)
        self.keep("written invoice", written)
        self.keep("sent written invoice", given_lines.sent_invoice(**sides, at=at))
        kept = invoice_templates.keep(written.pk, name="Usual", by=sides["freelancer"], at=at)
        self.keep("invoice template", kept)
        paid = given.paid_invoice(**sides, at=at)
        given.jobs_done(at=self.now)
        self.keep("paid invoice", paid)
        self.keep("verification", str(paid.verification_code))
        self.keep("succeeded charge", Charge.objects.get(settlements__escrow=paid.escrow_id))
        dollars = given.owed_invoice(**sides, price=Money("90.00", "USD"), at=at)
        self.keep("dollar invoice", invoicing.approve(dollars.pk, by=sides["client"], at=at))
        asked = given.owed_invoice(**sides, at=at)
        self.keep("owed invoice", invoicing.approve(asked.pk, by=sides["client"], at=at))
        deposits = Receipt.objects.filter(kind="deposit", escrow=paid.escrow_id)
        self.keep("deposit receipt", deposits.get())
        self._after(sides, at)
        fees = FeeInvoice.objects.filter(milestone=paid.milestone_id)
        self.keep("client fee invoice", fees.get(side="client"))
        self.keep("freelancer fee invoice", fees.get(side="freelancer"))

    def _after(self, sides: dict[str, Any], at: datetime) -> None:
        """One invoice was credited in part, and another is to be written off."""
        freelancer = sides["freelancer"]
        credited = given.paid_invoice(**sides, at=at)
        line = credited.lines.get()
        note = crediting.credit(
            credited.pk, amounts={line.pk: EUR("100.00")}, reason="Too much", by=freelancer, at=at
        )
        given.jobs_done(at=self.now)
        self.keep("credit note", note)
        fee_notes = FeeCreditNote.objects.filter(cause=f"credit_note/{note.ref}")
        self.keep("client fee credit note", fee_notes.get(fee_invoice__side="client"))
        owed = given.owed_invoice(**sides, at=at)
        given_up = invoicing.approve(owed.pk, by=sides["client"], at=at)
        self.keep("given up invoice", given_up)
        asked = writing_off.ask(given_up.pk, reason="Bankrupt", by=freelancer, at=self.now)
        self.keep("write-off", asked)

    def _seats(self) -> None:
        owner = self.cast.user(P.CLIENT_OWNER)
        client = self.cast.organizations["client"]
        self.keep("client", client)
        invited = invitations.invite(
            client.pk, email="someone.else@example.org", role="viewer", by=owner, at=self.now
        )
        self.keep("invitation", invited)
        newcomer = invitations.invite(
            client.pk,
            email=self.cast.user(P.NEWCOMER).email,
            role="viewer",
            by=owner,
            at=self.now,
        )
        self.keep("invitation of the newcomer", newcomer)
        letter = Letter.objects.get(about_type="invitation", about_ref=newcomer.ref)
        token = re.search(r"/invitations/([\w-]+)/", letter.text)
        assert token, letter.text
        self.keep("letter to the newcomer", token.group(1))
        second = MembershipFactory.create(organization=client, role="approver")
        self.keep("client's second approver", second)
        lent = delegations.begin(
            Membership.objects.get(user=owner).pk,
            to_member_id=second.pk,
            since=self.now,
            until=self.now + timedelta(days=3),
            by=owner,
            at=self.now,
        )
        self.keep("delegation", lent)
        GatewayCursor.objects.create(gateway="sandbox", what="balance lines", reached_at=self.now)
        kept = filters.keep(user_id=owner.pk, page="invoices", name="Mine", query="mine=on")
        self.keep("saved filter", kept)
        kept = filters.keep(
            user_id=owner.pk, page="records", name="Spring", query="since=2026-03-01"
        )
        self.keep("saved filter of the records", kept)
        self.keep("client's viewer", Membership.objects.get(user=self.cast.user(P.CLIENT_VIEWER)))
        for user in self.cast.users.values():
            notices.tell(
                users=[user.pk],
                text="Something happened.",
                url="/home/",
                key=f"happened/{user.pk}",
                at=self.now,
            )

    def _records(self) -> None:
        client = self.cast.organizations["client"]
        ada = self.cast.user(P.CLIENT_OWNER)
        asked = Asked(currency="EUR")
        done = exports.request(client, asked, format_="csv", by=ada, at=self.now)
        exports.write_out(done.pk, at=self.now)
        self.keep("finished export", done)
        running = exports.request(client, asked, format_="json", by=ada, at=self.now)
        self.keep("running export", running)
        about_ada = personal_exports.request(ada, at=self.now)
        exports.write_out(about_ada.pk, at=self.now)
        self.keep("data of the owner", about_ada)
        today = self.now.date()
        certificate = certificates.issue(
            client, "EUR", today, today, by=ada, at=self.now, op_id=uuid4()
        )
        certificates.keep_pdf(certificate.pk)
        self.keep("certificate", certificate)
        month, after = today.replace(day=1), self.now + timedelta(days=32)
        collective, *_ = collectives.issue_all(client.pk, month, at=after)
        collectives.keep_pdf(collective.pk)
        self.keep("collective statement", collective)
        held = records.Wanted(
            client.pk, "EUR", kinds=["fund_escrow"]
        )  # no affair of the other side
        [newest] = records.page(held, limit=1)
        self.keep("record of the client", str(newest.entry))

    def _payouts(self, freelancer: Any) -> None:
        earnings.make_available(at=self.now)
        ours = self.cast.organizations["freelancer"]
        method = given_payments.payout_method(freelancer, at=self.now - TEN_DAYS)
        self.keep("payout method", method)
        page = outbox.open_onboarding(ours, by=freelancer, at=self.now)
        assert page, "The sandbox always has a page."
        self.keep("onboarding page", page.session_id)
        shown = payee_pages.open_dashboard(method.organization, by=freelancer, at=self.now)
        assert shown, "The sandbox opens its pages at once."
        self.keep("dashboard link", shown.session_id)
        self.keep("sent payout", self._sent_payout(freelancer, method))
        asked = payouts.request(
            organization=ours, method=method, amount=EUR("100.00"), by=freelancer, at=self.now
        )
        self.keep("requested payout", asked)
        taken_back = payouts.request(
            organization=ours, method=method, amount=EUR("50.00"), by=freelancer, at=self.now
        )
        payouts.cancel(taken_back.pk, by=freelancer, at=self.now)
        self.keep("cancelled payout", taken_back)
        dollars = PayoutMethod.objects.create(
            organization=ours,
            destination="ba_dollars",
            label="Dollar Bank",
            last4="0840",
            currency="USD",
            added_at=self.now - TEN_DAYS,
            active_from=self.now - TEN_DAYS,
        )
        self.keep("dollar bank", dollars)
        quote = given_payments.quoted(freelancer, dollars, EUR("10.00"), at=self.now)
        self.keep("open quote", quote)
        restricted = restricting.restrict_organization(
            ours.pk,
            scopes=["funding"],  # which a freelancer never does
            reason="We are looking at their papers.",
            review_on=self.now.date() + timedelta(days=30),
            by=self.cast.user(P.SUPERUSER),
            at=self.now,
        )
        self.keep("restriction", restricted)

    def _sent_payout(self, freelancer: Any, method: PayoutMethod) -> Payout:
        """The sandbox has no money for it: what it would answer is told here."""
        at = self.now - timedelta(days=1)
        sent = given_payments.requested_payout(freelancer, method, EUR("20.00"), at=at)
        sending.send(sent.pk, at=at)
        facts = (sent.ref, "acct_1")
        sending.transferred(sent.pk, state=TransferState("tr_1", *facts, 1_901, "EUR"), at=at)
        answer = PayoutState("po_1", *facts, Status.PROCESSING, 1_901, "EUR", at.date())
        sending.accepted(sent.pk, state=answer)
        sent.commands.update(state=GatewayCommand.State.DONE, answered_at=at)
        receipts.write_for_payout(sent.pk)
        return sent

    def _methods(self, client: Any) -> None:
        given_payments.payment_method(client, "3155", at=self.now - TEN_DAYS)
        for thing, code in (("backup method", "4444"), ("last method", "sepa")):
            self.keep(thing, given_payments.payment_method(client, code, at=self.now - TEN_DAYS))
        collected = collecting.collect(
            payer=self.cast.organizations["client"],
            escrows=[given_payments.terms(self.cast.user(P.FREELANCER), document="week/W1")],
            by=SYSTEM("its week was locked"),
            at=self.now,
        )
        outbox.run(collected.commands.get().pk, at=self.now)
        self.keep("collected charge", collected)
        page = outbox.open_method_setup(self.cast.organizations["client"], by=client, at=self.now)
        assert page, "The sandbox always has a page."
        self.keep("setup page", page.session_id)

    def _failed_refund(self, thing: str, client: Any) -> None:
        """Money that should go back, and that the gateway would not send."""
        worker, at = self.cast.user(P.FREELANCER), self.now - TEN_DAYS
        held = given_payments.held_escrow(client=client, freelancer=worker, at=at)
        by = SYSTEM("the work ended")
        refund = escrow.refund(held.pk, reason="It ended.", by=by, at=at)
        refunds.refused(refund.pk, problem="It cannot be sent there.", at=at)
        self.keep(thing, refund)
        self.keep(f"{thing}'s payment", refund.charge)

    def _credit(self, sides: dict[str, Any]) -> None:
        """After all that credit would pay."""
        paid = given.paid_invoice(**sides, at=self.now)
        amounts = {paid.lines.get().pk: EUR("100.00")}
        by, reason = sides["freelancer"], "Less was done"
        crediting.credit(paid.pk, amounts=amounts, reason=reason, by=by, at=self.now)

    def _released(self, sides: dict[str, Any]) -> None:
        """Released money that was asked back: once refused, and once with a mediator."""
        for thing in ("refused request", "mediated request"):
            paid = given.paid_invoice(**sides, at=self.now)
            request = released_requests.ask(
                paid.pk, amount=EUR("50.00"), reason="Late.", by=sides["client"], at=self.now
            )
            by = sides["freelancer"]
            refund_requests.refuse(request.pk, reason="No.", by=by, at=self.now)
            if thing == "mediated request":
                mediating_requests.dispute(request.pk, by=by, at=self.now)
            self.keep(thing, request)

    def _questions(self, sides: dict[str, Any]) -> None:
        """One to answer, one that was settled, of the client's owner; and words to ask with."""
        facts: dict[str, Any] = {"text": "Where is it?", "by": sides["client"], "at": self.now}
        open_one = support.ask(subject="A sum", op_id=uuid4(), **facts)
        self.keep("open question", open_one)
        closed = support.ask(subject="Settled", op_id=uuid4(), **facts)
        self.keep("closed question", support.close(closed.pk, by=sides["client"], at=self.now))
        words = standard_texts.write(
            purpose="question",
            title="What was done",
            text="What of {work}?",
            by=self.cast.user(P.SUPERUSER),
            at=self.now,
        )
        self.keep("standard text", words)

    def _disputes(self, sides: dict[str, Any]) -> None:
        """One that waits for the freelancer, and one that was withdrawn."""
        client, at = sides["client"], self.now - timedelta(hours=2)
        for thing in ("open dispute", "withdrawn dispute"):
            invoice = given.submitted_invoice(**sides, at=at)
            assert invoice.escrow_id, "Its money is held."
            claim = given_disputes.claim(EUR("400.00"))
            self.keep(thing, open_dispute(invoice.escrow_id, claim, by=client, at=at))
        withdrawn = Dispute.objects.get(ref=self["withdrawn dispute"])
        negotiating.withdraw(withdrawn.pk, by=client, at=self.now)
        standing = Dispute.objects.get(ref=self["open dispute"]).offers.get()
        self.keep("standing offer", standing)

    def _strangers(self) -> None:
        """Two others have a contract, too: their pages are not empty, and their refs not ours."""
        at = self.now - TEN_DAYS
        sides: dict[str, Any] = {
            "client": self.cast.user(P.OTHER_CLIENT),
            "freelancer": self.cast.user(P.OTHER_FREELANCER),
        }
        contract = given.active_contract(**sides, at=at)
        self.keep("strangers' contract", contract)
        self.keep("strangers' milestone", contract.milestones.get())
        submitted = given.submitted_invoice(**sides, at=at, uploads=[TEXT])
        self.keep("strangers' invoice", submitted)
        self.keep("strangers' file", File.objects.latest("pk"))
        card = given_payments.payment_method(sides["client"], "4242", at=at)
        self.keep("strangers' payment method", card)
        theirs = given_payments.payout_method(sides["freelancer"], at=at, last4="9999")
        self.keep("strangers' payout method", theirs)
        self.keep("strangers", self.cast.organizations["other client"])
        membership = Membership.objects.get(user=self.cast.user(P.OTHER_CLIENT))
        self.keep("strangers' membership", membership)
