"""The list of disputes of an organization: those that wait for somebody first."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Page, Paginator
from django.db.models import F

from billing_site.people.models import Organization
from disputes.models import Dispute
from disputes.models.dispute_rows import RUNNING

PAGE = 25
TABS = (("", "Open"), ("over", "Over"))


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    url: str
    count: int
    current: bool


@dataclass(frozen=True, slots=True)
class Row:
    dispute: Dispute
    other: Organization
    act_by: datetime | None


@dataclass(frozen=True, slots=True)
class CaseList:
    tabs: list[Tab]
    rows: list[Row]
    page: Page[Dispute]
    sentence: str


def case_list(organization: Organization, *, tab: str, page: str | None) -> CaseList:
    ours = Dispute.objects.of(organization)
    running = ours.running().count()
    over = ours.exclude(state__in=RUNNING).count()
    counts = {"": running, "over": over}
    tab = tab if tab in counts else ""
    found = ours.exclude(state__in=RUNNING) if tab else ours.running()
    order = ("-closed_at", "-pk") if tab else (F("act_by").asc(nulls_last=True), "pk")
    shown = Paginator(found.told().order_by(*order), PAGE).get_page(page)
    return CaseList(
        tabs=[
            Tab(label, f"?tab={name}" if name else "?", counts[name], name == tab)
            for name, label in TABS
        ],
        rows=[_row(dispute, organization) for dispute in shown],
        page=shown,
        sentence=_sentence(running),
    )


def _row(dispute: Dispute, organization: Organization) -> Row:
    contract = dispute.contract
    is_client = contract.client_id == organization.pk
    return Row(dispute, contract.freelancer if is_client else contract.client, dispute.act_by)


def _sentence(running: int) -> str:
    if not running:
        return "No dispute is open. Money of which nobody disputes anything is never frozen."
    return f"{running} {'is' if running == 1 else 'are'} open. Their money is frozen until then."
