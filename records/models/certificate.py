from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from billing_site.kernel.fields import currency_field, money_field, ref_field
from billing_site.people.models import Organization, User
from invoices.models.document import Document, is_issued_whole


class CertificateQuerySet(models.QuerySet["Certificate"]):
    def visible_to(self, user: User) -> CertificateQuerySet:
        return self.filter(organization__in=Organization.objects.of(user))

    def lock(self, pk: int) -> Certificate:
        return self.select_for_update(no_key=True).get(pk=pk)


class Certificate(Document):
    """The platform's word for what an organization earned or spent in some days.

    Issued at once, for good, as the books stand then. It bills nothing.
    """

    class Kind(models.TextChoices):
        EARNINGS = "earnings", "certificate of earnings"
        SPEND = "spend", "certificate of spend"

    ref = ref_field()
    kind = models.CharField(max_length=10, choices=Kind)
    organization = models.ForeignKey(
        "people.Organization", models.PROTECT, related_name="certificates"
    )
    requested_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+")
    op_id = models.UUIDField(editable=False)
    since = models.DateField()
    until = models.DateField(help_text="That day included")
    currency = currency_field()
    gross = money_field(help_text="The work, with the freelancer's VAT")
    fee = money_field(help_text="Ours, with its VAT")
    back = money_field(help_text="Of what was earned or spent: what went back")
    amount = money_field(help_text="What is left: earned, or spent")

    objects = CertificateQuerySet.as_manager()

    class Meta:
        constraints = [
            *Document.Meta.constraints,
            is_issued_whole("certificate_is_issued_whole"),
            models.CheckConstraint(
                name="certificate_ends_after_it_begins", condition=Q(until__gte=F("since"))
            ),
            models.CheckConstraint(
                name="certificate_adds_up",
                condition=Q(kind="earnings", amount=F("gross") - F("fee") - F("back"))
                | Q(kind="spend", amount=F("gross") + F("fee") - F("back")),
            ),
            models.UniqueConstraint(name="certificate_number_is_unique", fields=["number"]),
            models.UniqueConstraint(
                name="a_form_issues_one_certificate", fields=["requested_by", "op_id"]
            ),
        ]
        indexes = [
            models.Index(fields=["organization", "-issued_at"], name="certificates_of_somebody")
        ]

    def __str__(self) -> str:
        return self.number or "a certificate"

    def get_absolute_url(self) -> str:
        return reverse("certificate-pdf", args=[self.ref])
