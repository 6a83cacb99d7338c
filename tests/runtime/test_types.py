"""The runtime's JSDoc types pass TypeScript's check."""

import shutil
import subprocess
from pathlib import Path

from tests.requirements import needs

ROOT = Path(__file__).parent.parent.parent
TSC = ROOT / "tests/oracle/node_modules/.bin/tsc"


def test_it_passes_the_typescript_check():
    needs(shutil.which("node"), "Node, to check the runtime's types")
    needs(TSC.exists(), "TypeScript in tests/oracle (npm ci there), to check the runtime's types")
    checked = subprocess.run([TSC, "-p", ROOT], capture_output=True, text=True, check=False)
    assert checked.returncode == 0, checked.stdout


def test_it_fails_the_typescript_check_on_a_mistake(tmp_path):
    """The configuration is strict: untyped parameters and wrong arguments are errors."""
    needs(shutil.which("node"), "Node, to check the runtime's types")
    needs(TSC.exists(), "TypeScript in tests/oracle (npm ci there), to check the runtime's types")
    (tmp_path / "tsconfig.json").write_text(
        (ROOT / "tsconfig.json").read_text().replace("fullstory_dest/runtime", ".")
    )
    (tmp_path / "wrong.js").write_text("export const f = (a) => a;\nMath.abs('x');\n")
    checked = subprocess.run([TSC, "-p", tmp_path], capture_output=True, text=True, check=False)
    assert "TS7006" in checked.stdout
    assert "TS2345" in checked.stdout
