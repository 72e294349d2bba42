"""Promises the whole product keeps, checked where nobody can forget them."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.db.models import Model
from django.utils.module_loading import import_string
from django_fsm import FSMField, Transition

from billing_site.kernel.state import taught_steps

# From the ground up. An app may point at itself and at what is beneath it.
GROUND_UP = [
    "platform", "people", "ledger", "payments", "sandbox", "invoices", "disputes", "records",
]  # fmt: skip
OURS = ["billing_site", "ledger", "payments", "invoices", "disputes", "records"]
DOORS = ["views", "admin", "forms", "tasks", "management"]
WRITES = {"save", "create", "update", "delete", "get_or_create", "update_or_create", "bulk_create"}


def machines() -> Iterator[tuple[type[Model], FSMField]]:
    for model in apps.get_models():
        for field in model._meta.get_fields():
            if isinstance(field, FSMField):
                yield model, field


def steps() -> Iterator[Transition]:
    for model, field in machines():
        yield from field.get_all_transitions(model)


@pytest.mark.parametrize("step", list(steps()), ids=lambda step: step.qualname)
def test_every_step_says_who_may_take_it(step: Transition) -> None:
    assert step.permission, "django-fsm lets everybody take a step without a permission."


@pytest.mark.django_db
@pytest.mark.parametrize("machine", list(machines()), ids=lambda it: it[0].__name__)
def test_the_database_knows_the_same_steps(machine: tuple[type[Model], FSMField]) -> None:
    model, field = machine
    written = {
        (step.source, target)
        for step in field.get_all_transitions(model)
        for target in _targets(step)
    }
    taught = taught_steps(model._meta.db_table)
    assert {pair for pair in taught if pair[0]} == written
    assert {became for was, became in taught if not was}, "Something has to be born somewhere."


def _targets(step: Transition) -> list[str]:
    allowed = getattr(step.target, "allowed_states", None)
    return list(allowed) if allowed else [step.target]


@pytest.mark.parametrize("machine", list(machines()), ids=lambda it: it[0].__name__)
def test_a_state_is_protected_and_in_no_form(machine: tuple[type[Model], FSMField]) -> None:
    _, field = machine
    assert field.protected
    assert not field.editable


@pytest.mark.parametrize("app", GROUND_UP)
def test_foreign_keys_point_down(app: str) -> None:
    """The import linter cannot see a foreign key to "payments.Escrow". We can."""
    beneath = GROUND_UP[: GROUND_UP.index(app) + 1]
    above = {
        f"{model.__name__}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_app_config(app).get_models()
        for field in [*model._meta.fields, *model._meta.many_to_many]
        if field.related_model and field.related_model._meta.app_label in GROUND_UP
        if field.related_model._meta.app_label not in beneath
        # A line of history names a person, whoever keeps it.
        if field.related_model is not apps.get_model(settings.AUTH_USER_MODEL)
    }
    assert above == set()


def sources(*folders: str) -> Iterator[Path]:
    for app in OURS:
        for path in Path(settings.BASE_DIR, app).rglob("*.py"):
            parts = {part.removesuffix(".py") for part in path.parts}
            if "migrations" not in parts and (not folders or parts & set(folders)):
                yield path


@cache
def nodes(path: Path) -> list[ast.AST]:
    return list(ast.walk(ast.parse(path.read_text())))


def calls(path: Path) -> Iterator[ast.Call]:
    for node in nodes(path):
        if isinstance(node, ast.Call):
            yield node


def relative(path: Path) -> str:
    return str(path.relative_to(settings.BASE_DIR))


@pytest.mark.parametrize("path", sorted(sources(*DOORS)), ids=relative)
def test_doors_do_not_write(path: Path) -> None:
    """Views, forms, admin, tasks and commands call services, and services write."""
    writes = [
        f"line {call.lineno}: .{call.func.attr}()"
        for call in calls(path)
        if isinstance(call.func, ast.Attribute) and call.func.attr in WRITES
    ]
    assert writes == []


@pytest.mark.parametrize("path", sorted(sources("views", "forms")), ids=relative)
def test_pages_never_act_as_the_system(path: Path) -> None:
    assert [call.lineno for call in calls(path) if getattr(call.func, "id", "") == "SYSTEM"] == []


@pytest.mark.parametrize("path", sorted(sources()), ids=relative)
def test_locks_let_children_be_added(path: Path) -> None:
    """A plain FOR UPDATE waits for everybody who inserts a row that points here."""
    plain = [
        call.lineno
        for call in calls(path)
        if getattr(call.func, "attr", "") == "select_for_update"
        if not any(word.arg == "no_key" for word in call.keywords)
    ]
    assert plain == []


@pytest.mark.parametrize("path", sorted(sources()), ids=relative)
def test_only_the_queue_enqueues_and_only_gateways_speak_stripe(path: Path) -> None:
    names = {
        alias.name if isinstance(node, ast.Import) else f"{node.module}.{alias.name}"
        for node in nodes(path)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    }
    # The heartbeat is the one task that is no job: it proves that the queue itself is alive.
    if relative(path) not in {f"billing_site/platform/{it}.py" for it in ("queue", "heartbeats")}:
        assert "django_q.tasks.async_task" not in names
    if not relative(path).startswith("payments/gateways/"):
        assert not [name for name in names if name.split(".")[0] == "stripe"]


def test_one_module_reads_what_a_stranger_posts() -> None:
    """It verifies the raw bytes first; whoever parsed them elsewhere might forget that."""
    parsing = {
        relative(path)
        for path in sources()
        for call in calls(path)
        if getattr(call.func, "attr", "").startswith("construct_event")
    }
    assert parsing == {"payments/gateways/signatures.py"}


@pytest.mark.parametrize("path", sorted(sources()), ids=relative)
def test_the_domain_has_no_clock(path: Path) -> None:
    """Services take `at=`; whoever asks for the time asks the platform's clock."""
    watches_the_machine = ("billing_site/platform/", "billing_site/workflows/demo_world/tidying.py")
    if relative(path).startswith(watches_the_machine):  # Jobs and leases are of the wall's time.
        return
    clocks = [
        call.lineno
        for call in calls(path)
        if isinstance(call.func, ast.Attribute)
        if (call.func.attr, getattr(call.func.value, "id", ""))
        in {("now", "timezone"), ("now", "datetime"), ("today", "date")}
    ]
    assert clocks == []


def queued_tasks() -> Iterator[str]:
    for path in sources():
        for call in calls(path):
            match call:
                case ast.Call(func=ast.Name(id="later"), args=[ast.Constant(value=str(task)), *_]):
                    yield task
                case ast.Call(
                    func=ast.Attribute(attr="later"), args=[ast.Constant(value=str(task)), *_]
                ):
                    yield task


@pytest.mark.parametrize(
    "task",
    sorted(
        {
            *queued_tasks(),
            *settings.TICKS,
            settings.GATEWAY_EVENT_TASK,
            settings.CREDIT_CHARGE_TASK,
            settings.PROTECTIVE_REFUND_TASK,
        }
    ),
)
def test_every_queued_task_exists(task: str) -> None:
    assert callable(import_string(task))


@pytest.mark.parametrize("path", sorted(sources()), ids=relative)
def test_modules_stay_readable(path: Path) -> None:
    assert len(path.read_text().splitlines()) <= 250


def templates() -> Iterator[Path]:
    for path in Path(settings.BASE_DIR, "templates").rglob("*.html"):
        # Mail programs know no policy of ours, and paper is drawn here, never served.
        if path.parent.name != "mail" and path.name != "paper.html":
            yield path


@pytest.mark.parametrize("path", sorted(templates()), ids=relative)
def test_templates_need_no_exception_from_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    for refused in ("|safe", 'style="', "<style", "onclick", "onchange", "javascript:"):
        assert refused not in text, refused
    assert "<script>" not in text
