"""What a replay found, as lines for a terminal and as JSON for programs; opaque ids only."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import msgspec

from clinicflow.replay.compare import Report
from clinicflow.replay.findings import Difference


def lines_of(report: Report, show: int) -> Iterator[str]:
    """The outcome, whose code the recording is, and the first differences."""
    rate = report.rows / report.seconds if report.seconds else 0.0
    yield (
        f"{report.rows} events of {report.cases} cases in {report.seconds:.1f} s ({rate:,.0f} events/s); "
        f"{report.corrections} corrections folded anew, {report.skipped} dead letters skipped, "
        f"{report.ahead} events not applied yet when it began"
    )
    if report.codes.other:
        yield report.codes.line()
    yield _verdict(report)
    for one in worst_first(report)[:show]:
        yield f"  {one.line()}{' (other code)' if one.made_by == 'other' else ''}"


def _verdict(report: Report) -> str:
    if report.equal:
        return "equal: every state, task, timer and derived event is what was recorded"
    told = f"DIFFERENT: {report.found} differences"
    if not report.by_other_code:
        return told
    if not report.by_this_code:
        return f"{told}, all of them where other code had a part: what this code made is equal"
    return f"{told}, {report.by_this_code} by this code and {report.by_other_code} where other code had a part"


def worst_first(report: Report) -> list[Difference]:
    """What this code made comes first: no change of the code excuses that."""
    return sorted(report.differences, key=lambda one: (one.made_by == "other", one))


def plain_of(report: Report, show: int) -> dict[str, Any]:
    """The same for programs."""
    told: dict[str, Any] = msgspec.to_builtins(report)
    shown = [msgspec.to_builtins(one) for one in worst_first(report)[:show]]
    return told | {"equal": report.equal, "by_this_code": report.by_this_code, "differences": shown}
