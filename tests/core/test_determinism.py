"""The same events give the same bytes in another process, whatever its hashing, time zone and locale."""

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
DAY = """
from hashlib import sha256
from clinicflow.codec import encode
from clinicflow.core.bundle import bundle_hash
from clinicflow.core.pack import pack
from tests.replay.day import a_day, document
told = a_day(2, 12).result
events = sha256(b"".join(encode(placed.event) for placed in told.events)).hexdigest()
cases = sha256(b"".join(pack(told.cases[case]) for case in told.cases)).hexdigest()
tasks = sha256(repr(list(told.tasks.items())).encode()).hexdigest()
print(bundle_hash(document()), len(told.events), events, cases, tasks)
"""
ROOT = Path(__file__).parents[2]


def told_under(script: str, **settings: str) -> str:
    environment = {**os.environ, "PYTHONPATH": f"{ROOT}:{ROOT / 'services'}", **settings}
    done = subprocess.run(
        [sys.executable, "-c", script], env=environment, cwd=ROOT, capture_output=True, text=True, check=True
    )
    return done.stdout


@pytest.mark.timeout(60)
def test_two_seeds_of_hashing_give_the_same_cases():
    first = told_under(SCRIPT, PYTHONHASHSEED="1")
    assert first == told_under(SCRIPT, PYTHONHASHSEED="2")
    assert "nurse" in bytes.fromhex(first.split("'")[3]).decode(errors="ignore")


@pytest.mark.timeout(60)
def test_a_whole_day_of_all_agents_is_the_same_under_other_hashing_time_zone_and_locale():
    here = told_under(DAY, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C")
    there = told_under(DAY, PYTHONHASHSEED="2", TZ="Pacific/Chatham", LC_ALL="tr_TR.UTF-8")
    assert here == there
    assert int(here.split()[1]) > 500
