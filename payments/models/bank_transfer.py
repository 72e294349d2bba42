from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models import Organization, User
from payments.models.charge import Charge
from payments.models.payer import Payer


class BankDetails(models.Model):
    """Where a client sends bank transfers to: an account that the gateway keeps for it alone."""

    payer = models.ForeignKey(Payer, models.PROTECT, related_name="bank_details")
    currency = currency_field()
    customer = models.CharField(max_length=255, help_text="cus_…: whose account it is")
    holder = models.CharField(max_length=200)
    bank = models.CharField(max_length=200, blank=True)
    number = models.CharField(max_length=64, help_text="An IBAN, or what stands for one there")
    code = models.CharField(max_length=64, blank=True, help_text="BIC, routing number, sort code")
    told_at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "bank details"
        constraints = [
            models.UniqueConstraint(
                name="a_payer_has_one_account_for_each_currency", fields=["payer", "currency"]
            ),
        ]

    def __str__(self) -> str:
        return f"account of {self.payer} in {self.currency}"


class BankTransferQuerySet(models.QuerySet["BankTransfer"]):
    def visible_to(self, user: User) -> BankTransferQuerySet:
        return self.filter(client__in=Organization.objects.of(user))

    def newest_first(self) -> BankTransferQuerySet:
        return self.order_by("-received_at", "-pk")


class BankTransfer(models.Model):
    """Money that a client sent from its bank by itself; its charge takes it onto our balance."""

    ref = ref_field()
    client = models.ForeignKey("people.Organization", models.PROTECT, related_name="bank_transfers")
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="bank_transfer")
    transaction_id = models.CharField(max_length=255, unique=True, help_text="ccsbtxn_…")
    currency = currency_field()
    amount = money_field()
    reference = models.CharField(max_length=140, blank=True, help_text="As the client wrote it")
    sender = models.CharField(max_length=100, blank=True)
    doubt = models.CharField(
        max_length=300, blank=True, help_text="Why it waits for somebody, in suspense"
    )
    received_at = models.DateTimeField()

    objects = BankTransferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="bank_transfer_is_money", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return f"bank transfer {self.ref}"
