from __future__ import annotations

from django.db import models
from django.db.models import Q

from billing_site.kernel.fields import currency_field, ref_field
from billing_site.people.models import Organization, User


class InvoiceTemplateQuerySet(models.QuerySet["InvoiceTemplate"]):
    def of(self, organization: Organization) -> InvoiceTemplateQuerySet:
        return self.filter(organization=organization)

    def visible_to(self, user: User) -> InvoiceTemplateQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))


class InvoiceTemplate(models.Model):
    """An invoice as it was written, under a name, to begin the next one from.

    `fields` is what the form held, as text; it is checked like any other when it is used.
    """

    ref = ref_field()
    organization = models.ForeignKey(Organization, models.PROTECT, related_name="invoice_templates")
    name = models.CharField(max_length=80)
    currency = currency_field()
    fields = models.JSONField()
    created_at = models.DateTimeField()

    objects = InvoiceTemplateQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(name="template_has_a_name", condition=~Q(name="")),
            models.UniqueConstraint(
                name="templates_of_an_organization_have_different_names",
                fields=["organization", "name"],
            ),
        ]

    def __str__(self) -> str:
        return f"“{self.name}”"
