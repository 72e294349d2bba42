from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.kernel.periods import WEEK, week_of
from billing_site.kernel.transitions import NotAllowed
from billing_site.platform import clock
from invoices.forms.planning import AllocationForm, PlanImportForm
from invoices.models import Contract, Project
from invoices.queries.allocation_board import WEEKS, allocation_board, workers_of
from invoices.services import planning
from invoices.views.answering import answer
from invoices.views.projects import find


@require_safe
def board(request: SignedInRequest, ref: str) -> HttpResponse:
    project = find(request, ref)
    page = allocation_board(project, request.membership, since=_since(request), at=clock.now())
    return render(request, "invoices/plan.html", {"page": page, "project": project})


@require_http_methods(["GET", "POST"])
def allocation(request: SignedInRequest, ref: str, person: int) -> HttpResponse:
    """One person's weeks on one contract."""
    visible = Project.objects.visible_to(request.user)
    hourly = Contract.objects.filter(kind=Contract.Kind.HOURLY, state__in=Contract.IN_FORCE)
    found = hourly.filter(project__in=visible)
    contract = get_object_or_404(found.select_related("client", "freelancer", "project"), ref=ref)
    workers = {each.pk: each for each in workers_of([contract])[contract.freelancer_id]}
    worker, project = workers.get(person), contract.project
    if worker is None or project is None:
        raise Http404("Nobody works on this contract by that name.")
    at = clock.now()
    first = _since(request) or week_of(at)
    mondays = [first + n * WEEK for n in range(WEEKS)]
    known = contract.allocations.filter(person=worker, monday__in=mondays)
    planned = dict(known.values_list("monday", "minutes"))
    form = AllocationForm(request.POST or None, mondays=mondays, planned=planned)
    return answer(
        request,
        form,
        deed=lambda: planning.plan(contract.pk, worker, form.minutes, by=request.user, at=at),
        done=f"Planned for {worker.name}.",
        to=f"{_board_url(project)}?from={first}",
        template="invoices/allocation.html",
        context={
            "contract": contract,
            "worker": worker,
            "back": _board_url(project),
            "may_change": contract.client_may_offer(request.user),
        },
    )


@require_http_methods(["GET", "POST"])
def plan_import(request: SignedInRequest, ref: str) -> HttpResponse:
    """Sent once, the table is shown as it was understood; sent again, it is planned."""
    project = find(request, ref)
    form = PlanImportForm(request.POST or None, request.FILES or None)
    context = {
        "project": project,
        "form": form,
        "may_change": project.client_may_offer(request.user),
    }
    if not form.is_valid():
        status = 422 if request.method == "POST" else 200
        return render(request, "invoices/plan_import.html", context, status=status)
    text = form.cleaned_data["table"]
    if form.was_seen:
        try:
            count = planning.import_plan(project.pk, text, by=request.user, at=clock.now())
        except NotAllowed as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{count} lines are planned.")
            return redirect("project-plan", project.ref)
    rows = planning.preview(project, text)
    is_right = context["may_change"] and not any(row.error for row in rows) and not form.errors
    context |= {"rows": rows, "is_right": is_right}
    if not form.errors:
        context["form"] = PlanImportForm(initial={"table": text, "seen": form.digest})
    # Showing a table that is right is what was asked for; all else is refused.
    return render(request, "invoices/plan_import.html", context, status=200 if is_right else 422)


def _since(request: SignedInRequest) -> date | None:
    """The Monday that the address asks for; nonsense asks for nothing."""
    try:
        day = date.fromisoformat(request.GET.get("from", ""))
    except ValueError:
        return None
    return day - day.weekday() * (WEEK / 7) if 2000 <= day.year <= 2200 else None  # noqa: PLR2004 - what a date field takes


def _board_url(project: Project) -> str:
    return reverse("project-plan", args=[project.ref])
