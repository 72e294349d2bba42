from __future__ import annotations

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from billing_site.kernel.http import SignedInRequest
from billing_site.people.access import Deed
from billing_site.people.doors import refuse_to_show
from billing_site.platform import clock
from invoices.forms.projects import (
    AssignmentForm,
    BudgetForm,
    NewProjectForm,
    ProjectForm,
    is_confirmed,
)
from invoices.models import Budget, Project
from invoices.queries.project_page import project_list, project_page
from invoices.services import projects
from invoices.views.answering import answer, do
from invoices.views.contracts import find as find_contract


@require_safe
def index(request: SignedInRequest) -> HttpResponse:
    _refuse_others(request)
    found = project_list(request.membership, at=clock.now())
    return render(request, "invoices/projects.html", {"list": found})


@require_http_methods(["GET", "POST"])
def new(request: SignedInRequest) -> HttpResponse:
    _refuse_others(request)
    refuse_to_show(request, Deed.OFFER)
    client = request.organization
    form = NewProjectForm(request.POST or None, initial={"currency": client.currency})
    return answer(
        request,
        form,
        deed=lambda: projects.begin(
            client,
            form.named,
            currency=form.cleaned_data["currency"],
            by=request.user,
            at=clock.now(),
        ),
        done="The project is there. Give it a budget, and put contracts into it.",
        to=lambda project: project,
        template="invoices/project_form.html",
        context={"project": None},
    )


@require_safe
def detail(request: SignedInRequest, ref: str) -> HttpResponse:
    project = find(request, ref)
    page = project_page(project, request.membership, at=clock.now())
    return render(request, "invoices/project.html", {"page": page, "project": project})


@require_http_methods(["GET", "POST"])
def names(request: SignedInRequest, ref: str) -> HttpResponse:
    project = find(request, ref)
    now = {"name": project.name, "code": project.code, "cost_center": project.cost_center}
    form = ProjectForm(request.POST or None, initial=now)
    return answer(
        request,
        form,
        deed=lambda: projects.rename(project.pk, form.named, by=request.user),
        done="Changed. What was issued keeps the name that it had.",
        to=project,
        template="invoices/project_form.html",
        context={"project": project},
    )


@require_POST
def closure(request: SignedInRequest, ref: str) -> HttpResponse:
    project = find(request, ref)
    return do(
        request,
        deed=lambda: projects.close(project.pk, by=request.user, at=clock.now()),
        done="Closed. Nothing new comes into it.",
        to=project,
    )


@require_POST
def opening(request: SignedInRequest, ref: str) -> HttpResponse:
    project = find(request, ref)
    return do(
        request,
        deed=lambda: projects.reopen(project.pk, by=request.user, at=clock.now()),
        done="Open again.",
        to=project,
    )


@require_http_methods(["GET", "POST"])
def budget_new(request: SignedInRequest, ref: str) -> HttpResponse:
    project = find(request, ref)
    form = BudgetForm(request.POST or None, currency=project.currency)
    return answer(
        request,
        form,
        deed=lambda: projects.set_budget(
            project.pk,
            form.cleaned_data["period"],
            form.cleaned_data["category"],
            form.limits,
            by=request.user,
            at=clock.now(),
        ),
        done="The budget holds from now on.",
        to=project,
        template="invoices/budget.html",
        context={"project": project, "budget": None},
    )


@require_http_methods(["GET", "POST"])
def budget(request: SignedInRequest, ref: str) -> HttpResponse:
    now = find_budget(request, ref)
    form = BudgetForm(request.POST or None, currency=now.currency, budget=now)
    return answer(
        request,
        form,
        deed=lambda: projects.set_budget(
            now.project_id,
            now.period,
            now.category,
            form.limits,
            by=request.user,
            at=clock.now(),
        ),
        done="The budget holds from now on.",
        to=now.project,
        template="invoices/budget.html",
        context={"project": now.project, "budget": now},
    )


@require_POST
def budget_removal(request: SignedInRequest, ref: str) -> HttpResponse:
    now = find_budget(request, ref)
    return do(
        request,
        deed=lambda: projects.remove_budget(now.pk, by=request.user, at=clock.now()),
        done="Removed. Nothing is compared with it any more.",
        to=now.project,
    )


@require_http_methods(["GET", "POST"])
def assignment(request: SignedInRequest, ref: str) -> HttpResponse:
    """Which project a contract is of. Its freelancer reads the name there, and nothing here."""
    contract = find_contract(request, ref)
    if request.membership.organization_id != contract.client_id:
        raise Http404("Projects are the client's.")
    is_draft = contract.state in contract.UNSENT
    form = AssignmentForm(request.POST or None, contract=contract)
    return answer(
        request,
        form,
        deed=lambda: projects.assign(
            contract.pk,
            form.cleaned_data["project"],
            by=request.user,
            at=clock.now(),
            over_budget=is_confirmed(form),
        ),
        done="Written down.",
        to=reverse("contract-offer", args=[contract.ref]) if is_draft else contract,
        template="invoices/contract_project.html",
        context={"contract": contract, "may_change": contract.client_may_offer(request.user)},
    )


def find(request: SignedInRequest, ref: str) -> Project:
    visible = Project.objects.visible_to(request.user).select_related("client")
    return get_object_or_404(visible, ref=ref)


def find_budget(request: SignedInRequest, ref: str) -> Budget:
    visible = Project.objects.visible_to(request.user)
    found = Budget.objects.filter(project__in=visible).select_related("project__client")
    return get_object_or_404(found, ref=ref)


def _refuse_others(request: SignedInRequest) -> None:
    if not request.organization.is_client:
        raise Http404("Projects are the client's.")
