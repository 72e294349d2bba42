"""What a side says and shows, what it asks of the case, and its answers to a mediator."""

from __future__ import annotations

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST

from billing_site.kernel.forms import ConsentForm
from billing_site.kernel.http import SignedInRequest
from billing_site.platform import clock
from disputes.forms.cases import AnswerForm, EvidenceForm, MessageForm, WordsForm
from disputes.queries.split_view import split_of
from disputes.services import answering, deciding, hearing, talking
from disputes.views.cases import find, on_page, page_of
from invoices.services.invoicing import Upload
from invoices.views.answering import answer


@require_POST
def message(request: SignedInRequest, ref: str) -> HttpResponse:
    page = page_of(request, find(request, ref))
    form = MessageForm(request.POST, dispute=page.dispute, side=page.side)
    return answer(
        request,
        form,
        deed=lambda: talking.say(
            page.dispute.pk,
            text=form.cleaned_data["text"],
            audience=form.cleaned_data["audience"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Sent.",
        to=f"{page.dispute.get_absolute_url()}#said",
        template="disputes/dispute.html",
        context=on_page(page, message_form=form),
    )


@require_POST
def evidence(request: SignedInRequest, ref: str) -> HttpResponse:
    page = page_of(request, find(request, ref))
    form = EvidenceForm(request.POST, files=request.FILES)
    return answer(
        request,
        form,
        deed=lambda: talking.show(
            page.dispute.pk,
            upload=_upload(form),
            description=form.cleaned_data["description"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Kept. Both sides and the mediator see it.",
        to=f"{page.dispute.get_absolute_url()}#evidence",
        template="disputes/dispute.html",
        context=on_page(page, evidence_form=form),
    )


@require_http_methods(["GET", "POST"])
def mediation(request: SignedInRequest, ref: str) -> HttpResponse:
    """Ask for a mediator before the time between the two is over."""
    page = page_of(request, find(request, ref))
    form = ConsentForm(request.POST or None)
    return answer(
        request,
        form,
        deed=lambda: hearing.escalate(
            page.dispute.pk,
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Asked. A mediator takes it; their date stands at the top.",
        to=page.dispute,
        template="disputes/mediation.html",
        context={"page": page},
    )


@require_http_methods(["GET", "POST"])
def question(request: SignedInRequest, ref: str) -> HttpResponse:
    """Answer what the mediator asked this side."""
    page = page_of(request, find(request, ref))
    asked = page.asked
    if asked is None and request.method == "POST":  # the same form twice, perhaps
        answered = page.dispute.questions.filter(answer__by=request.user)
        asked = answered.order_by("pk").last()
    if asked is None:
        raise Http404
    form = WordsForm(request.POST or None, label="Your answer")
    return answer(
        request,
        form,
        deed=lambda: talking.answer(
            asked.pk,
            text=form.cleaned_data["words"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Answered. The clock of the case goes on.",
        to=page.dispute,
        template="disputes/question.html",
        context={"page": page, "asked": asked},
    )


@require_http_methods(["GET", "POST"])
def proposal(request: SignedInRequest, ref: str) -> HttpResponse:
    """Say yes or no to what the mediator proposes."""
    page = page_of(request, find(request, ref))
    shown = page.may_answer and page.fits
    split = split_of(page.dispute.escrow, page.dispute.proposal.figure) if shown else None
    form = AnswerForm(request.POST or None, seen=split.seen if split else {})
    return answer(
        request,
        form,
        deed=lambda: answering.answer_proposal(
            page.dispute.pk,
            accepts=form.cleaned_data["answer"] == "accepted",
            words=form.cleaned_data["words"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Answered.",
        to=page.dispute,
        template="disputes/answer.html",
        context={"page": page, "split": split},
    )


@require_http_methods(["GET", "POST"])
def appeal(request: SignedInRequest, ref: str) -> HttpResponse:
    page = page_of(request, find(request, ref))
    form = WordsForm(request.POST or None, label="What is new, or was overlooked")
    return answer(
        request,
        form,
        deed=lambda: deciding.appeal(
            page.dispute.pk,
            reason=form.cleaned_data["words"],
            by=request.user,
            at=clock.now(),
            op_id=form.cleaned_data["op_id"],
        ),
        done="Appealed. Somebody else hears it.",
        to=page.dispute,
        template="disputes/appeal.html",
        context={"page": page},
    )


def _upload(form: EvidenceForm) -> Upload:
    file = form.cleaned_data["file"]
    return Upload(file.name or "file", file.read(), file.content_type or "")
