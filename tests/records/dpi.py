"""A structural check of our own for drafts of DAC7 messages. It is no schema, and replaces none.

Which elements follow which, written after the schema that the French tax authority publishes
(DPIXML_v1.1). What our draft says it lacks is not asked for.
"""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

from records.files.dac7 import NAMESPACE

# In their order; those with a question mark may be missing, those with a hash are sums.
SEQUENCES = {
    "DPI_OECD": "MessageSpec DPIBody",
    "MessageSpec": "TransmittingCountry ReceivingCountry MessageType MessageTypeIndic"
    " ReportingPeriod",
    "DPIBody": "PlatformOperator ReportableSeller",
    "PlatformOperator": "ResCountryCode VAT? Name PlatformBusinessName Address",
    "ReportableSeller": "Identity RelevantActivities",
    "Identity": "EntitySeller",
    "EntitySeller": "Standard",
    "Standard": "EntSellerID",
    "EntSellerID": "ResCountryCode VAT? Name Address",
    "Address": "CountryCode AddressFree",
    "RelevantActivities": "PersonalServices",
    "PersonalServices": "Consideration NumberOfActivities Fees Taxes",
    "Consideration": "ConsQ1# ConsQ2# ConsQ3# ConsQ4#",
    "NumberOfActivities": "NumbQ1 NumbQ2 NumbQ3 NumbQ4",
    "Fees": "FeesQ1# FeesQ2# FeesQ3# FeesQ4#",
    "Taxes": "TaxesQ1# TaxesQ2# TaxesQ3# TaxesQ4#",
}
TEXTS = {
    "ReportingPeriod": r"\d{4}-12-31",
    "MessageType": "DPI",
    "MessageTypeIndic": "DPI40[123]",
    **dict.fromkeys(
        ("TransmittingCountry", "ReceivingCountry", "ResCountryCode", "CountryCode"), "[A-Z]{2}"
    ),
}
SUM, COUNT, ANYTHING = r"\d+", r"\d+", r"(?s)(?=.*\S).{1,200}"


def wrong_in(xml: bytes | str) -> list[str]:
    """Return what is not as the sequences have it, each with the place where it is."""
    root = ET.fromstring(xml)
    name = root.tag.removeprefix(f"{{{NAMESPACE}}}")
    wrong = [] if (name, root.get("version")) == ("DPI_OECD", "1.0") else ["the root"]
    return wrong + _wrong(root, name, "")


def _wrong(element: ET.Element, name: str, path: str) -> list[str]:
    here = f"{path}/{name}"
    if name not in SEQUENCES:
        return _wrong_text(element, name, here)
    children = [child for child in element if isinstance(child.tag, str)]
    names = [child.tag.removeprefix(f"{{{NAMESPACE}}}") for child in children]
    if not re.fullmatch(_pattern(SEQUENCES[name]), " ".join(names) + " "):
        return [f"{here} has {names}"]
    return [
        wrong
        for child, child_name in zip(children, names, strict=True)
        for wrong in _wrong(child, child_name, here)
    ]


def _pattern(sequence: str) -> str:
    parts = [part.rstrip("#") for part in sequence.split()]
    return "".join(f"({part[:-1]} )?" if part.endswith("?") else f"{part} " for part in parts)


def _wrong_text(element: ET.Element, name: str, here: str) -> list[str]:
    is_sum = f"{name}#" in " ".join(SEQUENCES.values())
    expected = TEXTS.get(name) or (SUM if is_sum else COUNT if name[:4] == "Numb" else ANYTHING)
    wrong = [] if re.fullmatch(expected, element.text or "") else [f"{here} says {element.text}"]
    if is_sum and not re.fullmatch("[A-Z]{3}", element.get("currCode", "")):
        wrong.append(f"{here} has no currency")
    return wrong
