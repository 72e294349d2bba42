"""Everything that was said and done in a dispute, as one stream, newest first."""

from __future__ import annotations

from collections.abc import Iterable

from billing_site.kernel.money import show
from billing_site.kernel.transitions import StateChange
from disputes.models import Dispute, Evidence, Message, Offer, Question
from disputes.models.conversation import MessageQuerySet
from invoices.queries.history import Happening, file_link

US = "Countersign"
STEPS = {
    "escalate": "asked for a mediator",
    "propose": "proposed",
    "refuse": "refused the proposal",
    "decide": "decided",
    "appeal": "appealed",
    "decide_appeal": "decided the appeal",
    "lapse": "let the time to appeal pass: the decision is final",
    "pay_share": "chose arbitration",
    "start": "began the arbitration",
    "award": "gave the award",
    "default": "ended it, because the time was over",
    "discontinue": "discontinued the arbitration",
    "settle": "settled it",
    "withdraw": "withdrew the dispute",
    "void": "ended it: the bank took the money",
}


def story_of(dispute: Dispute, messages: MessageQuerySet) -> list[Happening]:
    """Return what this reader may know. *messages* are those that they may read."""
    opened = Happening(
        who=str(dispute.opened_by),
        at=dispute.opened_at,
        did=f"opened the dispute for {dispute.organization_of(dispute.side)}: "
        f"{dispute.get_reason_display()}",
        text=dispute.words,
        amount=dispute.claimed,
    )
    told = [
        opened,
        *(_step(each) for each in dispute.changes.select_related("by").order_by("at", "pk")),
        *(_message(each, dispute) for each in messages.select_related("by").order_by("at", "pk")),
        *(
            _offer(each, dispute)
            for each in dispute.offers.select_related("by").order_by("at", "pk")
        ),
        *(_evidence(each) for each in evidence_of(dispute)),
        *(
            _question(each, dispute)
            for each in dispute.questions.select_related("by").order_by("pk")
        ),
    ]
    return _newest_first(told)


def evidence_of(dispute: Dispute) -> list[Evidence]:
    return list(dispute.evidence.select_related("by", "file").order_by("at", "pk"))


def audience_words(message: Message, dispute: Dispute) -> str:
    """To whom it was written, after “wrote”."""
    match message.audience:
        case Message.Audience.BOTH:
            return "to both sides and the mediator"
        case Message.Audience.STAFF:
            return "a note that only our staff reads"
        case _:
            return f"to {dispute.organization_of(message.audience)} and the mediator alone"


def _step(change: StateChange) -> Happening:
    by_system = change.by is None
    text = change.note or (f"Because {change.reason}." if change.reason else "")
    return Happening(
        who=str(change.by or "The system"),
        at=change.at,
        did=STEPS.get(change.step, change.step),
        text=text,
        by_system=by_system,
    )


def _message(message: Message, dispute: Dispute) -> Happening:
    if message.side == "":
        audience = audience_words(message, dispute)
    elif message.audience == Message.Audience.BOTH:
        audience = "to the other side and the mediator"
    else:
        audience = "to the mediator alone"
    who = str(message.by) if message.side else f"{message.by}, {US}"
    return Happening(who=who, at=message.at, did=f"wrote {audience}", text=message.text)


def _offer(offer: Offer, dispute: Dispute) -> Happening:
    ending = f" ({offer.get_ending_display()})" if offer.ending else ""
    return Happening(
        who=str(offer.by),
        at=offer.at,
        did=f"named {show(offer.figure)} for {dispute.contract.freelancer}{ending}",
        text=offer.words,
    )


def _evidence(evidence: Evidence) -> Happening:
    return Happening(
        who=str(evidence.by),
        at=evidence.at,
        did=f"showed: {evidence.description}",
        files=[file_link(evidence.file)],
    )


def _question(question: Question, dispute: Dispute) -> Happening:
    return Happening(
        who=f"{question.by}, {US}",
        at=question.at,
        did=f"asked {dispute.organization_of(question.side)}, and stopped the clock",
        text=question.text,
    )


def _newest_first(told: Iterable[Happening]) -> list[Happening]:
    numbered = list(enumerate(told))
    numbered.sort(key=lambda pair: (pair[1].at, pair[0]), reverse=True)
    return [happening for _, happening in numbered]
