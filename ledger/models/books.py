"""The books, for reading. PostgreSQL keeps their laws and writes their rows: see `migrations/`.

Amounts are whole minor units of the row's currency, signed: **credit is plus, debit is minus**,
so that liabilities and income are normally above zero, assets and costs below.
"""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from djmoney.money import Money

from billing_site.kernel.money import from_minor


def code_field(length: int = 100, **options: object) -> models.CharField[str, str]:
    """A name for machines: compared byte by byte, which is also the fastest way."""
    return models.CharField(max_length=length, db_collation="C", **options)  # type: ignore[arg-type]  # options are passed on


class Account(models.Model):
    """A place where money of one currency can be.

    `balance` and `seq` are the sum and the number of its postings, written by the postings
    themselves; `held` is the part that reservations have set aside.
    """

    class Kind(models.TextChoices):
        ASSET = "asset"
        LIABILITY = "liability"
        INCOME = "income"
        EXPENSE = "expense"

    code = code_field()
    currency = code_field(3)
    kind = models.CharField(max_length=9, choices=Kind.choices)
    holder = models.ForeignKey(
        "people.Organization", models.PROTECT, null=True, related_name="ledger_accounts"
    )  # null: the platform's own
    parent = models.ForeignKey("self", models.PROTECT, null=True, related_name="shards")
    min_balance = models.BigIntegerField(null=True)
    max_balance = models.BigIntegerField(null=True)
    balance = models.BigIntegerField(db_default=0)
    held = models.BigIntegerField(db_default=0)
    seq = models.BigIntegerField(db_default=0)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        # Each posting pays for every check, so they are short (a check of NULL holds: no floor,
        # no ceiling), and what can only change by hand is a trigger instead.
        constraints = [
            models.UniqueConstraint(fields=["code", "currency"], name="a_code_names_one_account"),
            models.CheckConstraint(
                name="no_overdraft",
                condition=Q(min_balance__lte=F("balance") - F("held")),
            ),
            models.CheckConstraint(
                name="no_over_recovery",
                condition=Q(balance__lte=F("max_balance")),
            ),
        ]

        indexes = [  # of its name alone, so that what is posted changes no index
            models.Index(
                name="debts_of_freelancers", fields=["holder"], condition=Q(code__endswith=":debt")
            )
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.currency}"

    @property
    def family(self) -> str:
        """The code as people know it: shards of an account are one account to them."""
        return self.code.partition("#")[0]

    @property
    def money(self) -> Money:
        return from_minor(self.balance, self.currency)


class Entry(models.Model):
    """One thing that happened to money. The key makes it happen once."""

    key = code_field(200)
    fingerprint = models.BinaryField()  # sha256 of kind and lines
    kind = models.CharField(max_length=50)  # the movement's name
    memo = models.CharField(max_length=200)
    n_postings = models.SmallIntegerField()
    reverses = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="reversals", db_index=False
    )
    reference_type = models.CharField(max_length=20)
    reference = code_field(40)
    actor = models.BigIntegerField(null=True)  # a user's key; null: the system
    # Who pays from outside holds no account here, and wants it in their records all the same.
    client = models.BigIntegerField(null=True)  # an organization's key
    client_tax = models.BigIntegerField(null=True)  # of the taxes here, those on the client's fee
    occurred_at = models.DateTimeField()
    posted_at = models.DateTimeField(db_default=Now())

    class Meta:
        verbose_name_plural = "entries"
        indexes = [models.Index(fields=["reference"], name="entries_of_a_document")]
        constraints = [
            models.UniqueConstraint(fields=["key"], name="a_key_names_one_entry"),
            models.UniqueConstraint(
                fields=["reverses"],
                condition=Q(reverses__isnull=False),
                name="a_reversal_happens_once",
            ),
            models.CheckConstraint(
                name="an_entry_has_two_lines_or_more",
                condition=Q(n_postings__range=(2, 1000)),
            ),
        ]

    def __str__(self) -> str:
        return self.key


class Posting(models.Model):
    """One line of an entry. No foreign key to the account: it would lock a hot row each time.

    `party`, `change` and `occurred_at` are what an organization's records are read by, written
    by the posting itself: whose records the line stands in, and by how much it changes what
    that one has with us. They are null for lines of the platform's own, and for money that
    has left somebody's balance and is on its way out.
    """

    entry = models.ForeignKey(
        Entry, models.PROTECT, related_name="postings", db_constraint=False, db_index=False
    )
    line = models.SmallIntegerField()
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="postings", db_constraint=False, db_index=False
    )
    currency = code_field(3)
    amount = models.BigIntegerField()
    seq = models.BigIntegerField()
    balance_after = models.BigIntegerField()
    party = models.BigIntegerField(null=True)
    change = models.BigIntegerField(null=True)
    occurred_at = models.DateTimeField(null=True)  # the entry's

    class Meta:
        indexes = [
            models.Index(
                fields=["party", "currency", "occurred_at", "entry"],
                include=["change"],
                condition=Q(party__isnull=False),
                name="records_of_an_organization",
            ),
        ]
        constraints = [
            models.UniqueConstraint(fields=["entry", "line"], name="a_line_is_written_once"),
            models.UniqueConstraint(
                fields=["account", "seq"], name="an_account_is_written_in_order"
            ),
            models.CheckConstraint(name="a_posting_moves_money", condition=~Q(amount=0)),
        ]

    def __str__(self) -> str:
        return f"{self.entry_id}/{self.line}"

    @property
    def money(self) -> Money:
        return from_minor(self.amount, self.currency)

    @property
    def balance(self) -> Money:
        return from_minor(self.balance_after, self.currency)


class Reservation(models.Model):
    """A part of an account set aside: still there, and not to be spent."""

    key = code_field(200)
    account = models.ForeignKey(
        Account, models.PROTECT, related_name="reservations", db_constraint=False
    )
    amount = models.BigIntegerField()
    reserved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key"], name="a_key_names_one_reservation"),
            models.CheckConstraint(name="a_reservation_is_positive", condition=Q(amount__gt=0)),
        ]

    def __str__(self) -> str:
        return self.key


class ReservationEnd(models.Model):
    """How a reservation ended: its key is the reservation, so it ends at most once."""

    class Outcome(models.TextChoices):
        CAPTURED = "captured"
        VOIDED = "voided"
        EXPIRED = "expired"

    reservation = models.OneToOneField(
        Reservation, models.PROTECT, primary_key=True, related_name="end"
    )
    outcome = models.CharField(max_length=8, choices=Outcome.choices)
    ended_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                name="a_reservation_ends_in_a_known_way",
                condition=Q(outcome__in=["captured", "voided", "expired"]),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.reservation_id} {self.outcome}"
