"""A virtual environment that was stopped half-way is made anew, and none is left half-made."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from tests.test_production import ROOT

PYTHON = """#!/bin/sh
case "$*" in
  *hashlib*) cat >/dev/null; echo stamp ;;
  "-") cat >/dev/null ;;
  "-m venv .venv") mkdir -p .venv/bin
    printf '#!/bin/sh\\nexit 0\\n' >.venv/bin/python; chmod +x .venv/bin/python; exit %s ;;
esac
"""


def script(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    path.chmod(0o755)


@pytest.mark.parametrize("fails", [0, 1])
def test_what_is_half_made_is_made_anew_or_gone(tmp_path: Path, fails: int) -> None:
    script(tmp_path / "bin" / "setup", (ROOT / "bin" / "setup").read_text())
    (tmp_path / "requirements.txt").touch()
    script(tmp_path / "python", PYTHON % fails)
    script(tmp_path / ".venv" / "bin" / "python", "#!/bin/sh\nexit 1\n")  # it has no pip
    (tmp_path / ".venv" / "left").touch()

    outcome = subprocess.run(
        [tmp_path / "bin" / "setup"],
        env={"PATH": os.environ["PATH"], "PYTHON": str(tmp_path / "python")},
        capture_output=True,
        text=True,
        check=False,
    )

    assert outcome.returncode == fails, outcome.stderr
    assert not (tmp_path / ".venv" / "left").exists()
    assert (tmp_path / ".venv" / "installed-stamp").exists() is not bool(fails)
    assert (tmp_path / ".venv").exists() is not bool(fails)
