"""Every address of the product, and who may look and act there. Who adds one declares it here."""

from __future__ import annotations

from tests.security.declared.contracts import CONTRACTED
from tests.security.declared.disputes import DISPUTES
from tests.security.declared.entrance import ENTRANCE
from tests.security.declared.invoices import INVOICES
from tests.security.declared.payments import PAYMENTS
from tests.security.declared.people import PEOPLE
from tests.security.declared.records import RECORDS
from tests.security.declared_by_others import ACCOUNTS, DESK
from tests.security.doors import Door

DOORS: dict[str, Door] = {
    **ACCOUNTS,
    **DESK,
    **ENTRANCE,
    **PEOPLE,
    **PAYMENTS,
    **RECORDS,
    **CONTRACTED,
    **INVOICES,
    **DISPUTES,
}
