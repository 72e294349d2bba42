"""Money that a bank took back."""

from __future__ import annotations

from datetime import datetime

from payments.models import Charge, Chargeback
from tests.given import days
from tests.payments.given_chargebacks import decided, wanted

DAY = days(1)


def lost(charge: Charge, *, at: datetime, part: object = None) -> Chargeback:
    case = wanted(charge, at=at, amount=part)  # type: ignore[arg-type]
    return decided(case, won=False, at=at + DAY / 4)
