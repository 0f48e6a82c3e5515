"""The alerts look at what is told."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from prometheus_client import REGISTRY

from clinicflow.core.waiting import ALARM_AFTER
from clinicflow.embedded import serve
from clinicflow.live.metrics import LIVE

ALERTS = yaml.safe_load((Path(__file__).parents[2] / "deploy" / "prometheus" / "alerts.yaml").read_text("utf-8"))
RULES: list[dict[str, Any]] = [rule for group in ALERTS["groups"] for rule in group["rules"]]


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule["alert"])
def test_every_alert_names_a_figure_that_a_process_tells_and_says_what_to_do(rule: dict[str, Any]) -> None:
    told = {family.name for registry in (REGISTRY, LIVE) for family in registry.collect()}
    assert set(re.findall(r"clinicflow_\w+", rule["expr"])) <= told
    assert rule["annotations"]["summary"].endswith(".")
    assert rule["annotations"]["description"]


def test_a_forgotten_patient_is_alarmed_after_as_long_as_on_the_board() -> None:
    (rule,) = [rule for rule in RULES if rule["alert"] == "PatientForgotten"]
    assert rule["expr"] == f"max({serve.FORGOTTEN_SECONDS._name}) > {ALARM_AFTER // 1_000_000}"
    assert "for" not in rule, "the figure itself counts the seconds"
