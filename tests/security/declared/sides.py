"""Who may do what several doors ask for."""

from __future__ import annotations

from tests.security.personas import DELIVERING, P

OFFERING = {P.CLIENT_OWNER, P.CLIENT_APPROVER}
THE_OWNER = {P.CLIENT_OWNER}
WRITING = DELIVERING | {P.OTHER_FREELANCER}
