"""Agents are found by walking their folder; the core and they stay pure."""

import subprocess
import sys
from pathlib import Path

import pytest

import clinicflow.agents
from clinicflow.agents import all_agents
from clinicflow.errors import InvalidAgent

IMPURE = ("aiokafka", "faust", "asyncpg", "fastapi", "starlette", "uvicorn", "fastavro", "sqlalchemy", "httpx", "yaml")
SCRIPT = """
import sys
import clinicflow.core.step, clinicflow.core.whatif, clinicflow.core.waiting
from clinicflow.agents import all_agents
all_agents()
print(sorted({name.partition(".")[0] for name in sys.modules}))
"""


def test_every_package_of_the_folder_is_an_agent_of_its_name():
    folder = Path(clinicflow.agents.__file__).parent
    packages = sorted(path.parent.name for path in folder.glob("*/__init__.py"))
    found = all_agents()
    assert list(found) == packages
    assert len(packages) >= 6
    assert [agent.name for agent in found.values()] == packages


def test_a_package_without_an_agent_is_told_by_name(tmp_path, monkeypatch):
    (tmp_path / "idle").mkdir()
    (tmp_path / "idle" / "__init__.py").write_text("")
    monkeypatch.setattr(clinicflow.agents, "__path__", [str(tmp_path)])
    with pytest.raises(InvalidAgent, match="idle"):
        all_agents()


def test_core_and_agents_load_no_broker_database_or_web_library():
    loaded = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True).stdout
    assert [name for name in IMPURE if f"'{name}'" in loaded] == []
