"""Certificates: issued at once, for good, and drawn by a job after commit."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from billing_site.kernel.money import show
from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, User
from billing_site.platform.queue import later
from invoices.documents import freezing
from invoices.services.issuing import keep_plain
from invoices.services.numbering import OurKind, take_our_number
from records.documents.certificate import certificate
from records.models import Certificate
from records.queries.certified import certified

LONGEST = 3_660  # days: more months than fit on a page that somebody reads


@transaction.atomic
def issue(
    organization: Organization,
    currency: str,
    since: date,
    until: date,
    *,
    by: User,
    at: datetime,
    op_id: UUID,
    seen: str | None = None,
) -> Certificate:
    """Certify what was earned or spent from *since* to *until*, both days included, in UTC.

    The same *op_id* gets the certificate that it was given before. *seen* says which sums a
    person has looked at (`Months.seen`).

    :raises NotAllowed: *by* sees nothing of the organization, the days are not over or too many,
        or the sums are not those that were seen.
    """
    if not may(by, Deed.VIEW, organization):
        raise NotAllowed("You do not act for this organization.")
    if not since <= until <= at.date():
        raise NotAllowed("Only days that were can be certified: until today at most.")
    if (until - since).days >= LONGEST:
        raise NotAllowed("Choose ten years at most.")
    ours = Organization.objects.lock(organization.pk)
    before = Certificate.objects.filter(requested_by=by, op_id=op_id).first()
    if before is not None:
        return before
    months = certified(ours, currency, since, until)
    if seen is not None and seen != months.seen:
        raise NotAllowed(
            "Money has moved since you looked at the sums: "
            f"it is {show(months.whole.left)} now. Look again, then issue it."
        )
    issued = Certificate(
        kind=Certificate.Kind.SPEND if ours.is_client else Certificate.Kind.EARNINGS,
        organization=ours,
        requested_by=by,
        op_id=op_id,
        since=since,
        until=until,
        currency=currency,
        gross=months.whole.gross,
        fee=months.whole.fee,
        back=months.whole.back,
        amount=months.whole.left,
        issued_at=at,
        verification_code=public_ref(),
    )
    number = take_our_number(OurKind.CERTIFICATE, on=at.date())
    issued.bear(number)
    code = issued.verification_code or ""
    issued.frozen = certificate(issued, months, number=number.text, code=code)
    issued.frozen_sha256 = freezing.sha256(issued.frozen)
    issued.save()
    later("records.tasks.render_certificate", certificate_id=issued.pk)
    return issued


def keep_pdf(certificate_id: int) -> Certificate:
    """Draw it and keep the file with its hash, once."""
    certificate_ = Certificate.objects.get(pk=certificate_id)
    return keep_plain(
        certificate_, lock=Certificate.objects.lock, owner=certificate_.organization_id
    )
