"""What an organization declares for VAT. Only the form of a VAT ID can be checked offline."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from stdnum import get_cc_module
from stdnum.eu.vat import MEMBER_STATES
from stdnum.exceptions import ValidationError as WrongNumber

from billing_site.kernel.transitions import NotAllowed, NotYours
from billing_site.people.access import Deed, may
from billing_site.people.models import Organization, TaxProfile, User
from billing_site.platform import audit

# VIES writes Greece as EL; everybody else's VAT ID begins with the country.
PREFIXES = {"GR": "EL"}


@transaction.atomic
def declare(organization_id: int, *, kind: str, vat_id: str, by: User, at: datetime) -> TaxProfile:
    """Say what the organization is for VAT, with its VAT ID where it has one.

    :raises NotAllowed: the VAT ID cannot be one of the organization's country.
    """
    organization = Organization.objects.lock(organization_id)
    if not may(by, Deed.MANAGE, organization):
        raise NotYours(f"It is not for {by} to declare anything for {organization}.")
    organization.vat_id = normal_vat_id(organization.country, vat_id) if vat_id else ""
    organization.save(update_fields=["vat_id"])
    profile, _ = TaxProfile.objects.update_or_create(
        organization=organization,
        defaults={
            "kind": kind,
            "vat_id_check": "form" if organization.vat_id else "none",
            "evidence": evidence_of(organization),
            "declared_at": at,
            "declared_by": by,
        },
    )
    audit.record(by, "declare tax", f"organization/{organization.ref}", at=at, kind=kind)
    return profile


def normal_vat_id(country: str, vat_id: str) -> str:
    """Return *vat_id* as it is printed: with its country, without spaces and dots.

    :raises NotAllowed: it has the wrong form for *country*, or its check digits are wrong.
    """
    bare = "".join(char for char in vat_id.upper() if char.isalnum())
    in_union = country.lower() in MEMBER_STATES
    number = get_cc_module("eu" if in_union else country.lower(), "vat")
    prefix = PREFIXES.get(country, country) if in_union or country == "GB" else ""
    if number is None:
        return bare
    try:
        number.validate(prefix + bare.removeprefix(prefix))
    except WrongNumber as wrong:
        raise NotAllowed(
            f"“{vat_id}” cannot be a VAT ID of {country}. Copy it from your tax office’s letter."
        ) from wrong
    return prefix + bare.removeprefix(prefix)


def evidence_of(organization: Organization) -> list[dict[str, str]]:
    """What speaks for the country that its VAT is decided by."""
    address = {"is": "billing address", "country": organization.country}
    vat_id = {"is": "form of the VAT ID", "country": organization.country}
    return [address, vat_id] if organization.vat_id else [address]
