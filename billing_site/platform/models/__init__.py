"""What every app needs a row for. Who did it is a plain user id: people are above us."""

from billing_site.platform.models.audit import AuditEvent
from billing_site.platform.models.audit_seal import AuditSeal
from billing_site.platform.models.clock import DemoClock
from billing_site.platform.models.file import File
from billing_site.platform.models.job import Heartbeat, Job
from billing_site.platform.models.law_check import LawCheck
from billing_site.platform.models.letter import Letter
from billing_site.platform.models.notice import Notice, SavedFilter
from billing_site.platform.models.operation import Operation
from billing_site.platform.models.series import Series

__all__ = [
    "AuditEvent",
    "AuditSeal",
    "DemoClock",
    "File",
    "Heartbeat",
    "Job",
    "LawCheck",
    "Letter",
    "Notice",
    "Operation",
    "SavedFilter",
    "Series",
]
