"""The same events give the same bytes in another process, whatever seed its hashing has."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = """
from tests.core.test_whatif import AGENTS, DAY, MINUTE, START, bundle, what_if
from clinicflow.core.pack import pack
result = what_if(AGENTS, bundle(), DAY, until=START + 40 * MINUTE)
print([(case, pack(sides).hex()) for case, sides in result.cases.items()])
"""
ROOT = Path(__file__).parents[2]


def told_under(seed: str) -> str:
    environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{ROOT}:{ROOT / 'services'}"}
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.timeout(60)
def test_two_seeds_of_hashing_give_the_same_cases():
    first = told_under("1")
    assert first == told_under("2")
    assert "nurse" in bytes.fromhex(first.split("'")[3]).decode(errors="ignore")
