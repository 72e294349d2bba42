"""Ways to pay that were saved."""

from __future__ import annotations

from billing_site.people.models import User
from payments.models import PaymentMethod
from tests import given_payments as given


def order(user: User) -> list[str]:
    ours = PaymentMethod.objects.filter(organization=given.organization(user))
    return [method.last4 for method in ours.present()]
