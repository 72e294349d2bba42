"""What the database refuses by itself, and what the laws find when somebody went around it."""

from __future__ import annotations

import pytest
from django.db import DatabaseError, connection, transaction

from tests.payments.books import assert_every_law_holds
from tests.payments.everything import everything
from tests.payments.illegal import ILLEGAL
from tests.payments.illegal_quotes import OF_QUOTES


@pytest.mark.django_db
def test_the_database_refuses_what_must_never_be_true() -> None:
    everything()
    wrong = []

    for deed, (reason, statement) in {**ILLEGAL, **OF_QUOTES}.items():
        try:
            with transaction.atomic(), connection.cursor() as cursor:
                cursor.execute(statement)
                wrong.append((deed, f"{cursor.rowcount} rows"))
        except DatabaseError as refusal:
            if reason not in str(refusal):
                wrong.append((deed, str(refusal)))

    assert wrong == []
    assert_every_law_holds()
