from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from payments.models.charge import Charge


class StrayPaymentQuerySet(models.QuerySet["StrayPayment"]):
    def waiting(self) -> StrayPaymentQuerySet:
        """Those of which nobody has said yet whose they are."""
        return self.filter(matched_at__isnull=True, returned_at__isnull=True)

    def lock(self, pk: int) -> StrayPayment:
        return self.select_for_update(of=["self"], no_key=True).get(pk=pk)


class StrayPayment(models.Model):
    """Money that arrived and that nothing was waiting for: paid twice, too late, or not our sum.

    It is booked as suspense the moment we learn of it, and funds nothing. What was paid on a
    page goes back to who paid; a bank transfer that names nothing waits until somebody decides.
    """

    ref = ref_field()
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="strays")
    payment_id = models.CharField(max_length=255, unique=True)
    currency = currency_field()
    amount = money_field()
    why = models.CharField(max_length=300)
    received_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)
    matched_at = models.DateTimeField(null=True, help_text="It was found to be its client's")
    returned_at = models.DateTimeField(null=True, help_text="It was sent on its way back")

    objects = StrayPaymentQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_stray_payment_is_kept_or_goes_back",
                condition=Q(matched_at__isnull=True) | Q(returned_at__isnull=True),
            ),
            models.CheckConstraint(name="stray_payment_is_money", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"stray payment {self.ref}"
