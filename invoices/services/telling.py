"""News of contracts and invoices: a letter and a notice to everybody whom it concerns."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from billing_site.people import mailing
from billing_site.people.access import Deed
from billing_site.people.models import Organization, User
from billing_site.platform import notices
from invoices.models import Contract, Invoice, Milestone, Project, RateProposal, RefundRequest

Thing = Contract | Milestone | Invoice | RefundRequest | RateProposal | Project


def tell(
    organization: Organization,
    deed: Deed,
    thing: Thing,
    *,
    template: str,
    subject: str,
    key: str,
    at: datetime,
    **context: Any,
) -> None:
    """Write to those who may do *deed* for *organization*; the same *key* is the same news."""
    everybody = mailing.people(organization, deed)
    tell_people(everybody, thing, template=template, subject=subject, key=key, at=at, **context)


def tell_people(
    people: Iterable[User],
    thing: Thing,
    *,
    template: str,
    subject: str,
    key: str,
    at: datetime,
    **context: Any,
) -> None:
    """Write to exactly these; the same *key* is the same news."""
    kind = type(thing).__name__.lower()
    mailing.tell(
        list(people),
        template=template,
        subject=subject,
        context={"title": thing.title, **context},
        url=thing.get_absolute_url(),
        about=(kind, thing.ref),
        key=f"{kind}/{thing.ref}/{key}",
        at=at,
    )


def date_words(moment: datetime) -> str:
    """A moment as letters say it: “Tue 17 March 2026, 10:00 UTC”."""
    return f"{moment:%a} {moment.day} {moment:%B %Y, %H:%M} UTC"


def notify_person(person: User, text: str, *, thing: Contract, key: str, at: datetime) -> None:
    """Tell one person, on their notifications page alone, what concerns nobody else."""
    notices.tell(
        users=[person.pk],
        text=text,
        url=thing.get_absolute_url(),
        key=f"contract/{thing.ref}/{key}",
        at=at,
    )
