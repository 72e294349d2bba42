"""One situation with a thing in every state that matters, and two strangers with theirs."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse, HttpResponseBase
from django.urls import reverse

from billing_site.platform import clock
from tests.security import world_of_money, world_of_people, world_of_work
from tests.security.forms_of import PageForm
from tests.security.personas import STAFF, STRANGERS, Cast, P

PUBLIC = {
    "record of the client",
    "verification",
    "letter to the newcomer",
    "payment page",
    "onboarding page",
    "dashboard link",
    "setup page",
    "sandbox customer",
    "sandbox file",
    "monday of the time",
    "day of new time",
    "start of new time",
    "end of new time",
    "worker of the plan",
}  # for whoever holds them


class World:
    """`world["submitted invoice"]` is the ref of one; the parties are the cast's two sides."""

    def __init__(self) -> None:
        self.now = clock.now()
        self.cast = Cast()
        self.refs: dict[str, str] = {}
        self.forms: dict[str, PageForm] = {}  # read once, by acting.forms
        sides: dict[str, Any] = {
            "client": self.cast.user(P.CLIENT_OWNER),
            "freelancer": self.cast.user(P.FREELANCER),
        }
        for thing in ("failed refund", "other failed refund"):
            # before there is credit to pay with
            world_of_money.keep_failed_refund(self, thing, sides["client"])
        world_of_work.keep_contracts(self, sides)
        world_of_work.keep_projects(self, sides["client"], sides["freelancer"])
        world_of_work.keep_hours(self, sides)
        world_of_work.keep_invoices(self, sides)
        world_of_money.keep_payouts(self, sides["freelancer"])
        world_of_money.keep_methods(self, sides["client"])
        world_of_money.keep_promised_charge(self, sides["client"])
        world_of_people.keep_seats(self)
        world_of_people.keep_questions(self, sides)
        world_of_money.keep_released(self, sides)
        world_of_people.keep_disputes(self, sides)
        world_of_people.keep_strangers(self)
        world_of_money.keep_credit(self, sides)
        world_of_money.keep_records(self)  # last: nobody writes the running export

    def __getitem__(self, thing: str) -> str:
        return self.refs[thing]

    def keep(self, thing: str, found: Any) -> None:
        self.refs[thing] = found if isinstance(found, str) else found.ref

    def address_of(self, page: str) -> str:
        """`contract/active contract` is the page of that contract; a query may name things, too."""
        name, _, query = page.partition("?")
        name, _, thing = name.partition("/")
        address = reverse(name, args=[self[thing]] if thing else [])
        return f"{address}?{query.format(**self.refs)}" if query else address

    def leaks(self, response: HttpResponseBase, persona: P) -> list[str]:
        """Return what a page of *persona* says of things between people who are strangers to it."""
        if (
            not isinstance(response, HttpResponse)
            or response.status_code != 200
            or persona in STAFF
        ):
            return []
        theirs = persona in STRANGERS
        secret = {
            thing: ref
            for thing, ref in self.refs.items()
            if thing.startswith("strangers") != theirs and thing not in PUBLIC
        }
        shown = response.content.decode(errors="replace")
        return [thing for thing, ref in secret.items() if ref in shown]
