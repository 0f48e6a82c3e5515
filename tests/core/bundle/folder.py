"""A whole bundle as files, small but right in every part, for tests that plant one error in it."""

from pathlib import Path

import msgspec

from clinicflow.core.agent import Agent

FILES = {
    "net/bundle.yaml": """\
org: net
name: Two clinics
languages: [en, es]
packs: [core]
""",
    "net/clinics.yaml": """\
- id: north
  name: North
  zone: America/Los_Angeles
  jurisdiction: US-CA
  hours: {monday: 08:00-17:00, tuesday: "08:00-12:00, 13:00-17:00", saturday: closed}
  holidays: [2026-12-25]
  rooms:
    - {id: n-1, name: Room 1, type: exam}
- id: south
  name: South
  zone: Europe/London
  jurisdiction: UK
  hours: {daily: 00:00-24:00}
  tables: {due-times: {times: {take-vitals: PT9M}}}
  rooms:
    - {id: s-1, name: Room 1, type: exam}
""",
    "net/staff.yaml": """\
- id: ma-ana
  role: MA
  credentials: [{tag: ma-basic, valid_from: 2024-01-01, valid_to: 2030-01-01}]
  clinics: [north, south]
  shifts:
    - {days: mon-fri, from: 08:00, to: 17:00, clinic: north}
    - {days: [sat, sun], from: 22:00, to: 06:00, clinic: south}
- id: rn-bo
  role: RN
  lead: true
  credentials: [{tag: rn}]
  clinics: [north, south]
  shifts: [{days: all, from: 08:00, to: 17:00, clinic: north}]
""",
    "net/feeds/lab.yaml": """\
feed: lab
organization: net
zone: Europe/Paris
transport: {mllp_port: 2600}
clinic_by: {pv1_3: {WARD: north}, default: south}
a04: checked-in
vitals: {8480-6: systolic}
staff: {"17": ma-ana}
needs: {TOLK: interpreter}
""",
    "protocols/core/vitals.yaml": """\
protocol: vitals
agent: vitals
version: 1
owner: clinical-governance
source: our own
rules:
  - id: take-vitals
    on: [roomed]
    when: "!has(case.vitals_at)"
    task:
      activity: take-vitals
      roles: [MA]
      credential: ma-basic
      due: {table: due-times, key: take-vitals}
      done_by: [vitals-taken]
      escalation:
        - {at: 100%, to: [RN]}
        - {at: PT15M, to: [RN, PRV]}
      title: {en: Take vital signs, es: Tomar los signos vitales}
  - id: hot
    on: vitals-taken
    when: "has(event.temp) && event.temp >= table.bounds.temp.high"
    task:
      activity: take-vitals
      roles: [RN]
      credential: any
      priority: "event.temp >= 40 ? 'stat' : 'urgent'"
      due: {after: PT2M, hours: wall}
      title: {en: Look at the fever, es: Mirar la fiebre}
  - id: still-waiting
    on: roomed
    wait: {after: PT20M, unless: [vitals-taken]}
    when: "case.count < 3"
    task:
      activity: take-vitals
      roles: [RN]
      credential: any
      due: {after: PT5M}
      title: {en: Look after the patient, es: Atender al paciente}
""",
    "protocols/tables/due-times.yaml": """\
table: due-times
version: 1
owner: operations
source: our own
times: {take-vitals: PT5M}
""",
    "protocols/tables/bounds.yaml": """\
table: bounds
version: 1
owner: clinical-governance
source: our own
temp: {high: 38.1}
""",
    "protocols/scope/activities.yaml": """\
take-vitals: {scope: vitals, work: clinical}
review-rule-error: {scope: [], work: other}
""",
    "protocols/scope/us-ca.yaml": """\
jurisdiction: US-CA
rules:
  - id: ca-ma-vitals
    role: MA
    activities: [vitals]
    decision: allowed
    credential_all_of: [ma-basic]
    valid_from: 2020-01-01
    source: a law
    checked_on: 2025-11-01
    confidence: known
""",
    "protocols/scope/any.yaml": """\
jurisdiction: "*"
rules:
  - id: rn-vitals
    role: [RN, PRV]
    activities: [vitals]
    decision: allowed
    valid_from: 2020-01-01
    source: licence
    checked_on: 2025-11-01
    confidence: known
""",
    "protocols/scope/uk.yaml": """\
jurisdiction: UK
rules:
  - id: uk-ma-vitals
    role: MA
    activities: [vitals]
    decision: allowed-with-supervision
    supervision: on-site
    supervisor_roles: [RN]
    valid_from: 2020-01-01
    source: a standard
    checked_on: 2025-11-01
    confidence: known
""",
}


class Vitals(msgspec.Struct, frozen=True):
    """State of the agent of these tests: ``vitals_at`` may be missing, ``count`` is always there."""

    vitals_at: int | None = None
    count: int = 0


def small_agents() -> dict[str, Agent[Vitals]]:
    """One agent that looks at visits."""
    agent = Agent("vitals", Vitals, ["visit"])
    agent.expose(lambda state: {"vitals_at": state.vitals_at, "count": state.count})
    return {"vitals": agent}


def write(root: Path, changes: dict[str, str | None] | None = None) -> Path:
    """Write all files below ``root``, with those in ``changes`` instead (None: left out); the bundle's folder."""
    for name, text in {**FILES, **(changes or {})}.items():
        if text is not None:
            path = root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
    return root / "net"
