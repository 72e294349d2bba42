from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models import Organization, User
from invoices.models.document import Document, is_issued_whole


class CollectiveStatementQuerySet(models.QuerySet["CollectiveStatement"]):
    def visible_to(self, user: User) -> CollectiveStatementQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))

    def lock(self, pk: int) -> CollectiveStatement:
        return self.select_for_update(no_key=True).get(pk=pk)


class CollectiveStatement(Document):
    """All that a client was billed in a month on one paper, beside what the books say of it.

    A summary of documents that were issued by themselves: it bills nothing, and its VAT is theirs.
    """

    ref = ref_field()
    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="collective_statements"
    )
    month = models.DateField(help_text="Its first day")
    currency = currency_field()
    billed = money_field(help_text="By invoices for work and for our fees, with VAT")
    credited = money_field(help_text="By credit notes for both, with VAT")
    amount = money_field(help_text="Billed, less what was credited")
    opening = money_field(help_text="What the client had with us before the month")
    came = money_field()
    went = money_field(help_text="With a minus")
    closing = money_field()

    objects = CollectiveStatementQuerySet.as_manager()

    class Meta:
        constraints = [
            *Document.Meta.constraints,
            is_issued_whole("collective_statement_is_issued_whole"),
            models.CheckConstraint(
                name="collective_statement_adds_up",
                condition=Q(
                    amount=F("billed") - F("credited"),
                    closing=F("opening") + F("came") + F("went"),
                    went__lte=0,
                    came__gte=0,
                    billed__gte=0,
                    credited__gte=0,
                ),
            ),
            models.CheckConstraint(
                name="collective_statement_is_of_a_whole_month", condition=Q(month__day=1)
            ),
            models.UniqueConstraint(
                name="a_month_has_one_collective_statement",
                fields=["organization", "currency", "month"],
            ),
            models.UniqueConstraint(
                name="collective_statement_number_is_unique", fields=["number"]
            ),
        ]

    def __str__(self) -> str:
        return self.number or "a collective statement"

    def get_absolute_url(self) -> str:
        return reverse("collective", args=[self.ref])
