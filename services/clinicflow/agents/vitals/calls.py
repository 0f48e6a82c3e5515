"""The event that calls a clinician, from what a measurement met."""

from collections.abc import Sequence

from clinicflow.agents.vitals.findings import Finding
from clinicflow.core.agent import Raise


def call(vitals_event: str, findings: Sequence[Finding], *, partial: bool, late: bool) -> Raise:
    """One flag for one measurement: the most urgent finding, with the ids of the others."""
    top = findings[0]
    others = dict.fromkeys(found.rule_id for found in findings[1:] if found.rule_id != top.rule_id)
    return Raise(
        "vitals-critical-flagged",
        {
            "rule_id": top.rule_id,
            "table": top.table,
            "table_version": top.version,
            "level": top.level,
            "parameter": top.parameter,
            "value": top.value,
            "unit": top.unit,
            "score": top.score,
            "complete": top.complete and not partial,
            "late": late,
            "vitals_event": vitals_event,
            "other_rules": list(others),
        },
    )
