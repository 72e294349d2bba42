"""Letters about money that a client asks back, to whom they concern."""

from __future__ import annotations

from datetime import datetime

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from billing_site.people.models import User
from invoices.models import RefundRequest
from invoices.services.telling import date_words, tell
from payments.refund_times import seen_after

KEPT = "the client wanted to keep it as credit, which is there at once"


def tell_of_asking(request: RefundRequest, *, at: datetime) -> None:
    tell(
        request.contract.freelancer,
        Deed.WORK,
        request,
        template="refund_asked",
        subject=f"{request.contract.client} asks for {show(request.amount)} of “{request.title}” "
        f"back: answer by {date_words(request.answer_by)}",
        key="asked",
        at=at,
        **_facts(request),
        reason=request.reason,
    )


def tell_of_deadline(request: RefundRequest, *, at: datetime) -> None:
    _tell_both(
        request,
        template="refund_reminder",
        subject=f"{show(request.amount)} of “{request.title}”: {request.silence_words} "
        f"on {date_words(request.answer_by)}",
        key="reminder",
        at=at,
    )


def tell_of_grant(request: RefundRequest, *, by_silence: bool, at: datetime) -> None:
    escrow = request.milestone.escrow if request.milestone else None
    charge = escrow.origin.funded_by if escrow else None
    _tell_both(
        request,
        template="refund_granted",
        subject=f"{show(request.amount)} of “{request.title}” goes back to "
        f"{request.contract.client}",
        key="granted",
        at=at,
        by_silence=by_silence,
        seen_after=KEPT if request.as_credit else seen_after(charge.way if charge else ""),
    )


def tell_of_refusal(request: RefundRequest, *, reason: str, at: datetime) -> None:
    _tell_both(
        request,
        template="refund_refused",
        subject=f"{request.contract.freelancer} refused to give {show(request.amount)} "
        f"of “{request.title}” back",
        key="refused",
        at=at,
        reason=reason,
    )


def tell_of_expiry(request: RefundRequest, *, at: datetime) -> None:
    _tell_both(
        request,
        template="refund_closed",
        subject=f"{request.contract.freelancer} did not answer about {show(request.amount)} "
        f"of “{request.title}”",
        key="closed",
        at=at,
    )


def tell_of_mediation(request: RefundRequest, *, by: User, until: datetime, at: datetime) -> None:
    _tell_of_case(
        request,
        f"{by} asked for a mediator about {show(request.amount)} of “{request.title}”",
        "One of our mediators reads what was asked and answered, and writes to both of you. Nobody"
        " decides about it: what was paid stays where it is unless the freelancer agrees to give a"
        f" part of it back. Without that it is closed on {date_words(until)}.",
        key=f"mediation/{at:%Y-%m-%d}",
        at=at,
    )


def tell_of_advice(request: RefundRequest, *, words: str, at: datetime) -> None:
    subject = f"Our mediator writes about {show(request.amount)} of “{request.title}”"
    said = (
        f"Our mediator writes: {words}\n\n"
        "It binds nobody: the freelancer can agree to give a part back, and without that "
        "nothing moves."
    )
    _tell_of_case(request, subject, said, key=f"advice/{at:%Y-%m-%dT%H:%M:%S}", at=at)


def tell_of_end(request: RefundRequest, *, words: str, at: datetime) -> None:
    subject = f"The mediation about {show(request.amount)} of “{request.title}” is over"
    said = f"{words}\n\nWhat was paid stays where it is."
    _tell_of_case(request, subject, said, key="mediated", at=at)


def _tell_of_case(
    request: RefundRequest, subject: str, words: str, *, key: str, at: datetime
) -> None:
    _tell_both(request, template="refund_mediated", subject=subject, key=key, at=at, words=words)


def _tell_both(
    request: RefundRequest, *, template: str, subject: str, key: str, at: datetime, **more: object
) -> None:
    contract = request.contract
    for organization, deed in [(contract.client, Deed.OFFER), (contract.freelancer, Deed.WORK)]:
        tell(
            organization,
            deed,
            request,
            template=template,
            subject=subject,
            key=f"{key}/{organization.ref}",
            at=at,
            **_facts(request),
            to_client=organization.pk == contract.client_id,
            **more,
        )


def _facts(request: RefundRequest) -> dict[str, object]:
    return {
        "client": str(request.contract.client),
        "freelancer": str(request.contract.freelancer),
        "amount": show(request.amount),
        "held": show(request.held),
        "keeps": show(request.offered) if request.offered else "",
        "deadline": date_words(request.answer_by),
        "is_held": request.kind == RefundRequest.Kind.HELD,
    }
