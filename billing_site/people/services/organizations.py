"""Founding an organization, and what it says about itself."""

from __future__ import annotations

import unicodedata
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db import transaction

from billing_site.kernel.money import Money, from_minor, show
from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, allows, may
from billing_site.people.models import Membership, Organization, TaxProfile, User
from billing_site.people.models.membership import Role
from billing_site.people.queries.numbering import numbers_were_given
from billing_site.people.services import tax
from billing_site.platform import audit, operations


@transaction.atomic
def found(
    *,
    name: str,
    kind: str,
    country: str,
    currency: str,
    by: User,
    at: datetime,
    op_id: UUID | None = None,
    taxed_as: str = TaxProfile.Kind.BUSINESS,
    vat_id: str = "",
    series_code: str = "",
    legal_name: str = "",
    street: str = "",
    postal_code: str = "",
    city: str = "",
) -> Organization:
    """Make an organization with *by* as its owner, and return it as its VAT is declared.

    :raises NotAllowed: staff act for nobody; the VAT ID has the wrong form.
    """
    if by.is_staff:
        raise NotYours("Staff act for no organization. Sign up with another e-mail address.")
    subject = f"organization/{name}"[:120]
    form = operations.form(user_id=by.pk, deed="found", op_id=op_id, subject=subject, at=at)
    if form.is_again:
        return Organization.objects.of(by).get(ref__in=form.made)
    organization = Organization.objects.create(
        kind=kind,
        name=name,
        legal_name=legal_name,
        street=street,
        postal_code=postal_code,
        city=city,
        country=country,
        currency=currency,
        series_code=series_code or free_series_code(name),
        created_at=at,
    )
    Membership.objects.create(
        organization=organization, user=by, role=Role.OWNER, currency=currency, since=at
    )
    audit.record(by, "found", f"organization/{organization.ref}", at=at, kind=kind)
    tax.declare(organization.pk, kind=taxed_as, vat_id=vat_id, by=by, at=at)
    organization.refresh_from_db()
    return form.answer(organization)


@transaction.atomic
def describe(
    organization_id: int,
    *,
    name: str,
    legal_name: str,
    street: str,
    postal_code: str,
    city: str,
    country: str,
    document_language: str,
    by: User,
    at: datetime,
) -> Organization:
    """Change what documents will print from now on. Those that were issued stay as they are.

    :raises NotAllowed: the VAT ID that is on file cannot be one of the new country.
    """
    organization = _locked(organization_id, by)
    moved = country != organization.country
    if moved and organization.vat_id:
        tax.check_form(country, organization.vat_id)
    organization.name, organization.legal_name = name, legal_name
    organization.street, organization.postal_code = street, postal_code
    organization.city, organization.country = city, country
    organization.document_language = document_language
    organization.save()
    if moved:
        TaxProfile.objects.filter(organization=organization).update(
            evidence=tax.evidence_of(organization, at=at), declared_at=at, declared_by=by
        )
    audit.record(
        by,
        "describe",
        f"organization/{organization.ref}",
        at=at,
        country=country,
        language=document_language,
    )
    return organization


@transaction.atomic
def number_by(organization_id: int, *, series_code: str, by: User, at: datetime) -> Organization:
    """Choose the code in the organization's document numbers, until the first was issued.

    :raises NotAllowed: numbers were given out, or another organization has the code.
    """
    organization = _locked(organization_id, by)
    if series_code == organization.series_code:
        return organization
    if numbers_were_given(organization):
        raise NotAllowed(
            f"Documents with {organization.series_code} were issued, and their numbers have to "
            "go on without a gap. The code stays."
        )
    is_ours = series_code == settings.PLATFORM["series_code"]
    if is_ours or Organization.objects.filter(series_code=series_code).exists():
        raise NotAllowed(f"Somebody else numbers by {series_code}. Choose another code.")
    organization.series_code = series_code
    organization.save(update_fields=["series_code"])
    audit.record(by, "number", f"organization/{organization.ref}", at=at, code=series_code)
    return organization


@transaction.atomic
def want_two_above(
    organization_id: int, *, amount: Money | None, by: User, at: datetime
) -> Organization:
    """Let two people approve whatever is above *amount*; None lets one approve everything.

    It holds for the next approval, also of invoices that wait already.

    :raises NotAllowed: fewer than two members may approve so much, so that nobody could.
    """
    organization = _locked(organization_id, by)
    if not organization.is_client:
        raise NotAllowed(f"{organization} is paid for work: it approves nothing.")
    if amount is not None:
        _refuse_too_few(organization, amount)
    was = organization.second_approval_above
    organization.second_approval_above = amount
    organization.save(update_fields=["second_approval_above"])
    audit.record(
        by,
        "want_two_above",
        f"organization/{organization.ref}",
        at=at,
        was=str(was.amount) if was else None,
        amount=str(amount.amount) if amount else None,
    )
    return organization


def free_series_code(name: str) -> str:
    """Return a code nobody has: three letters of the name, then with a number behind."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    letters = "".join(char for char in plain if char.isalpha())[:3].ljust(3, "X")
    taken = {settings.PLATFORM["series_code"]} | set(
        Organization.objects.filter(series_code__startswith=letters).values_list(
            "series_code", flat=True
        )
    )
    tries = (f"{letters}{n}" if n else letters for n in (0, *range(2, 999)))
    return next(code for code in tries if code not in taken)


def _refuse_too_few(organization: Organization, amount: Money) -> None:
    above = amount + from_minor(1, organization.currency)
    seats = Membership.objects.live().filter(organization=organization)
    able = [
        seat.user
        for seat in seats.select_related("organization", "user").order_by("since", "pk")
        if allows(seat, Deed.APPROVE, above)
    ]
    if len(able) < 2:  # noqa: PLR2004 - two is what this is about
        who = f"Only {able[0]} may" if able else "Nobody may"
        raise NotAllowed(
            f"{who} approve more than {show(amount)}, so no such invoice could get two "
            "approvals. Invite another approver, or raise somebody's limit first."
        )


def _locked(organization_id: int, by: User) -> Organization:
    organization = Organization.objects.lock(organization_id)
    if not may(by, Deed.MANAGE, organization):
        raise NotYours(f"It is not for {by} to change {organization}.")
    return organization
