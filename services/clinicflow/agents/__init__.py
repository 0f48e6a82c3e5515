"""The agents: each a package with its state, one small function per event, and what rules may see of it. Pure."""

import importlib
import pkgutil
from typing import Any

from clinicflow.core.agent import Agent
from clinicflow.errors import InvalidAgent


def all_agents() -> dict[str, Agent[Any]]:
    """Every agent by name, sorted: the packages of this folder, each with its ``agent``.

    Raises ``InvalidAgent`` when a package has none or one of another name.
    """
    found = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda module: module.name):
        if module.ispkg:
            found[module.name] = _agent_of(module.name)
    return found


def _agent_of(name: str) -> Agent[Any]:
    package = importlib.import_module(f"{__name__}.{name}")
    agent = getattr(package, "agent", None)
    if not isinstance(agent, Agent) or agent.name != name:
        raise InvalidAgent(f"Expected an agent named {name!r} as `agent` of package {package.__name__}")
    return agent
