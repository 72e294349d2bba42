"""Migrating renders no model for a constraint, and forgets none."""

from __future__ import annotations

from typing import Any

import django_fsm
import pytest
from django.db import models
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.signals import class_prepared

from billing_site.management.commands.migrate import (
    constraints_are_noted,
    states_ask_for_no_steps,
)

HAS_A_SIZE = models.CheckConstraint(condition=models.Q(size__gt=0), name="a_thing_has_a_size")
BY_SIZE = models.Index(fields=["size"], name="things_by_size")


@pytest.fixture
def state() -> Any:
    history = ProjectState()
    fields: Any = [("id", models.BigAutoField(primary_key=True)), ("size", models.IntegerField())]
    history.add_model(ModelState("somewhere", "Thing", fields))
    assert history.apps
    return history


def test_what_is_noted_is_there_for_whoever_alters_a_column(state: Any) -> None:
    rendered = state.apps.get_model("somewhere", "thing")

    with constraints_are_noted():
        state.add_constraint("somewhere", "thing", HAS_A_SIZE)
        state.add_index("somewhere", "thing", BY_SIZE)
        assert state.apps.get_model("somewhere", "thing") is rendered
        assert rendered._meta.constraints == [HAS_A_SIZE]
        assert rendered._meta.indexes == [BY_SIZE]
        assert state.models["somewhere", "thing"].options["constraints"] == [HAS_A_SIZE]

        state.remove_constraint("somewhere", "thing", HAS_A_SIZE.name)
        assert rendered._meta.constraints == []
        assert state.models["somewhere", "thing"].options["constraints"] == []


def test_afterwards_django_renders_as_before(state: Any) -> None:
    rendered = state.apps.get_model("somewhere", "thing")
    with constraints_are_noted():
        pass

    state.add_constraint("somewhere", "thing", HAS_A_SIZE)

    assert state.apps.get_model("somewhere", "thing") is not rendered


def test_states_of_the_past_hear_of_no_other_model() -> None:
    ears = len(class_prepared.receivers)
    fields: Any = [("id", models.BigAutoField(primary_key=True)), ("state", django_fsm.FSMField())]
    history = ProjectState()
    history.add_model(ModelState("somewhere", "Machine", fields))

    with states_ask_for_no_steps():
        assert history.apps.get_model("somewhere", "machine")
    assert len(class_prepared.receivers) <= ears

    assert django_fsm.class_prepared is class_prepared
