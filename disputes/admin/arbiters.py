"""What an arbiter does with a case, beside the award, which is a settlement with a document."""

from __future__ import annotations

from django.http import HttpResponse

from billing_site.platform import clock
from disputes.admin.deeds import At, asks
from disputes.forms.arbitration import AwardDocumentForm
from disputes.forms.desk import ReasonForm
from disputes.services import arbitration, awarding
from invoices.services.invoicing import Upload


def document(at: At) -> HttpResponse:
    """Upload what was signed; it moves nothing. The award is then given over this very file."""
    form = AwardDocumentForm(at.request.POST or None, files=at.request.FILES or None)

    def keep() -> object:
        sent = form.cleaned_data["document"]
        upload = Upload(sent.name or "file", sent.read(), sent.content_type or "")
        return awarding.upload(at.dispute.pk, upload, by=at.request.user, at=clock.now())

    return asks(at, form, keep, verb="Keep the award", done="Kept. Now give the award over it.")


def discontinuance(at: At) -> HttpResponse:
    form = ReasonForm(at.request.POST or None)
    return asks(
        at,
        form,
        lambda: arbitration.discontinue(
            at.dispute.pk,
            reason=form.cleaned_data["reason"],
            by=at.request.user,
            at=clock.now(),
        ),
        verb="Discontinue the arbitration",
        done="Discontinued. Both sides have been told.",
    )
