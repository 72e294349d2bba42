"""What a client reads of the bank transfers that it sent by itself."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.urls import reverse

from billing_site.kernel.money import show
from billing_site.people.access import Deed
from payments.models import BankTransfer
from payments.services.telling import tell


def kept(sent: BankTransfer, *, elsewhere: Sequence[str] = (), at: datetime) -> None:
    """*elsewhere*: the currencies of what its reference names and it does not pay."""
    subject = f"{show(sent.amount)} arrived by bank transfer"
    said = (
        "It is your credit: it pays what is due, first what its reference names, and what you"
        " pay next."
    )
    if elsewhere:
        said = (
            f"It is your credit in {sent.currency}, and pays what is due in {sent.currency}. Its"
            f" reference names what is to be paid in {' and '.join(elsewhere)}: that is not paid by"
            " it. Pay it on its page, and have the credit sent back if you do not need it."
        )
    _tell(sent, "kept", subject, said, at=at)


def waits(sent: BankTransfer, *, at: datetime) -> None:
    subject = f"{show(sent.amount)} arrived, and we do not know what for"
    said = (
        f"Its reference is “{sent.reference}”, which names nothing of yours. We look at it, and"
        " keep it apart meanwhile. If it is meant for something, tell us by a question."
    )
    _tell(sent, "waits", subject, said, at=at)


def sent_back(sent: BankTransfer, *, at: datetime) -> None:
    subject = f"{show(sent.amount)} goes back to your bank"
    said = "Nothing of yours was waiting for it. The provider may ask you for your bank by letter."
    _tell(sent, "sent_back", subject, said, at=at)


def _tell(sent: BankTransfer, what: str, subject: str, said: str, *, at: datetime) -> None:
    tell(
        sent.client,
        "bank_transfer",
        subject,
        about=("bank_transfer", sent.ref),
        url=reverse("bank-transfers"),
        at=at,
        deed=Deed.FUND,
        key_ends=f"/{what}",
        said=said,
    )
