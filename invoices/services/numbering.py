"""The number of a document that is being issued: one function for every kind and issuer."""

from __future__ import annotations

from datetime import date

from django.conf import settings
from django.db.models import TextChoices

from billing_site.people.models import NumberPattern, Organization
from billing_site.platform import patterns, series
from invoices.models.document import Number


class OurKind(TextChoices):
    """What the platform itself issues, each kind in a series of its own."""

    FEE = "fee", "fee invoices"
    FEE_CREDIT = "fee_credit", "fee credit notes"
    RECEIPT = "receipt", "payment receipts"
    DEPOSIT = "deposit", "deposit receipts"
    PAYOUT = "payout", "payout advices"
    PAYOUT_BACK = "payout_back", "notes of payouts that came back"
    STATEMENT = "statement", "statements"
    CERTIFICATE = "certificate", "certificates"


OURS = {
    OurKind.FEE: "{code}-{year}-{number:06}",
    OurKind.FEE_CREDIT: "{code}-CN-{year}-{number:06}",
    OurKind.RECEIPT: "{code}-R-{year}-{number:06}",
    OurKind.DEPOSIT: "{code}-D-{year}-{number:06}",
    OurKind.PAYOUT: "{code}-P-{year}-{number:06}",
    OurKind.PAYOUT_BACK: "{code}-PB-{year}-{number:06}",
    OurKind.STATEMENT: "{code}-S-{year}-{number:06}",
    OurKind.CERTIFICATE: "{code}-C-{year}-{number:06}",
}


def take_number(kind: NumberPattern.Kind, *, issuer: Organization, on: date) -> Number:
    """Return the next number of what *issuer* issues *on* a day, as its pattern writes it.

    The series stays locked until the transaction ends, and a rollback gives the number
    back: ask last of all but the books, the issuer's number before the platform's.
    """
    pattern = NumberPattern.objects.lock_of(issuer, kind)
    pattern.organization = issuer
    year = pattern.year_of(on)
    place = series.next_number(series=pattern.series, year=year, first=pattern.first_of(year))
    return Number(pattern.written(place, on=on), pattern.series, year, place)


def take_our_number(kind: OurKind, *, on: date) -> Number:
    """Return the next number of what the platform issues *on* a day; locks like `take_number`."""
    code = settings.PLATFORM["series_code"]
    name = f"{kind.value}/{code}"
    place = series.next_number(series=name, year=on.year)
    text = patterns.written(OURS[kind], code=code, on=on, number=place)
    return Number(text, name, on.year, place)
