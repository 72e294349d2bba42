"""Which files a payer's bank reads: as Stripe publishes it, and the sandbox keeps to the same.

https://docs.stripe.com/file-upload: for a dispute, PDF, JPEG or PNG of at most 5 MB each.
"""

from __future__ import annotations

from payments.gateways.errors import InvalidRequest
from payments.gateways.requests import Paper

READ = ("application/pdf", "image/jpeg", "image/png")
LARGEST = 5 * 1024 * 1024
LARGEST_TOGETHER = 4_500_000  # what banks take of one answer, whatever its parts


def problem_with(paper: Paper) -> str:
    """Say why a bank would not read *paper*; empty: it does."""
    if paper.content_type not in READ:
        return f"“{paper.name}” is no PDF, JPEG or PNG file."
    if not 0 < len(paper.content) <= LARGEST:
        return f"“{paper.name}” is empty, or larger than {LARGEST // 1024**2} MB."
    return ""


def refuse_unread(paper: Paper) -> None:
    """:raises InvalidRequest: a bank does not read it."""
    if problem := problem_with(paper):
        raise InvalidRequest(problem, param="file")
