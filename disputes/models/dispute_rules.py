"""What a dispute can never be, whoever writes the row."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from disputes.models.dispute_rows import DECIDED, DROPPED, OPEN, OUTCOMES, RUNNING

TIMED = [  # somebody is waited for until a stated moment
    state for state in RUNNING if state != "in_arbitration"
]

RULES = [
    models.CheckConstraint(
        name="dispute_is_opened_by_one_of_its_sides",
        condition=Q(side__in=["client", "freelancer"]),
    ),
    models.CheckConstraint(name="dispute_says_what_is_contested", condition=~Q(words="")),
    models.CheckConstraint(
        name="dispute_is_about_money_that_is_there", condition=Q(at_stake__gt=0)
    ),
    models.CheckConstraint(
        name="no_more_is_claimed_than_is_held",
        condition=Q(claimed__gte=0, claimed__lte=F("at_stake")),
    ),
    models.CheckConstraint(
        name="no_more_is_decided_than_is_held",
        condition=Q(figure__isnull=True) | Q(figure__gte=0, figure__lte=F("at_stake")),
    ),
    models.CheckConstraint(
        name="a_figure_stands_once_it_was_decided_and_only_then",
        condition=Q(state__in=[*OPEN, *DROPPED], figure__isnull=True)
        | Q(state__in=[*DECIDED, *OUTCOMES], figure__isnull=False),
    ),
    models.CheckConstraint(
        name="a_dispute_is_closed_when_it_has_an_outcome",
        condition=Q(state__in=list(RUNNING), closed_at__isnull=True)
        | Q(
            state__in=[*OUTCOMES, *DROPPED], closed_at__isnull=False, closed_at__gte=F("opened_at")
        ),
    ),
    models.CheckConstraint(
        name="money_is_split_after_the_outcome",
        condition=Q(split_at__isnull=True)
        | Q(state__in=list(OUTCOMES), split_at__gte=F("closed_at")),
    ),
    models.CheckConstraint(
        name="what_was_split_is_what_was_held_or_less",
        condition=Q(
            split_at__isnull=True,
            split_to_freelancer__isnull=True,
            split_to_client__isnull=True,
        )
        | Q(
            split_at__isnull=False,
            split_to_freelancer__gte=0,
            split_to_client__gte=0,
            split_to_freelancer__lte=F("at_stake") - F("split_to_client"),
        ),
    ),
    models.CheckConstraint(
        name="who_is_waited_for_has_a_deadline",
        condition=~Q(state__in=TIMED) | Q(act_by__isnull=False),
    ),
    models.CheckConstraint(
        name="a_closed_case_waits_for_nobody",
        condition=Q(state__in=list(RUNNING)) | Q(act_by__isnull=True),
    ),
    models.CheckConstraint(
        name="who_proposed_or_decided_is_named",
        condition=~Q(state__in=["proposed", "decided", "final", "awarded"])
        | Q(mediator__isnull=False),
    ),
    models.UniqueConstraint(
        name="an_escrow_has_one_dispute",
        fields=["escrow"],
        condition=~Q(state__in=["withdrawn", "void"]),
    ),
]
INDEXES = [
    models.Index(fields=["act_by"], condition=Q(closed_at__isnull=True), name="clocks_running"),
    models.Index(fields=["contract"], name="disputes_of_a_contract"),
    models.Index(  # as the desk lists them
        F("act_by").asc(nulls_last=True), F("opened_at").desc(), F("id").asc(), name="cases_by_date"
    ),
]
