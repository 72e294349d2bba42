"""What an organization declares for VAT. Only the form of a VAT ID can be checked offline."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

import stdnum
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


@dataclass(frozen=True, slots=True)
class CheckedVatId:
    """A VAT ID as it is printed, and by which rule its form was found right; "" if by none."""

    number: str
    rule: str


@transaction.atomic
def declare(organization_id: int, *, kind: str, vat_id: str, by: User, at: datetime) -> TaxProfile:
    """Say what the organization is for VAT, with its VAT ID where it has one.

    :raises NotAllowed: the VAT ID cannot be one of the organization's country.
    """
    organization = Organization.objects.lock(organization_id)
    if not may(by, Deed.MANAGE, organization):
        raise NotYours(f"It is not for {by} to declare anything for {organization}.")
    checked = check_form(organization.country, vat_id) if vat_id else CheckedVatId("", "")
    organization.vat_id = checked.number
    organization.save(update_fields=["vat_id"])
    profile, _ = TaxProfile.objects.update_or_create(
        organization=organization,
        defaults={
            "kind": kind,
            "vat_id_check": _result(checked),
            "evidence": evidence_of(organization, at=at),
            "declared_at": at,
            "declared_by": by,
        },
    )
    audit.record(by, "declare tax", f"organization/{organization.ref}", at=at, kind=kind)
    return profile


def check_form(country: str, vat_id: str) -> CheckedVatId:
    """Return *vat_id* as it is printed: with its country, without spaces and dots.

    :raises NotAllowed: it has the wrong form for *country*, or its check digits are wrong.
    """
    bare = "".join(char for char in vat_id.upper() if char.isalnum())
    in_union = country.lower() in MEMBER_STATES
    number = get_cc_module("eu" if in_union else country.lower(), "vat")
    prefix = PREFIXES.get(country, country) if in_union or country == "GB" else ""
    if number is None:
        return CheckedVatId(bare, "")
    normal = prefix + bare.removeprefix(prefix)
    try:
        number.validate(normal)
    except WrongNumber as wrong:
        raise NotAllowed(
            f"“{vat_id}” cannot be a VAT ID of {country}. Copy it from your tax office’s letter."
        ) from wrong
    return CheckedVatId(normal, f"python-stdnum {stdnum.__version__}, {_name_of(number)}")


def evidence_of(organization: Organization, *, at: datetime) -> list[dict[str, str]]:
    """What speaks for the country that its VAT is decided by: what was looked at, and when.

    Each piece says what it `is`, for which `country`, what it `says`, `at` which moment and by
    which `rule` it was checked, and with which `result`.
    """
    moment = at.astimezone(UTC).isoformat()
    address = {
        "is": "billing address",
        "country": organization.country,
        "says": ", ".join(organization.address_lines),
        "at": moment,
        "rule": "",
        "result": "declared",
    }
    if not organization.vat_id:
        return [address]
    checked = check_form(organization.country, organization.vat_id)
    vat_id = {
        "is": "form of the VAT ID",
        "country": organization.country,
        "says": checked.number,
        "at": moment,
        "rule": checked.rule,
        "result": str(TaxProfile.Check(_result(checked)).label),
    }
    return [address, vat_id]


def _name_of(rule: object) -> str:
    return str(getattr(rule, "__name__", rule))


def _result(checked: CheckedVatId) -> TaxProfile.Check:
    if not checked.number:
        return TaxProfile.Check.NONE
    return TaxProfile.Check.FORM if checked.rule else TaxProfile.Check.UNKNOWN
