"""How a document's number is written: `{code}-{year}-{number:06}`, and nothing that could surprise.

A pattern consists of letters, digits, `-`, `.`, `/` and spaces between the fields `{code}`,
`{year}`, `{month}` and `{number}`; `{number:06}` is filled with zeros to six digits.
"""

from __future__ import annotations

import re
from datetime import date

LONGEST = 40  # characters of a pattern, and of the number it writes
FIELD = re.compile(r"\{(code|year|month|number)(?::0([1-9]))?\}")
PLAIN = re.compile(r"[A-Za-z0-9./ -]*", re.ASCII)
EXAMPLE = "{code}-{year}-{number:06}"


def problem_of(pattern: str, *, restarts: bool) -> str:
    """Return what is wrong with *pattern* in words; nothing where it is right.

    `restarts` says whether it counts from one again each year: then the year must show.
    """
    fields = FIELD.findall(pattern)
    names = [name for name, _ in fields]
    if not PLAIN.fullmatch(FIELD.sub("", pattern)):
        return (
            "Use letters, digits, - . / and spaces, and the fields {code}, {year}, {month} and "
            f"{{number}}, such as {EXAMPLE}."
        )
    if len(pattern) > LONGEST or pattern != pattern.strip():
        return f"At most {LONGEST} characters, and no space at either end."
    if names.count("number") != 1:
        return "The number itself has to be in it once: {number}, or {number:06} for six digits."
    if any(width for name, width in fields if name != "number"):
        return "Only the number is filled with zeros: {number:06}."
    if restarts and "year" not in names:
        return "It counts from one again each year, so {year} has to be in it."
    return ""


def written(pattern: str, *, code: str, on: date, number: int) -> str:
    """Return the number of a document that is issued *on* a day."""

    def value(field: re.Match[str]) -> str:
        name, width = field.groups()
        if name == "number":
            return f"{number:0{width or 1}d}"
        return {"code": code, "year": f"{on.year:04d}", "month": f"{on.month:02d}"}[name]

    return FIELD.sub(value, pattern)


def could_write(pattern: str, text: str, *, code: str) -> bool:
    """Whether *pattern* writes *text* for some day and some number."""
    digits = {"year": r"[0-9]{4}", "month": r"[0-9]{2}"}
    expression, end = "", 0
    for field in FIELD.finditer(pattern):
        name, width = field.groups()
        expression += re.escape(pattern[end : field.start()])
        expression += (
            re.escape(code) if name == "code" else digits.get(name, f"[0-9]{{{width or 1},}}")
        )
        end = field.end()
    return re.fullmatch(expression + re.escape(pattern[end:]), text) is not None
