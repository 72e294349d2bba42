from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from payments.models.charge import Charge


class StrayPayment(models.Model):
    """Money that arrived and that nothing was waiting for: paid twice, too late, or not our sum.

    It is booked as suspense the moment we learn of it, funds nothing, and goes back to who paid.
    """

    ref = ref_field()
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="strays")
    payment_id = models.CharField(max_length=255, unique=True)
    currency = currency_field()
    amount = money_field()
    why = models.CharField(max_length=300)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(name="stray_payment_is_money", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"stray payment {self.ref}"
