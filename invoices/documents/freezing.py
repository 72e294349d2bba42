"""What a document says, copied when it is issued: plain strings, read from here ever after."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import Max

from billing_site.kernel.money import zero
from billing_site.people.models import Organization, TaxProfile
from billing_site.platform import pictures
from invoices.documents.figures import figures_of, plain
from invoices.documents.wording import Wording, wording_for
from invoices.models import Contract, FeeInvoice, Invoice, Milestone
from invoices.taxing import fee_treatment

Frozen = dict[str, Any]

# Where paper is Letter; everywhere else it is A4.
LETTER = frozenset({"US", "CA", "MX", "PH", "CL", "CO", "CR", "DO", "GT", "PA", "VE"})


def invoice(
    invoice: Invoice, *, number: str, code: str, at: datetime, purchase_order: str
) -> Frozen:
    """Return what the invoice says from now on. The freelancer issues it, by our hand."""
    contract = invoice.contract
    wording = wording_for(contract.client)
    supplied_from, supplied_to = _supply(invoice, at)
    project = invoice.project or str(contract.project or "")
    return {
        "language": wording.language,
        "kind": wording["invoice"],
        "number": number,
        "code": code,
        "issued_on": day(at),
        "supplied_from": supplied_from.isoformat(),
        "supplied_to": supplied_to.isoformat(),
        "note": wording.say("on_behalf", name=contract.freelancer.billed_as),
        "issuer": party(contract.freelancer, wording),
        "look": look(contract.freelancer),
        "recipient": party(contract.client, wording),
        "about": [
            _about(contract, invoice.milestone, wording),
            *_named(wording, "purchase_order", purchase_order),
            *_named(wording, "cost_center", invoice.cost_center),
            *_named(wording, "project", project),
        ],
        "purchase_order": purchase_order,
        "cost_center": invoice.cost_center,
        "project": project,
        "remark": invoice.note,
        **figures_of(invoice, wording),
        "paid": plain(invoice.gross if invoice.escrow_id else zero(invoice.currency)),
        "paid_words": wording["paid_from_held" if invoice.escrow_id else "paid"],
        "due_on": day(at + timedelta(days=invoice.net_days)),
        "paper": paper(contract.client.country),
    }


def fee_invoice(fee: FeeInvoice, *, number: str, code: str) -> Frozen:
    """Return what a fee invoice says. The platform issues it, as of the charge or the release."""
    by_client = fee.side == FeeInvoice.Side.CLIENT
    wording = wording_for(fee.recipient)
    line = "client_fee_line" if by_client else "freelancer_fee_line"
    share, base = wording.percent(fee.fee_bps), wording.money(plain(fee.base), fee.currency)
    reason = wording.reason(fee.tax_text)
    taxed = {
        "treatment": fee_treatment(fee.recipient, fee.tax_bps, on=fee.caused_at.date()),
        "bps": fee.tax_bps,
    }
    return {
        "language": wording.language,
        "kind": wording["fee_invoice"],
        "number": number,
        "code": code,
        "issued_on": day(fee.caused_at),
        "supplied_from": day(fee.caused_at),
        "supplied_to": day(fee.caused_at),
        "note": "",
        "issuer": platform(wording),
        "recipient": party(fee.recipient, wording),
        "about": [_about(fee.contract, fee.milestone, wording)],
        "currency": fee.currency,
        "lines": [
            {
                "description": wording.say(line, share=share, base=base),
                "detail": fee.title,
                "quantity": "1",
                "unit_price": plain(fee.net),
                "tax": wording.percent(fee.tax_bps),
                **taxed,
                "amount": plain(fee.net),
            }
        ],
        "taxes": [
            {
                "words": wording.say("vat", share=wording.percent(fee.tax_bps)),
                **taxed,
                "reason": reason,
                "net": plain(fee.net),
                "tax": plain(fee.tax),
            }
        ],
        "net": plain(fee.net),
        "tax": plain(fee.tax),
        "gross": plain(fee.gross),
        "paid": plain(fee.gross),
        "paid_words": wording["paid_with_work" if by_client else "taken_from_release"],
        "texts": [reason] if reason else [],
        "paper": paper(fee.recipient.country),
    }


def preview(invoice_: Invoice, *, at: datetime) -> Frozen:
    """Return what the invoice would say if it were approved now. It has no number and no code."""
    return {
        **invoice(invoice_, number="", code="", at=at, purchase_order=invoice_.purchase_order),
        "paid": plain(invoice_.gross - invoice_.gross),
        "note": wording_for(invoice_.contract.client)["no_invoice_yet"],
    }


def party(organization: Organization, wording: Wording) -> dict[str, str]:
    return _party(
        wording,
        ref=organization.ref,
        name=organization.billed_as,
        street=organization.street,
        postal_code=organization.postal_code,
        city=organization.city,
        country=organization.country,
        vat_id=organization.vat_id,
        vat_id_check=_vat_id_check(organization),
    )


def look(issuer: Organization) -> dict[str, str]:
    """Its logo, by reference and hash, and its color, dark enough to be read."""
    logo = issuer.logo
    return {
        "logo": logo.ref if logo else "",
        "logo_sha256": logo.sha256 if logo else "",
        "color": pictures.legible(issuer.brand_color) if issuer.brand_color else "",
    }


def platform(wording: Wording) -> dict[str, str]:
    facts = settings.PLATFORM
    named = ("name", "street", "postal_code", "city", "country", "vat_id")
    return _party(
        wording, ref=facts["series_code"], **{name: facts[name] for name in named}, vat_id_check=""
    )


def paper(country: str) -> str:
    return "Letter" if country in LETTER else "A4"


def sha256(frozen: Frozen) -> str:
    """The hash of what a document says: of its JSON, keys sorted and without spaces."""
    plain = json.dumps(frozen, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(plain.encode()).hexdigest()


def _party(wording: Wording, **facts: str) -> dict[str, str]:
    town = f"{facts['postal_code']} {facts['city']}".strip()
    country = wording.country(facts["country"])
    address = ", ".join(part for part in (facts["street"], town, country) if part)
    return {**facts, "address": address}


def _vat_id_check(organization: Organization) -> str:
    """What was found about the VAT ID when it was declared: evidence, which is not printed."""
    profile = TaxProfile.objects.filter(organization=organization).first()
    found = profile.vat_id_evidence if profile else None
    if not found or found.get("says") != organization.vat_id:
        return ""
    return f"{found['says']}: {found['result']} ({found['rule'] or 'no rule'}, {found['at']})"


def _supply(invoice: Invoice, at: datetime) -> tuple[date, date]:
    """The days of the work: those it names, or from its funding to its last delivery."""
    if invoice.supplied_from and invoice.supplied_to:
        return invoice.supplied_from, invoice.supplied_to
    delivered_at = invoice.deliveries.aggregate(last=Max("at"))["last"] or at
    funded_at = invoice.milestone.funded_at if invoice.milestone else None
    began_at = funded_at or delivered_at
    return began_at.astimezone(UTC).date(), delivered_at.astimezone(UTC).date()


def _about(contract: Contract, milestone: Milestone | None, wording: Wording) -> str:
    if milestone:
        return wording.say("milestone", title=contract.title, position=milestone.position)
    return wording.say("contract", title=contract.title)


def _named(wording: Wording, name: str, text: str) -> list[str]:
    return [wording.say(name, text=text)] if text else []


def day(moment: datetime) -> str:
    return moment.astimezone(UTC).date().isoformat()
