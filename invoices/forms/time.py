"""Time as people write it: a day and two clocks in their own zone, in whole minutes."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django import forms
from django.http import QueryDict

from billing_site.kernel.forms import TextField
from billing_site.kernel.wall_time import moments_of
from invoices.models import Contract, TimeEntry
from invoices.services.time_entries import Written

MEMO, ACTIVITY = 200, 60
WHICH = {"start": "Which start", "end": "Which end"}
LONGEST = timedelta(hours=12)  # longer is a slip of the pen


def memo_field() -> forms.CharField:
    return TextField(
        max_length=MEMO,
        required=False,
        label="What you did",
        help_text="The client reads it. Without a memo the time is not protected.",
    )


def activity_field() -> forms.CharField:
    return TextField(
        max_length=ACTIVITY,
        required=False,
        label="Activity",
        help_text="A word to sort it by, such as design.",
    )


def clock_field(label: str, *, help_text: str = "") -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=help_text,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )


class StartForm(forms.Form):
    """What the timer runs for."""

    contract = forms.ChoiceField(label="Contract")
    memo = memo_field()
    activity = activity_field()
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, data: QueryDict | None, *, contracts: Sequence[Contract]) -> None:
        super().__init__(data, initial={"op_id": uuid.uuid4()})
        self.fields["memo"].label = "What you work on"
        field = self.fields["contract"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [(it.ref, f"{it.title}, {it.client}") for it in contracts]


class StopForm(forms.Form):
    memo = memo_field()
    activity = activity_field()


class ActivityForm(forms.Form):
    activity = activity_field()


class TimeForm(forms.Form):
    """A piece of time that begins on a day. An end that is not later on the clock is of the next.

    Where clocks in the zone were put forward past a time, it is refused; where they were
    put back to it, the form asks which of the two is meant.
    """

    day = forms.DateField(label="Day", widget=forms.DateInput(attrs={"type": "date"}))
    start = clock_field("From")
    end = clock_field("To", help_text="Before the start, it is of the next day.")
    memo = memo_field()
    activity = activity_field()
    op_id = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(
        self, data: QueryDict | None, *, zone: ZoneInfo, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(data, initial={"op_id": uuid.uuid4(), **(initial or {})})
        self.zone = zone
        for name, label in WHICH.items():
            choices = self._ambiguous(name)
            if choices:
                self.fields[f"{name}_which"] = forms.ChoiceField(
                    label=label,
                    choices=choices,
                    widget=forms.RadioSelect,
                    error_messages={
                        "required": "Clocks were put back then, so this time was there twice."
                    },
                )
        self.order_fields(["day", "start", "start_which", "end", "end_which"])

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if {"day", "start", "end"} <= cleaned.keys():
            facts = dict(cleaned)  # What is found wrong disappears from the other.
            for name in WHICH:
                cleaned[f"{name}_at"] = self._moment(name, facts)
            begun, ended = cleaned["start_at"], cleaned["end_at"]
            if begun and ended and not timedelta() < ended - begun <= LONGEST:
                self.add_error(
                    "end", "The end has to be later than the start, and by 12 hours at most."
                )
        return cleaned

    def written(self) -> Written:
        facts = self.cleaned_data
        return Written(facts["start_at"], facts["end_at"], facts["memo"], facts["activity"])

    def _moment(self, name: str, facts: dict[str, Any]) -> datetime | None:
        day, clock = _day_of(name, facts), facts[name]
        moments = moments_of(day, clock, self.zone)
        if not moments:
            self.add_error(
                name,
                f"There was no {clock:%H:%M} on {day.day} {day:%B} in {self.zone.key}: "
                "clocks were put forward past it.",
            )
            return None
        if len(moments) == 1:
            return moments[0]
        chosen = facts.get(f"{name}_which")
        return moments[int(chosen)] if chosen else None

    def _ambiguous(self, name: str) -> list[tuple[str, str]]:
        """The two moments that a time of this day may mean, where it was there twice."""
        facts = {field: self._sent(field) for field in ("day", "start", "end")}
        if None in facts.values():
            return []
        clock = facts[name]
        moments = moments_of(_day_of(name, facts), clock, self.zone)
        words = ("the first time", "the second time")
        return [
            (str(n), f"{clock:%H:%M} {words[n]}, {moment:%H:%M} UTC")
            for n, moment in enumerate(moments)
            if len(moments) > 1
        ]

    def _sent(self, name: str) -> Any:
        if not self.is_bound:
            return None
        try:
            value = self.fields[name].clean(self.data.get(name))
        except forms.ValidationError:
            return None
        return value.replace(second=0, microsecond=0) if isinstance(value, time) else value

    def clean_start(self) -> time:
        return _whole(self.cleaned_data["start"])

    def clean_end(self) -> time:
        return _whole(self.cleaned_data["end"])


def filled_from(entry: TimeEntry, zone: ZoneInfo) -> dict[str, Any]:
    """What the form of an entry says before anybody changes it."""
    start, end = entry.started_at.astimezone(zone), entry.ended_at.astimezone(zone)
    return {
        "day": start.date(),
        "start": start.time(),
        "end": end.time(),
        "memo": entry.memo,
        "activity": entry.activity,
    }


def _day_of(name: str, facts: dict[str, Any]) -> date:
    day: date = facts["day"]
    is_next = name == "end" and facts["end"] <= facts["start"]
    return day + timedelta(days=1) if is_next else day


def _whole(clock: time) -> time:
    return clock.replace(second=0, microsecond=0)
