"""Collective statements: issued once a month for each client and currency, and drawn by a job."""

from __future__ import annotations

from datetime import date, datetime

from django.db import transaction

from billing_site.kernel.references import public_ref
from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization
from billing_site.platform.queue import later
from invoices.documents import freezing
from invoices.services.issuing import keep_plain
from invoices.services.numbering import OurKind, take_our_number
from records.documents.collective import collective
from records.models import CollectiveStatement
from records.queries.billed import billed, currencies_of
from records.queries.lots import DAY
from records.queries.period_sums import period_sums
from records.queries.statements import month_after


@transaction.atomic
def issue_all(organization_id: int, month: date, *, at: datetime) -> list[CollectiveStatement]:
    """Issue what a client's month comes to, in each currency in which anything happened.

    What is issued already stays as it is.

    :raises NotAllowed: the month is not over, or no client's.
    """
    client, until = Organization.objects.lock(organization_id), month_after(month) - DAY
    if not client.is_client or month.day != 1 or until >= at.date():
        raise NotAllowed("Collective statements are of a client's months that are over.")
    there = CollectiveStatement.objects.filter(organization=client, month=month)
    known = set(there.values_list("currency", flat=True))
    wanted = [each for each in currencies_of(client, month, until) if each not in known]
    return [_issue(client, currency, month, until, at=at) for currency in wanted]


def keep_pdf(statement_id: int) -> CollectiveStatement:
    """Draw it and keep the file with its hash, once."""
    statement = CollectiveStatement.objects.get(pk=statement_id)
    lock = CollectiveStatement.objects.lock
    return keep_plain(statement, lock=lock, owner=statement.organization_id)


def _issue(
    client: Organization, currency: str, month: date, until: date, *, at: datetime
) -> CollectiveStatement:
    documents = billed(client, currency, month, until)
    books = period_sums(client, currency, month, until)
    issued = CollectiveStatement(
        organization=client,
        month=month,
        currency=currency,
        billed=documents.billed,
        credited=documents.credited,
        amount=documents.amount,
        opening=books.opening,
        came=books.came,
        went=books.went,
        closing=books.closing,
        issued_at=at,
        verification_code=public_ref(),
    )
    number = take_our_number(OurKind.STATEMENT, on=at.date())
    issued.bear(number)
    code = issued.verification_code or ""
    issued.frozen = collective(issued, documents, number=number.text, code=code)
    issued.frozen_sha256 = freezing.sha256(issued.frozen)
    issued.save()
    later("records.tasks.render_collective", statement_id=issued.pk)
    return issued
