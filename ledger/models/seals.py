"""What is sealed, and copies of balances: PostgreSQL writes these too."""

from __future__ import annotations

from django.db import models
from django.db.models.functions import Now

from ledger.models.books import Account


class Incarnation(models.Model):
    """One life of the books on one server, within which transaction ids mean something.

    A restore from a dump begins another one; see services/adopting.py.
    """

    number = models.IntegerField(primary_key=True)
    server = models.CharField(max_length=40)
    begun_at = models.DateTimeField(db_default=Now())
    strays = models.IntegerField(default=0)  # entries that its adoption found unsealed

    def __str__(self) -> str:
        return f"Incarnation {self.number}"


class Block(models.Model):
    """A link of the sealed chain over all entries of a range of transactions.

    One that is of a restore has no range: it is over the entries that are named in it.
    """

    number = models.BigIntegerField(primary_key=True)
    incarnation = models.IntegerField()
    first_transaction = models.BigIntegerField()
    last_transaction = models.BigIntegerField()
    entries = models.IntegerField()
    contents = models.BinaryField()  # number and digest of each entry: see canonical.py
    previous_hash = models.BinaryField()
    hash = models.BinaryField()
    sealed_at = models.DateTimeField()
    is_of_a_restore = models.BooleanField(default=False)

    def __str__(self) -> str:
        return f"Block {self.number}"


class Snapshot(models.Model):
    """The balance of an account at a month's end: a copy, and never the truth."""

    account = models.ForeignKey(Account, models.PROTECT, related_name="snapshots")
    month_ends_on = models.DateField()
    balance = models.BigIntegerField()
    seq = models.BigIntegerField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["account", "month_ends_on"], name="a_month_ends_once_for_an_account"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} at {self.month_ends_on}"
