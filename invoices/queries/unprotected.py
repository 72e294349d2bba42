"""What not paying means for the hours of a contract, in words for each side."""

from __future__ import annotations

from datetime import datetime

from invoices.models import Contract
from payments.queries.verified import payers


def late_words(contract: Contract, *, for_client: bool, at: datetime) -> str:
    """Say what is not protected and since when; empty where the client pays."""
    if not contract.is_hourly:
        return ""
    since = payers([contract.client_id], on=at.date())[contract.client_id].unprotected_from
    return words_of(contract, since, for_client=for_client)


def words_of(contract: Contract, since: datetime | None, *, for_client: bool) -> str:
    if since is None:
        return ""
    moment = f"{since:%A}, {since:%-d %B %Y, %H:%M} UTC"
    if for_client:
        return (
            f"A payment of yours is late: hours that begin after {moment} are not protected, and"
            f" {contract.freelancer} knows that. As soon as all that is due is paid, they are."
        )
    return (
        f"A payment of {contract.client} is late. Hours that begin after {moment} are not"
        " protected: if they do not pay for them, nobody does. Earlier ones stay protected. You"
        " may wait until they have paid; we write to you then."
    )
