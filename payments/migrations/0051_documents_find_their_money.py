"""Escrows, settlements and lots are looked for by their document: when it is credited, and in
everybody's records.
"""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False
    dependencies: ClassVar = [("payments", "0050_a_warning_names_the_payment_that_is_suspected")]
    operations: ClassVar = [
        AddIndexConcurrently(
            "escrow", models.Index(fields=["document"], name="escrows_of_a_document")
        ),
        AddIndexConcurrently(
            "settlement", models.Index(fields=["document"], name="settlements_of_a_document")
        ),
        AddIndexConcurrently("lot", models.Index(fields=["document"], name="lots_of_a_document")),
    ]
