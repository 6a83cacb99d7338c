"""The runtime's JSDoc types hold, as TypeScript reads them."""

import shutil
import subprocess
from pathlib import Path

from tests.requirements import needs

ROOT = Path(__file__).parent.parent.parent
TSC = ROOT / "tests/oracle/node_modules/.bin/tsc"


def test_typescript_finds_no_mistake():
    needs(shutil.which("node"), "Node, to check the runtime's types")
    needs(TSC.exists(), "TypeScript in tests/oracle (npm ci there), to check the runtime's types")
    checked = subprocess.run([TSC, "-p", ROOT], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_the_check_sees_a_mistake(tmp_path):
    """The configuration is strict: an untyped parameter and a wrong argument are mistakes."""
    needs(shutil.which("node"), "Node, to check the runtime's types")
    needs(TSC.exists(), "TypeScript in tests/oracle (npm ci there), to check the runtime's types")
    (tmp_path / "tsconfig.json").write_text(
        (ROOT / "tsconfig.json").read_text().replace("fullstory_dest/runtime", ".")
    )
    (tmp_path / "wrong.js").write_text("export const f = (a) => a;\nMath.abs('x');\n")
    checked = subprocess.run([TSC, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert "TS7006" in checked.stdout
    assert "TS2345" in checked.stdout
