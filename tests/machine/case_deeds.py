"""What two sides, their mediators and the clock do. Each deed is tried, or refused in words."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from billing_site.kernel.transitions import SYSTEM, NotAllowed
from billing_site.people.models import User
from disputes.models import ArbitrationShare, Dispute, Question, Side
from disputes.models.dispute_rows import FOR_STAFF
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import (
    answering,
    arbitration,
    awarding,
    deadlines,
    deciding,
    hearing,
    negotiating,
    shares,
    splitting,
    talking,
)
from disputes.services.awarding import Award
from disputes.services.opening import open_dispute
from invoices.models import Invoice, Milestone, RefundRequest
from invoices.services import invoicing, refund_requests, refund_silence
from invoices.services.invoicing import Upload
from payments.models import Escrow, Freeze
from payments.services import earnings, freezing
from tests.given_disputes import WHY, claim
from tests.machine.case_banks import Banked, figures, which
from tests.machine.case_world import part

LOOKING = SYSTEM("staff looks into it")
yes = st.booleans()


class Cases(Banked):
    def case(self, pick: int) -> Dispute:
        """One that runs, where one does; a closed one is tried, too, now and then."""
        running = list(Dispute.objects.running().order_by("pk"))
        found = running if running and pick % 10 else list(Dispute.objects.order_by("pk"))
        return found[pick % len(found)]

    def both(self, by_client: bool) -> User:
        return self.cast.side(by_client)

    # The two sides.

    @rule(pick=which, by_client=yes, tenths=figures)
    def open_one(self, pick: int, by_client: bool, tenths: int) -> None:
        escrows = list(Escrow.objects.order_by("pk"))
        escrow = escrows[pick % len(escrows)]
        said = claim(part(escrow.gross, tenths))
        self.tried(open_dispute, escrow.pk, said, by=self.both(by_client))

    @rule(pick=which, by_client=yes, tenths=figures)
    def offer(self, pick: int, by_client: bool, tenths: int) -> None:
        case = self.case(pick)
        figure = part(case.at_stake, tenths)
        self.tried(negotiating.offer, case.pk, figure=figure, by=self.both(by_client))

    @rule(pick=which, by_client=yes)
    def accept(self, pick: int, by_client: bool) -> None:
        theirs = self.case(pick).offers.order_by("-pk").first()
        if theirs:
            self.tried(negotiating.accept, theirs.pk, by=self.both(by_client))

    @rule(pick=which, by_client=yes, says_yes=yes)
    def a_side_goes_on(self, pick: int, by_client: bool, says_yes: bool) -> None:
        """What the state of a case wants of a side; of another one, it is refused."""
        case, by = self.case(pick), self.both(by_client)
        match case.state:
            case "proposed":
                self.tried(answering.answer_proposal, case.pk, accepts=says_yes, by=by)
            case "decided":
                self.tried(deciding.appeal, case.pk, reason=WHY, by=by)
            case "unresolved" | "arbitration_pending":
                bench = ArbitrationShare.Bench.EXTERNAL if says_yes else "panel"
                self.tried(arbitration.choose, case.pk, bench=bench, by=by)
            case _:
                self.tried(hearing.escalate, case.pk, by=by)

    @rule(pick=which, by_client=yes)
    def take_back(self, pick: int, by_client: bool) -> None:
        """Rarely: nothing more can happen to that case."""
        if pick % 8 == 0:
            self.tried(negotiating.withdraw, self.case(pick // 8).pk, by=self.both(by_client))

    @rule(pick=which, by_client=yes)
    def answer_the_mediator(self, pick: int, by_client: bool) -> None:
        asked = list(Question.objects.order_by("pk"))
        if asked:
            pk = asked[pick % len(asked)].pk
            self.tried(talking.answer, pk, text="This one.", by=self.both(by_client))

    @rule(pick=which, tenths=figures, by_client=yes, says_yes=yes)
    def it_goes_on(self, pick: int, tenths: int, by_client: bool, says_yes: bool) -> None:
        """Whoever is waited for does something, so that cases come far."""
        if self.case(pick).state in FOR_STAFF:
            self.rule_on(pick, tenths, says_yes)
        else:
            self.a_side_goes_on(pick, by_client, says_yes)

    # Staff.

    @rule(pick=which, who=which)
    def take_on(self, pick: int, who: int) -> None:
        """By one who has it, by the next, or by anybody."""
        case, staff = self.case(pick), self.cast.staff[who % 3]
        if case.mediator_id and who % 2:
            self.tried(hearing.hand_over, case.pk, to=staff, reason=WHY, by=case.mediator)
        else:
            self.tried(hearing.take_on, case.pk, by=staff)

    @rule(pick=which, tenths=figures, decides=yes)
    def rule_on(self, pick: int, tenths: int, decides: bool) -> None:
        """Propose, decide or award, by whoever has it, with the plan that was looked at."""
        case = self.case(pick)
        if case.mediator is None:
            self.tried(hearing.take_on, case.pk, by=self.cast.staff[tenths % 3])
            return
        figure = part(case.at_stake, tenths)
        facts: dict[str, Any] = {
            "figure": figure,
            "reasons": WHY,
            "plan_hash": settlement_preview(case, figure, at=self.now).hash,
            "by": case.mediator,
        }
        if case.state == "in_arbitration":
            costs_on = list(Side)[tenths % 2] if decides else None
            self.tried(awarding.award, case.pk, Award(self._paper(case), costs_on), **facts)
        elif decides or case.state == "in_appeal":
            self.tried(deciding.decide, case.pk, **facts)
        else:
            self.tried(hearing.propose, case.pk, **facts)

    def _paper(self, case: Dispute) -> str:
        sent = Upload("award.txt", f"Award of {self.now}".encode(), "text/plain")
        if shares.is_external(case):
            self.tried(awarding.upload, case.pk, sent, by=case.mediator)
        paper = awarding.newest(case)
        return paper.sha256 if paper else ""

    @rule(pick=which, agrees=yes)
    def a_second_person(self, pick: int, agrees: bool) -> None:
        waiting = self.case(pick).decisions.to_confirm().first()
        if waiting and agrees:
            self.tried(deciding.confirm, waiting.pk, by=self.cast.staff[pick % 3])
        elif waiting:
            by = self.cast.staff[pick % 3]
            self.tried(deciding.send_back, waiting.pk, reason=WHY, by=by)

    @rule(pick=which, by_client=yes, stops=yes)
    def ask_or_stop(self, pick: int, by_client: bool, stops: bool) -> None:
        case = self.case(pick)
        by = case.mediator or self.cast.staff[0]
        if stops and case.state == "in_arbitration":
            self.tried(arbitration.discontinue, case.pk, reason=WHY, by=by)
        else:
            side = Side.CLIENT if by_client else Side.FREELANCER
            self.tried(hearing.ask, case.pk, side=side, text="Which?", by=by)

    @rule(pick=which)
    def another_cause(self, pick: int) -> None:
        """Staff keeps the money, too, or not any more."""
        pk, cause = self.case(pick).escrow_id, Freeze.Cause.STAFF
        if Freeze.objects.open().filter(escrow=pk, cause=cause).exists():
            self.tried(freezing.unfreeze, pk, cause=cause, by=LOOKING)
        else:
            self.tried(freezing.freeze, pk, cause=cause, reason="a look", by=LOOKING)

    # The work goes on beside it.

    @rule(pick=which, agrees=yes)
    def review(self, pick: int, agrees: bool) -> None:
        papers = list(Invoice.objects.order_by("pk"))
        pk, by = papers[pick % len(papers)].pk, self.cast.alice
        if agrees and not pick % 3:
            self.tried(invoicing.approve, pk, by=by)
        elif not agrees:
            self.tried(invoicing.return_, pk, reason="Darker.", by=by)

    @rule(pick=which)
    def deliver(self, pick: int) -> None:
        works = list(Milestone.objects.order_by("pk"))
        pk = works[pick % len(works)].pk
        self.tried(invoicing.deliver, pk, message="Done.", by=self.cast.bob)

    @rule(pick=which, tenths=figures, what=st.sampled_from(["ask", "grant", "refuse"]))
    def ask_back(self, pick: int, tenths: int, what: str) -> None:
        works, asked = Milestone.objects.order_by("pk"), RefundRequest.objects.order_by("-pk")
        if what == "ask":
            work = list(works)[pick % len(works)]
            keeps = part(work.price, tenths)
            self.tried(refund_requests.ask, work.pk, keeps=keeps, by=self.cast.alice)
        elif (request := asked.first()) and what == "grant":
            self.tried(refund_requests.grant, request.pk, by=self.cast.bob)
        elif request:
            self.tried(refund_requests.refuse, request.pk, reason="No.", by=self.cast.bob)

    # The clock, and who has no business here.

    @rule(halves=st.integers(1, 9), works=st.sampled_from([True, True, False]))
    def time_passes(self, halves: int, works: bool) -> None:
        """Sweeps come late, or not at all for a while, and act as of the deadlines."""
        self.now += timedelta(days=halves) / 2
        if works:
            self.sweep()

    def sweep(self) -> None:
        self.has_changed = True
        deadlines.warn(at=self.now)
        deadlines.follow(at=self.now)
        splitting.split_waiting(at=self.now)
        for share in ArbitrationShare.objects.held():
            shares.settle(share.pk, at=self.now)
        invoicing.approve_unanswered(at=self.now)
        refund_silence.answer_unanswered(at=self.now)
        earnings.make_available(at=self.now)
        # What a sweep cannot do it logs, so that others go on: here nothing may be left.
        assert not Dispute.objects.due(at=self.now).filter(overdue_at=None).exists()
        kept = Freeze.objects.open().exclude(cause=Freeze.Cause.DISPUTE).values("escrow")
        assert not Dispute.objects.unsplit().exclude(escrow__in=kept).exists()

    @rule(pick=which)
    def a_stranger_tries(self, pick: int) -> None:
        """And nothing that she tries is for her, in whatever state it is."""
        case, eve = self.case(pick), self.cast.eve
        deeds = [
            negotiating.withdraw,
            arbitration.choose,
            hearing.take_on,
            hearing.escalate,
        ]
        assert isinstance(self.tried(deeds[pick % len(deeds)], case.pk, by=eve), NotAllowed)
