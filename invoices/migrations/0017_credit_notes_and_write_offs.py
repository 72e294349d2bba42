"""Credit notes, ours too, and what is given up by two people."""

import django.core.serializers.json
import django.db.models.deletion
import django.db.models.expressions
import django_fsm
import djmoney.models.fields
from django.conf import settings
from django.db import migrations, models

import billing_site.kernel.references


class Migration(migrations.Migration):
    dependencies = [
        ("invoices", "0016_what_an_invoice_bills_does_not_change"),
        ("payments", "0012_a_lot_earned_its_fee_for_good"),
        ("people", "0006_a_vat_id_may_be_of_unknown_form"),
        ("platform", "0006_a_series_has_a_first_number"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=40, null=True)),
                ("series", models.CharField(editable=False, max_length=60, null=True)),
                ("series_year", models.PositiveSmallIntegerField(editable=False, null=True)),
                ("place", models.PositiveIntegerField(editable=False, null=True)),
                ("issued_at", models.DateTimeField(editable=False, null=True)),
                (
                    "frozen",
                    models.JSONField(
                        editable=False,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                ("frozen_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "verification_code",
                    models.CharField(editable=False, max_length=16, null=True, unique=True),
                ),
                ("pdf_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("einvoice", models.JSONField(editable=False, null=True)),
                (
                    "ref",
                    models.CharField(
                        default=billing_site.kernel.references.public_ref,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("USD", "USD"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("JPY", "JPY"),
                            ("KWD", "KWD"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "net",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "tax",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "gross",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "owed_less",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="Not paid before, and not owed any more",
                        max_digits=15,
                    ),
                ),
                (
                    "to_receivable",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="Paid by the platform, and not owed to it any more",
                        max_digits=15,
                    ),
                ),
                (
                    "to_credit",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="Paid before, and the client's credit now",
                        max_digits=15,
                    ),
                ),
                ("moves_money", models.BooleanField(default=True)),
            ],
        ),
        migrations.CreateModel(
            name="CreditNoteLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("USD", "USD"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("JPY", "JPY"),
                            ("KWD", "KWD"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "amount",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "tax_treatment",
                    models.CharField(
                        choices=[
                            ("standard", "VAT at the freelancer's rate"),
                            ("reverse_charge", "reverse charge"),
                            ("exempt", "exempt from VAT"),
                            ("outside", "outside the scope of VAT"),
                        ],
                        max_length=20,
                    ),
                ),
                ("tax_bps", models.PositiveSmallIntegerField(default=0)),
            ],
        ),
        migrations.CreateModel(
            name="FeeCreditNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(editable=False, max_length=40, null=True)),
                ("series", models.CharField(editable=False, max_length=60, null=True)),
                ("series_year", models.PositiveSmallIntegerField(editable=False, null=True)),
                ("place", models.PositiveIntegerField(editable=False, null=True)),
                ("issued_at", models.DateTimeField(editable=False, null=True)),
                (
                    "frozen",
                    models.JSONField(
                        editable=False,
                        encoder=django.core.serializers.json.DjangoJSONEncoder,
                        null=True,
                    ),
                ),
                ("frozen_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                (
                    "verification_code",
                    models.CharField(editable=False, max_length=16, null=True, unique=True),
                ),
                ("pdf_sha256", models.CharField(blank=True, editable=False, max_length=64)),
                ("einvoice", models.JSONField(editable=False, null=True)),
                (
                    "ref",
                    models.CharField(
                        default=billing_site.kernel.references.public_ref,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                ("cause", models.CharField(max_length=80)),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("USD", "USD"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("JPY", "JPY"),
                            ("KWD", "KWD"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "net",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "tax",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                (
                    "gross",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency", decimal_places=3, max_digits=15
                    ),
                ),
                ("caused_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "ref",
                    models.CharField(
                        default=billing_site.kernel.references.public_ref,
                        editable=False,
                        max_length=12,
                        unique=True,
                    ),
                ),
                (
                    "currency",
                    models.CharField(
                        choices=[
                            ("EUR", "EUR"),
                            ("GBP", "GBP"),
                            ("USD", "USD"),
                            ("CHF", "CHF"),
                            ("SEK", "SEK"),
                            ("JPY", "JPY"),
                            ("KWD", "KWD"),
                        ],
                        max_length=3,
                    ),
                ),
                (
                    "amount",
                    djmoney.models.fields.MoneyField(
                        currency_field_name="currency",
                        decimal_places=3,
                        help_text="What was owed when it was asked for, our fee included",
                        max_digits=15,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                (
                    "state",
                    django_fsm.FSMField(
                        choices=[
                            ("asked", "waiting for a second person"),
                            ("confirmed", "written off"),
                            ("refused", "refused"),
                        ],
                        default="asked",
                        editable=False,
                        max_length=50,
                        protected=True,
                    ),
                ),
            ],
            bases=(django_fsm.FSMModelMixin, models.Model),
        ),
        migrations.CreateModel(
            name="WriteOffChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("was", models.CharField(max_length=50)),
                ("became", models.CharField(max_length=50)),
                ("step", models.CharField(max_length=50)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("note", models.TextField(blank=True)),
                ("at", models.DateTimeField()),
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.RemoveConstraint(
            model_name="invoice",
            name="numbered_when_approved_and_only_then",
        ),
        migrations.RemoveConstraint(
            model_name="invoice",
            name="one_open_invoice_per_milestone",
        ),
        migrations.AddField(
            model_name="invoice",
            name="corrects",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="corrected_by",
                to="invoices.invoice",
            ),
        ),
        migrations.AlterField(
            model_name="invoice",
            name="state",
            field=django_fsm.FSMField(
                choices=[
                    ("draft", "draft"),
                    ("submitted", "waiting for approval"),
                    ("returned", "changes asked"),
                    ("withdrawn", "withdrawn"),
                    ("approved", "approved"),
                    ("paid", "paid"),
                    ("credited", "credited"),
                    ("written_off", "written off"),
                ],
                default="draft",
                editable=False,
                max_length=50,
                protected=True,
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("approved_at__isnull", True),
                        ("number__isnull", True),
                        models.Q(
                            ("state__in", ["approved", "paid", "credited", "written_off"]),
                            _negated=True,
                        ),
                    ),
                    models.Q(
                        ("approved_at__isnull", False),
                        ("frozen__isnull", False),
                        ("issued_at__isnull", False),
                        ("number__isnull", False),
                        ("state__in", ["approved", "paid", "credited", "written_off"]),
                        ("verification_code__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="numbered_when_approved_and_only_then",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["withdrawn", "credited"]), _negated=True),
                fields=("milestone",),
                name="one_open_invoice_per_milestone",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes",
                to="invoices.invoice",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="issuer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes_issued",
                to="people.organization",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="pdf",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="platform.file",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="recipient",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes_received",
                to="people.organization",
            ),
        ),
        migrations.AddField(
            model_name="creditnoteline",
            name="credit_note",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="lines",
                to="invoices.creditnote",
            ),
        ),
        migrations.AddField(
            model_name="creditnoteline",
            name="invoice_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="invoices.invoiceline",
            ),
        ),
        migrations.AddField(
            model_name="feecreditnote",
            name="fee_invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes",
                to="invoices.feeinvoice",
            ),
        ),
        migrations.AddField(
            model_name="feecreditnote",
            name="pdf",
            field=models.OneToOneField(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="platform.file",
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="answered_by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="asked_by",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="write_offs",
                to="invoices.invoice",
            ),
        ),
        migrations.AddField(
            model_name="writeoffchange",
            name="by",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="writeoffchange",
            name="write_off",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="invoices.writeoff",
            ),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(
                fields=["recipient", "issued_at"], name="invoices_cr_recipie_60506b_idx"
            ),
        ),
        migrations.AddIndex(
            model_name="creditnote",
            index=models.Index(
                fields=["issuer", "issued_at"], name="invoices_cr_issuer__46993d_idx"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.UniqueConstraint(
                fields=("series", "series_year", "place"), name="creditnote_has_its_place_alone"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("number__isnull", True),
                        ("place__isnull", True),
                        ("series__isnull", True),
                        ("series_year__isnull", True),
                    ),
                    models.Q(
                        ("number__isnull", False),
                        ("place__gte", 1),
                        ("series__isnull", False),
                        ("series_year__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="creditnote_has_a_number_and_its_place_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gross",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net"), "+", models.F("tax")
                        ),
                    )
                ),
                name="credit_gross_is_net_and_tax",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("net__gt", 0), ("tax__gte", 0)),
                name="credit_note_takes_something_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="credit_note_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("frozen__isnull", False),
                    ("issued_at__isnull", False),
                    ("number__isnull", False),
                    ("verification_code__isnull", False),
                ),
                name="credit_note_is_issued_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("moves_money", True),
                    models.Q(("owed_less", 0), ("to_credit", 0), ("to_receivable", 0)),
                    _connector="OR",
                ),
                name="what_replaces_moves_no_money",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.UniqueConstraint(
                fields=("issuer", "number"), name="credit_number_is_unique_per_issuer"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnoteline",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="credit_takes_something_back"
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnoteline",
            constraint=models.UniqueConstraint(
                fields=("credit_note", "invoice_line"), name="a_credit_note_names_a_line_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="feecreditnote",
            constraint=models.UniqueConstraint(
                fields=("series", "series_year", "place"), name="feecreditnote_has_its_place_alone"
            ),
        ),
        migrations.AddConstraint(
            model_name="feecreditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("number__isnull", True),
                        ("place__isnull", True),
                        ("series__isnull", True),
                        ("series_year__isnull", True),
                    ),
                    models.Q(
                        ("number__isnull", False),
                        ("place__gte", 1),
                        ("series__isnull", False),
                        ("series_year__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="feecreditnote_has_a_number_and_its_place_or_neither",
            ),
        ),
        migrations.AddConstraint(
            model_name="feecreditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "gross",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net"), "+", models.F("tax")
                        ),
                    )
                ),
                name="fee_credit_gross_is_net_and_tax",
            ),
        ),
        migrations.AddConstraint(
            model_name="feecreditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(("gross__gt", 0), ("net__gte", 0), ("tax__gte", 0)),
                name="fee_credit_gives_something_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="feecreditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("frozen__isnull", True),
                        ("issued_at__isnull", True),
                        ("number__isnull", True),
                    ),
                    models.Q(
                        ("frozen__isnull", False),
                        ("issued_at__isnull", False),
                        ("number__isnull", False),
                        ("verification_code__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="fee_credit_note_is_numbered_whole",
            ),
        ),
        migrations.AddConstraint(
            model_name="feecreditnote",
            constraint=models.UniqueConstraint(
                fields=("fee_invoice", "cause"), name="a_fee_is_credited_once_per_cause"
            ),
        ),
        migrations.AddConstraint(
            model_name="feecreditnote",
            constraint=models.UniqueConstraint(
                fields=("number",), name="fee_credit_number_is_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount__gt", 0)), name="write_off_gives_up_something"
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("reason", ""), _negated=True), name="write_off_has_a_reason"
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "confirmed"), _negated=True),
                    models.Q(
                        ("answered_by__isnull", False),
                        models.Q(("answered_by", models.F("asked_by")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="a_write_off_takes_two_people",
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "asked")),
                fields=("invoice",),
                name="one_write_off_of_an_invoice_at_a_time",
            ),
        ),
    ]
