"""What a mediator does with a case: each deed is one form that calls one service."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse

from billing_site.kernel.money import Money, show
from billing_site.people import step_up
from billing_site.people.models import User
from billing_site.platform import clock
from disputes.admin.beginning import begin
from disputes.forms.arbitration import AwardForm
from disputes.forms.cases import figure_form
from disputes.forms.desk import (
    DeskMessageForm,
    HandOverForm,
    QuestionForm,
    ReasonForm,
    SettlementForm,
)
from disputes.models import Decision, Dispute, Proposal, Side, StandardText
from disputes.queries.desk import DeskCase, mediators_beside
from disputes.queries.figure_by_line import BY_LINE, LINES, figure_by_line
from disputes.queries.settlement_preview import settlement_preview
from disputes.services import awarding, deciding, hearing, shares, talking
from disputes.services.awarding import Award
from invoices.views.answering import answer, do


@dataclass(frozen=True, slots=True)
class At:
    """A deed is asked for: by whom, in which case, and what its page shows around the form."""

    request: Any
    dispute: Dispute
    page: DeskCase
    context: dict[str, Any]

    @property
    def url(self) -> str:
        return page_of(self.dispute)


def page_of(dispute: Dispute) -> str:
    return reverse("admin:disputes_dispute_desk", args=[dispute.ref])


def take(at: At) -> HttpResponse:
    by = at.request.user
    return do(
        at.request,
        deed=lambda: hearing.take_on(at.dispute.pk, by=by, at=clock.now()),
        done="It is your case now.",
        to=at.url,
    )


def hand_over(at: At) -> HttpResponse:
    mediators = mediators_beside(at.request.user)
    form = HandOverForm(at.request.POST or None, mediators=mediators)
    return asks(
        at,
        form,
        lambda: hearing.hand_over(
            at.dispute.pk,
            to=User.objects.get(pk=form.cleaned_data["to"]),
            reason=form.cleaned_data["reason"],
            by=at.request.user,
            at=clock.now(),
        ),
        verb="Hand it over",
        done="Handed over.",
    )


def question(at: At) -> HttpResponse:
    begins = begin(at.request, at.dispute, StandardText.Purpose.QUESTION)
    form = QuestionForm(at.request.POST or None, dispute=at.dispute, text=begins.words)
    at.context["begins"] = begins
    return asks(
        at,
        form,
        lambda: hearing.ask(
            at.dispute.pk,
            side=Side(form.cleaned_data["side"]),
            text=form.cleaned_data["text"],
            by=at.request.user,
            at=clock.now(),
        ),
        verb="Ask",
        done="Asked. The clock stands until they answer.",
    )


def message(at: At) -> HttpResponse:
    form = DeskMessageForm(at.request.POST or None, dispute=at.dispute)
    return asks(
        at,
        form,
        lambda: talking.say(
            at.dispute.pk,
            text=form.cleaned_data["text"],
            audience=form.cleaned_data["audience"],
            by=at.request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        verb="Write",
        done="Written.",
    )


def settlement(at: At) -> HttpResponse:
    """A figure, then exactly what it posts, bills and credits, then that very plan or nothing."""
    request, dispute = at.request, at.dispute
    by_line = figure_by_line(dispute, request.GET.getlist(LINES))
    asks = figure_form(
        request,
        most=dispute.at_stake,
        label=f"What {at.page.freelancer} gets of {show(dispute.at_stake)}",
        by_line=by_line.figure if by_line and BY_LINE in request.GET else None,
    )
    figure = asks.figure
    plan = settlement_preview(dispute, figure, at=clock.now()) if figure is not None else None
    form = _settlement_form(at, seen={"seen_plan": plan.hash if plan else ""})
    begins = begin(request, dispute, StandardText.Purpose.RULING, figure=figure, by_line=by_line)
    form.initial["reasons"] = begins.words
    asks.carried_by(form)
    is_sent = request.method == "POST" and form.is_valid() and plan is not None
    purpose = f"settlement:{dispute.ref}:{plan.hash if plan else ''}"
    if is_sent and (asked := step_up.required(request, purpose=purpose)):
        return asked
    return answer(
        request,
        form,
        deed=lambda: _carry_out(at, figure, form.cleaned_data, plan.hash if plan else ""),
        done=_said,
        to=at.url,
        template="admin/disputes/dispute/settlement.html",
        context={
            **at.context,
            "asks": asks,
            "plan": plan,
            "begins": begins,
            "by_line": by_line,
        },
    )


def confirmation(at: At) -> HttpResponse:
    """A second person puts a decision or a proposal in force: above a cap it takes two."""
    decision = _decision(at)
    request = at.request
    if asked := step_up.required(request, purpose=f"confirmation:{decision.ref}"):
        return asked
    return do(
        request,
        deed=lambda: deciding.confirm(decision.pk, by=request.user, at=clock.now()),
        done="Confirmed: it is in force.",
        to=at.url,
    )


def refusal(at: At) -> HttpResponse:
    decision = _decision(at)
    form = ReasonForm(at.request.POST or None)
    return asks(
        at,
        form,
        lambda: deciding.send_back(
            decision.pk,
            reason=form.cleaned_data["reason"],
            by=at.request.user,
            at=clock.now(),
        ),
        verb="Send it back",
        done="Sent back: it was never in force.",
    )


def _said(made: Decision | Proposal) -> str:
    if isinstance(made, Proposal):
        return "Proposed. Both sides have been told."
    if made.in_force_at is None:
        what = "Proposed" if made.stage == Decision.Stage.PROPOSAL else "Decided"
        return f"{what}. It is above your cap: a second person has to confirm it."
    return "Decided. Both sides have been told."


def _settlement_form(at: At, *, seen: dict[str, str]) -> SettlementForm:
    request, dispute = at.request, at.dispute
    if dispute.state != Dispute.State.IN_ARBITRATION:
        return SettlementForm(request.POST or None, seen=seen)
    paper = awarding.newest(dispute)
    return AwardForm(
        request.POST or None,
        seen={**seen, "seen_document": paper.sha256 if paper else ""},
        dispute=dispute,
        is_external=shares.is_external(dispute),
    )


def _carry_out(
    at: At, figure: Money | None, said: dict[str, Any], plan_hash: str
) -> Decision | Proposal:
    facts: dict[str, Any] = {
        "figure": figure if figure is not None else Money(-1, at.dispute.currency),
        "reasons": said["reasons"],
        "plan_hash": plan_hash,
        "by": at.request.user,
        "at": clock.now(),
    }
    if at.dispute.state == Dispute.State.IN_ARBITRATION:
        loser = said.get("costs_on")
        award = Award(said["seen_document"], Side(loser) if loser else None)
        return awarding.award(at.dispute.pk, award, **facts, op_id=said["op_id"])
    deed = deciding.decide if at.page.may_decide else hearing.propose
    return deed(at.dispute.pk, **facts)


def asks(at: At, form: Any, deed: Any, *, verb: str, done: str) -> HttpResponse:
    return answer(
        at.request,
        form,
        deed=deed,
        done=done,
        to=at.url,
        template="admin/disputes/dispute/deed.html",
        context={**at.context, "verb": verb},
    )


def _decision(at: At) -> Decision:
    """The one decision of this case that waits for a second person."""
    return get_object_or_404(at.dispute.decisions.to_confirm())
