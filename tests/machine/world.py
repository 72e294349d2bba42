"""The machine's world: who acts in it, how an example is undone, and what a deed may not do."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TypeVar

from django.apps import apps
from django.db import connection, models, transaction
from django_fsm import FSMField

from billing_site.kernel.transitions import NotAllowed
from billing_site.people.models import Organization, User
from billing_site.workflows.demo_world.tidying import forget_deliveries
from invoices.services import invoicing
from ledger.models import Entry
from payments.models import PayoutMethod
from payments.services import payouts
from tests import given
from tests.given import EUR
from tests.given_world import DAY, Studio, agreed, live, name_bank, pay

T = TypeVar("T")
# Far from the wall's clock, so that no example depends on the day on which it runs.
START = datetime(2030, 1, 7, 9, 0, tzinfo=UTC)  # a Monday


@dataclass(frozen=True, slots=True)
class Players:
    """Ada pays; Mirjam approves up to 1,500 euros; Ben and Cleo work; Eve is nobody here."""

    ada: User
    mirjam: User
    ben: User
    cleo: User
    eve: User

    def works_for(self, organization: Organization) -> User:
        return next(u for u in (self.ben, self.cleo) if organization.has_member(u))


def players() -> Players:
    """The same for all examples; what they do is undone after each."""
    ada = given.person("ada", kind="client", country="AT", vat_id="ATU99990019")
    ben = given.person("ben", kind="freelancer", country="IE", vat_id="IE9900000T")
    people = Players(
        ada=ada,
        mirjam=given.member(ada, "mirjam", role="approver", limit=EUR("1500.00")),
        ben=ben,
        cleo=given.person("cleo", kind="freelancer", country="AT", vat_id="ATU99990028"),
        eve=given.person("eve", kind="client"),
    )
    name_bank(ben, at=START - 40 * DAY)
    return people


def business_so_far(people: Players) -> None:
    """One milestone of Ben's in each stage and a payout under way: examples begin in the middle."""
    studio = Studio(people.ada, people.ben)
    done, delivered, funded, _planned = agreed(
        studio, "1000.00", "700.00", "350.50", "80.00", at=START - 30 * DAY
    ).milestones.order_by("position")
    for milestone in (done, delivered, funded):
        pay(milestone, by=people.ada, at=START - 29 * DAY)
    live(START - 30 * DAY, START - 20 * DAY)
    invoice = invoicing.deliver(done.pk, message="Done.", by=people.ben, at=START - 20 * DAY)
    invoicing.approve(invoice.pk, by=people.ada, at=START - 18 * DAY)
    live(START - 18 * DAY, START - DAY)
    invoicing.deliver(delivered.pk, message="Done.", by=people.ben, at=START - DAY)
    live(START - DAY, START)
    payouts.request(
        organization=studio.freelancer,
        method=PayoutMethod.objects.get(),
        amount=EUR("200.00"),
        by=people.ben,
        at=START,
    )
    forget_deliveries()


class Example:
    """A stretch of the database's time that never was."""

    def __init__(self) -> None:
        self._block = transaction.atomic()
        self._block._from_testcase = True  # type: ignore[attr-defined] # as a TestCase's own
        self._block.__enter__()

    def undo(self) -> None:
        transaction.set_rollback(True)
        self._block.__exit__(None, None, None)


def attempt(deed: Callable[[], T]) -> T | NotAllowed:
    """Do *deed*, or be refused in words: then nothing at all may have changed."""
    before = picture()
    refused: NotAllowed
    try:
        with transaction.atomic():
            return deed()
    except NotAllowed as refusal:
        refused = refusal
    assert str(refused), "A refusal says why."
    assert picture() == before, f"Refused, and yet something changed: {refused}"
    return refused


def picture() -> tuple[int, ...]:
    """How many rows there are of everything with a state, of its history, and of the books."""
    tables = [Entry._meta.db_table]
    for model in machines():
        tables += [model._meta.db_table, history_of(model)._meta.db_table]
    counts = ", ".join(f"(SELECT count(*) FROM {table})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return tuple(cursor.fetchone())


def history_of(model: type[models.Model]) -> type[models.Model]:
    """Where each step of such a thing leaves a line."""
    found: type[models.Model] = model.changes.rel.related_model  # type: ignore[attr-defined]
    return found


def machines() -> list[type[models.Model]]:
    """Every model of ours with a state that only steps may change."""
    return [
        model
        for model in apps.get_models()
        if any(isinstance(field, FSMField) for field in model._meta.fields)
    ]


def state_of(model: type[models.Model]) -> models.Field[str, str]:
    return next(field for field in model._meta.fields if isinstance(field, FSMField))


def pass_time(since: datetime, by: timedelta) -> datetime:
    live(since, since + by)
    forget_deliveries()  # In-process, nobody takes them.
    return since + by


def check_what_waits_for_the_commit() -> None:
    """Deferred constraints would only speak at a commit, which never comes here."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
