"""A network's rule in the place of a shipped one may do more and sooner, never less or later."""

from pathlib import Path

import pytest

from clinicflow.bundle_check import Problem
from clinicflow.bundle_files import check
from tests.core.bundle.folder import FILES, small_agents, write
from tests.core.bundle.test_planted_errors import NOVEMBER

ACTIVITIES = "protocols/scope/activities.yaml"
VITALS = "protocols/core/vitals.yaml"
OWN = "net/ours/protocols/vitals.yaml"

HEAD = "protocol: vitals\nagent: vitals\nversion: 1\nowner: network\nsource: our own\nrules:\n"

RULES = {
    "take-vitals": """\
  - id: take-vitals
    on: [roomed, room-assigned]
    when: "!has(case.vitals_at)"
    after_end: true
    task:
      activity: take-vitals
      roles: [RN, MA]
      credential: ma-basic
      priority: asap
      due: {table: due-times, key: take-vitals}
      language: patient
      done_by: [{event: vitals-taken, when: "has(event.temp)"}]
      cancelled_by: [visit-ended]
      escalation:
        - {at: 100%, to: [LEAD]}
        - {at: PT15M, to: [RN, PRV], repeat: PT5M}
      title: {en: Take vital signs, es: Tomar los signos vitales}
""",
    "hot": """\
  - id: hot
    on: vitals-taken
    when: "has(event.temp) && event.temp >= table.bounds.temp.high"
    task:
      activity: take-vitals
      roles: [RN]
      credential: any
      priority: "event.temp >= 40.0 ? 'stat' : 'urgent'"
      due: {after: PT10M, from: event.recorded_at, hours: wall}
      title: {en: Look at the fever, es: Mirar la fiebre}
""",
    "still-waiting": """\
  - id: still-waiting
    on: roomed
    wait: {after: PT20M, unless: [vitals-taken]}
    when: "case.count < 3"
    jurisdictions: [US-CA, UK]
    task:
      activity: take-vitals
      roles: [RN]
      credential: any
      due: {after: P1D}
      title: {en: Look after the patient, es: Atender al paciente}
""",
    "same-day": """\
  - id: same-day
    on: vitals-taken
    task:
      activity: take-vitals
      roles: [RN]
      credential: any
      due: {until: closing}
      escalation:
        - {at: 100%, to: [LEAD]}
      title: {en: Look at it today, es: Mirarlo hoy}
""",
    "retake": """\
  - id: retake
    on: vitals-taken
    when: "!has(event.temp)"
    raise: {event: vitals-retake-requested, fields: {of_event: event.event_id}}
""",
}


def problems_of(root: Path, own: str, more: dict[str, str] | None = None) -> list[Problem]:
    """What is wrong with a network whose overlay has this rule, beside packs with ``RULES``."""
    activities = FILES[ACTIVITIES] + "look-after: {scope: vitals, work: clinical}\n"
    files = {ACTIVITIES: activities, VITALS: HEAD + "".join(RULES.values()), OWN: HEAD + own}
    named = {"net/bundle.yaml": FILES["net/bundle.yaml"] + "overlay: ours\n"}
    return check(write(root, {**files, **named, **(more or {})}), root / "protocols", small_agents(), NOVEMBER)[1]


LOOSENED = {
    "an event less": ("take-vitals", "on: [roomed, room-assigned]", "on: [roomed]", "on: room-assigned too"),
    "not after the end": ("take-vitals", "    after_end: true\n", "", "after_end: true"),
    "for some only": (
        "take-vitals",
        "!has(case.vitals_at)",
        "!has(case.vitals_at) && has(patient.visit_type) && patient.visit_type == 'fever'",
        "that it acts with case.vitals_at absent, patient.visit_type",
    ),
    "from a higher value on": (
        "hot",
        "event.temp >= table.bounds.temp.high",
        "event.temp >= 39.0",
        "that it acts with event.temp = 38",
    ),
    "less urgent for some": (
        "hot",
        "event.temp >= 40.0 ?",
        "event.temp >= 41.0 ?",
        "that it is as urgent with event.temp = 40",
    ),
    "one priority that is too low for some": (
        "hot",
        "priority: \"event.temp >= 40.0 ? 'stat' : 'urgent'\"",
        "priority: asap",
        "as urgent",
    ),
    "only after a time": ("take-vitals", "    task:", "    wait: {after: PT1M}\n    task:", "no wait"),
    "after a longer time": ("still-waiting", "after: PT20M", "after: PT21M", "waits no longer"),
    "waiting in clinic hours": ("still-waiting", "after: PT20M,", "after: PT20M, hours: clinic,", "waits no longer"),
    "unless something else came": (
        "still-waiting",
        "[vitals-taken]",
        "[vitals-taken, symptoms-recorded]",
        "although symptoms-recorded",
    ),
    "at one clinic only": ("still-waiting", "[US-CA, UK]", "[US-CA]", "holds at clinic south too"),
    "other work": ("take-vitals", "activity: take-vitals", "activity: look-after", "activity take-vitals"),
    "a nurse is not asked": ("take-vitals", "roles: [RN, MA]", "roles: [MA]", "roles RN too"),
    "in whatever language": ("take-vitals", "      language: patient\n", "", "language: patient"),
    "later than the table": (
        "take-vitals",
        "{table: due-times, key: take-vitals}",
        "{after: PT10M}",
        "due within PT9M or sooner",
    ),
    "as the clinic closes": (
        "take-vitals",
        "{table: due-times, key: take-vitals}",
        "{until: closing}",
        "due within PT9M or sooner",
    ),
    "a time that may be after the closing": (
        "same-day",
        "due: {until: closing}",
        "due: {after: PT10M}",
        "due: {until: closing}, or after no time at all",
    ),
    "asked after the closing": ("same-day", "at: 100%", "at: PT1H", "that LEAD is asked"),
    "later": ("hot", "after: PT10M", "after: PT11M", "due within PT10M or sooner, in wall hours"),
    "from another time": ("hot", "from: event.recorded_at, ", "", "due counted from event.recorded_at"),
    "asked next later": ("take-vitals", "at: 100%", "at: PT14M", "that LEAD is asked after PT5M at the latest"),
    "somebody is not asked next": ("take-vitals", "to: [RN, PRV]", "to: [RN, LEAD]", "that PRV is asked after PT15M"),
    "not asked again": ("take-vitals", ", repeat: PT5M", "", "a last step with repeat of PT5M or sooner"),
    "ends by less": (
        "take-vitals",
        '{event: vitals-taken, when: "has(event.temp)"}',
        "vitals-taken",
        "ends it only when has(event.temp)",
    ),
    "ends by something else": (
        "take-vitals",
        "done_by: [",
        "done_by: [symptoms-recorded, ",
        "that symptoms-recorded does not end it",
    ),
    "ends by a word": (
        "take-vitals",
        '      done_by: [{event: vitals-taken, when: "has(event.temp)"}]\n',
        "",
        "done_by: vitals-taken",
    ),
    "ends by a word too": ("take-vitals", "      language", "      plain: true\n      language", "no plain"),
    "withdrawn by more": (
        "take-vitals",
        "[visit-ended]",
        "[visit-ended, symptoms-recorded]",
        "no cancelled_by symptoms-recorded",
    ),
    "begins later": ("still-waiting", "      title", "      waits_for: [vitals-taken]\n      title", "no waits_for"),
    "another event of the same form": (
        "retake",
        "of_event: event.event_id",
        "of_event: event.case_id",
        "the same raise of",
    ),
}


@pytest.mark.parametrize("name", LOOSENED)
def test_a_rule_that_does_less_than_the_shipped_one_is_refused(name: str, tmp_path: Path) -> None:
    rule, was, now, expected = LOOSENED[name]
    assert RULES[rule].count(was) == 1
    own = RULES[rule].replace(was, now)

    found = [problem for problem in problems_of(tmp_path, own) if problem.level == "error"]

    assert any(expected in problem.message for problem in found), found
    assert all(
        problem.message.endswith(f"as in the shipped rule {rule}: an overlay tightens only") for problem in found
    )
    assert all(problem.where.startswith("net/ours/protocols/vitals.yaml:") for problem in found)


TIGHTENED = {
    "an event more": ("take-vitals", "on: [roomed, room-assigned]", "on: [roomed, room-assigned, patient-prepared]"),
    "always": ("take-vitals", '    when: "!has(case.vitals_at)"\n', ""),
    "the same said otherwise": ("take-vitals", "!has(case.vitals_at)", "has(case.vitals_at) == false"),
    "from a lower value on": ("hot", "event.temp >= table.bounds.temp.high", "event.temp >= 37.5"),
    "more urgent": ("hot", "event.temp >= 40.0 ?", "event.temp >= 39.5 ?"),
    "as urgent as can be": ("hot", "priority: \"event.temp >= 40.0 ? 'stat' : 'urgent'\"", "priority: stat"),
    "after a shorter time": ("still-waiting", "after: PT20M", "after: PT10M"),
    "at every clinic": ("still-waiting", "    jurisdictions: [US-CA, UK]\n", ""),
    "no assistant": ("take-vitals", "roles: [RN, MA]", "roles: [RN]"),
    "sooner than the table": ("take-vitals", "{table: due-times, key: take-vitals}", "{after: PT4M}"),
    "sooner, by the clock": ("still-waiting", "due: {after: P1D}", "due: {after: PT8H, hours: wall}"),
    "at once": ("same-day", "due: {until: closing}", "due: {after: PT0S}"),
    "asked before the closing": ("same-day", "at: 100%", "at: 50%"),
    "asked next sooner": ("take-vitals", "at: 100%", "at: 50%"),
    "more are asked": ("take-vitals", "to: [LEAD]", "to: [LEAD, PRV]"),
    "asked again sooner": ("take-vitals", "repeat: PT5M", "repeat: PT2M"),
    "ends by more": ("hot", "      title", "      done_by: [critical-vitals-acknowledged]\n      title"),
    "withdrawn by nothing": ("take-vitals", "      cancelled_by: [visit-ended]\n", ""),
}


@pytest.mark.parametrize("name", TIGHTENED)
def test_a_rule_that_does_more_or_sooner_is_right(name: str, tmp_path: Path) -> None:
    rule, was, now = TIGHTENED[name]
    assert RULES[rule].count(was) == 1

    assert problems_of(tmp_path, RULES[rule].replace(was, now)) == []


def test_a_time_of_the_networks_own_table_is_judged_there(tmp_path: Path) -> None:
    """Given a due time that a network may choose, then a rule of its own with the same key says nothing else."""
    own = RULES["take-vitals"].replace("Take vital signs", "Measure")
    table = FILES["protocols/tables/due-times.yaml"].replace("PT5M", "PT7M")

    assert problems_of(tmp_path, own, {"net/ours/tables/due-times.yaml": table}) == []
