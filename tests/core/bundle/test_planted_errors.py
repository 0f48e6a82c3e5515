"""One error is planted in a bundle that is right; the check finds it, names its file and line and what was expected."""

from pathlib import Path

import pytest

from clinicflow.bundle_check import Problem
from clinicflow.bundle_files import check, load
from clinicflow.core.hours import parse_day
from clinicflow.errors import InvalidBundle
from tests.core.bundle.folder import FILES, small_agents, write

NOVEMBER = parse_day("2025-11-20") * 86_400_000_000

VITALS = "protocols/core/vitals.yaml"
CLINICS = "net/clinics.yaml"
STAFF = "net/staff.yaml"
CA = "protocols/scope/us-ca.yaml"
ACTIVITIES = "protocols/scope/activities.yaml"
UK = "protocols/scope/uk.yaml"
LAB = "net/feeds/lab.yaml"

PLANTED = {
    "event": (VITALS, "done_by: [vitals-taken]", "done_by: [vitals-takn]", "did you mean 'vitals-taken'?"),
    "event of another case": (VITALS, "on: [roomed]", "on: [roomed, refill-requested]", "is about a refill"),
    "field of the event": (
        VITALS,
        "has(event.temp) &&",
        "has(event.temprature) &&",
        "unknown field of event 'temprature'",
    ),
    "field that may be missing": (VITALS, '"has(event.temp) && event.temp >=', '"event.temp >=', "ask has() first"),
    "field of the case": (VITALS, "!has(case.vitals_at)", "!has(case.vital_at)", "did you mean 'vitals_at'?"),
    "event of a waiting rule": (VITALS, "case.count < 3", "event.room_id == 'n'", "unknown field of event 'room_id'"),
    "condition without sense": (VITALS, "case.count < 3", "case.count <", "Expected a CEL expression"),
    "one sign of equality": (VITALS, "case.count < 3", "case.count = 3", "write == to compare"),
    "condition of no truth": (VITALS, '"case.count < 3"', '"case.count + 1"', "Expected true or false"),
    "condition that is never true": (VITALS, "case.count < 3", "case.count < 3 && case.count > 5", "can be true"),
    "types that do not compare": (VITALS, "case.count < 3", "case.count + 1.5 < 3.0", "could not be evaluated"),
    "root alone": (VITALS, "case.count < 3", "size(case) < 3", "but got case alone"),
    "priority": (VITALS, "? 'stat' :", "? 'now' :", "Expected one of routine, urgent, asap, stat"),
    "word that is no priority": (
        VITALS,
        "\"event.temp >= 40 ? 'stat' : 'urgent'\"",
        "high",
        "unknown priority 'high'; expected one of",
    ),
    "table in a condition": (VITALS, "table.bounds.temp", "table.bonds.temp", "unknown field of table 'bonds'"),
    "key in a table": (VITALS, "table.bounds.temp.high", "table.bounds.temp.hight", "hight"),
    "role": (VITALS, "roles: [MA]", "roles: [MAA]", "unknown role 'MAA'"),
    "credential": (VITALS, "credential: ma-basic", "credential: ma-basics", "did you mean 'ma-basic'?"),
    "activity": (
        VITALS,
        "activity: take-vitals\n      roles: [MA]",
        "activity: take-vital\n      roles: [MA]",
        "take-vital",
    ),
    "due time that is no duration": (VITALS, "due: {after: PT2M", "due: {after: 2 minutes", "Expected a duration"),
    "negative due time": (VITALS, "due: {after: PT2M", "due: {after: -PT2M", "Expected a duration"),
    "due time that nobody lives to see": (VITALS, "due: {after: PT2M", "due: {after: P4000D", "at most 400 days"),
    "due time that no table has": (VITALS, "key: take-vitals", "key: take-vital", "no"),
    "escalation that goes back": (VITALS, "at: PT15M", "at: PT5M", "later than the one before"),
    "a repeat before the last step": (
        VITALS,
        "- {at: 100%, to: [RN]}",
        "- {at: 100%, to: [RN], repeat: PT5M}",
        "repeat in the last step",
    ),
    "a repeat that is no duration": (VITALS, "to: [RN, PRV]}", "to: [RN, PRV], repeat: often}", "Expected a duration"),
    "a due time until no known moment": (VITALS, "due: {after: PT2M", "due: {until: noon", "closing"),
    "a wait until no known moment": (VITALS, "wait: {", "wait: {until: noon, ", "closing"),
    "a wait from an unknown field": (VITALS, "wait: {", "wait: {from: event.tmp, ", "unknown field of event 'tmp'"),
    "a wait from what may be missing": (VITALS, "wait: {", "wait: {from: case.vitals_at, ", "case.vitals_at absent"),
    "a wait from what is no time": (VITALS, "wait: {", "wait: {from: event.case_id, ", "does not fit"),
    "jurisdiction of a rule": (
        VITALS,
        "    on: [roomed]",
        "    on: [roomed]\n    jurisdictions: [UK, US-CAL]",
        "'US-CAL'",
    ),
    "due time in two directions": (
        VITALS,
        "due: {after: PT2M,",
        "due: {after: PT2M, before: PT2M,",
        "unknown key 'after'",
    ),
    "due time back from nowhere": (VITALS, "due: {after: PT2M", "due: {before: PT2M", "Expected the key 'from'"),
    "due time back from what happened": (
        VITALS,
        "due: {after: PT2M",
        "due: {before: PT2M, from: occurred",
        "counted back from it",
    ),
    "due time from a misspelt word": (
        VITALS,
        "due: {after: PT2M",
        "due: {after: PT2M, from: apointment",
        "Expected occurred, appointment or an expression",
    ),
    "due time from what may be missing": (
        VITALS,
        "due: {after: PT2M",
        "due: {after: PT2M, from: case.vitals_at",
        "case.vitals_at absent",
    ),
    "due time from an unknown field": (
        VITALS,
        "due: {after: PT2M",
        "due: {after: PT2M, from: event.tmp",
        "unknown field of event 'tmp'",
    ),
    "wait of an unknown key": (
        VITALS,
        "wait: {after: PT20M",
        "wait: {table: due-times, key: look",
        "Expected a due time for 'look'",
    ),
    "wait back from nowhere": (VITALS, "wait: {after: PT20M", "wait: {before: PT20M", "Expected the key 'from'"),
    "match of an unknown field": (
        VITALS,
        "done_by: [vitals-taken]",
        "done_by: [{event: vitals-taken, match: {roomid: room_id}}]",
        "unknown field of vitals-taken 'roomid'",
    ),
    "match of a field that the cause lacks": (
        VITALS,
        "done_by: [vitals-taken]",
        "done_by: [{event: vitals-taken, match: {case_id: room}}]",
        "unknown field of roomed 'room'",
    ),
    "match of a field that the case lacks": (
        VITALS,
        "done_by: [vitals-taken]",
        "done_by: [{event: vitals-taken, match: {case_id: case.room}}]",
        "unknown field of case 'room'",
    ),
    "match of what cannot be the same": (
        VITALS,
        "unless: [vitals-taken]",
        "unless: [{event: vitals-taken, match: {actor_credentials: room_id}}]",
        "Expected a text or a whole number",
    ),
    "a task for an unknown field": (
        VITALS,
        "roles: [MA]",
        "roles: [MA]\n      for: event.actor",
        "unknown field of event 'actor'",
    ),
    "a task for what may be missing": (
        VITALS,
        "roles: [MA]",
        "roles: [MA]\n      for: event.actor_id",
        "event.actor_id absent",
    ),
    "a task for somebody that never passes on": (
        VITALS,
        'priority: "event.temp >= 40',
        'for: "\'rn-bo\'"\n      priority: "event.temp >= 40',
        "Expected an escalation",
    ),
    "plain without a fact": (
        VITALS,
        'priority: "event.temp >= 40',
        'plain: true\n      priority: "event.temp >= 40',
        "Expected done_by",
    ),
    "translation": (VITALS, ", es: Mirar la fiebre", "", "Expected a title in 'es'"),
    "pack that another needs": (VITALS, "owner:", "needs: [treatment]\nowner:", "Expected the pack 'treatment'"),
    "unknown key": (VITALS, "roles: [MA]", "roles: [MA]\n      rols: [MA]", "did you mean 'roles'?"),
    "rule id twice": (VITALS, "id: hot", "id: take-vitals", "Expected a rule id once"),
    "rule that does nothing": (
        VITALS,
        FILES[VITALS][
            FILES[VITALS].index("    task:\n      activity: take-vitals\n      roles: [MA]") : FILES[VITALS].index(
                "  - id: hot"
            )
        ],
        "",
        "neither",
    ),
    "agent": (VITALS, "agent: vitals", "agent: vitls", "did you mean 'vitals'?"),
    "critical without an end": (
        VITALS,
        "credential: any\n      priority",
        "credential: any\n      critical: true\n      priority",
        "done_by",
    ),
    "zone": (CLINICS, "zone: Europe/London", "zone: Europe/Londn", "IANA"),
    "room twice": (CLINICS, "{id: s-1,", "{id: n-1,", "also in clinic north"),
    "clinic twice": (CLINICS, "id: south", "id: north", "there twice"),
    "hours": (CLINICS, "monday: 08:00-17:00", "monday: 8-17", "Expected a time of day"),
    "never open": (CLINICS, "{daily: 00:00-24:00}", "{daily: closed}", "never open"),
    "holiday": (CLINICS, "2026-12-25", "2026-13-25", "date of the calendar"),
    "jurisdiction": (CLINICS, "jurisdiction: US-CA", "jurisdiction: US-CB", "unknown jurisdiction"),
    "table of a clinic": (CLINICS, "tables: {due-times", "tables: {due-tims", "unknown table"),
    "a page nobody can read": (
        CLINICS,
        "tables: {due-times",
        "display: {page_seconds: 7}\n  tables: {due-times",
        "8 seconds or longer, but got 7",
    ),
    "a page of too many codes": (
        CLINICS,
        "tables: {due-times",
        "display: {codes_per_page: 9}\n  tables: {due-times",
        "Expected 4 to 8 codes on a page, but got 9",
    ),
    "a display in a language of others": (
        CLINICS,
        "tables: {due-times",
        "display: {language: id}\n  tables: {due-times",
        "unknown language 'id'",
    ),
    "a key that no display has": (
        CLINICS,
        "tables: {due-times",
        "display: {page_second: 9}\n  tables: {due-times",
        "did you mean 'page_seconds'?",
    ),
    "a time of the line": (
        CLINICS,
        "tables: {due-times",
        "queue: {grace_minutes: -5}\n  tables: {due-times",
        "Expected whole minutes",
    ),
    "a time of the line said twice": (
        CLINICS,
        "tables: {due-times",
        "queue: {grace_minutes: 5}\n  tables: {ranking: {late_grace_min: 10}, due-times",
        "Expected grace_minutes alone",
    ),
    "role of staff": (STAFF, "role: MA", "role: MB", "unknown role 'MB'"),
    "clinic of staff": (
        STAFF,
        "clinics: [north, south]\n  shifts:\n",
        "clinics: [nrth, south]\n  shifts:\n",
        "unknown clinic",
    ),
    "days of a shift": (STAFF, "days: mon-fri", "days: mon-fry", "Expected days"),
    "time of a shift": (STAFF, "from: 22:00", "from: 25:00", "Expected a time of day"),
    "credential of staff": (STAFF, "tag: ma-basic", "tag: ma-basik", "unknown credential"),
    "shift elsewhere": (
        STAFF,
        "days: all, from: 08:00, to: 17:00, clinic: north",
        "days: all, from: 08:00, to: 17:00, clinic: west",
        "unknown clinic",
    ),
    "scope without source": (CA, "    source: a law\n", "", "'source'"),
    "scope without date": (CA, "    valid_from: 2020-01-01\n", "", "'valid_from'"),
    "scope that ends before it begins": (
        CA,
        "valid_from: 2020-01-01",
        "valid_from: 2020-01-01\n    valid_to: 2019-01-01",
        "2019",
    ),
    "scope of an unknown activity": (CA, "activities: [vitals]", "activities: [vitels]", "unknown activity"),
    "activity without a kind of work": (
        ACTIVITIES,
        "{scope: vitals, work: clinical}",
        "vitals",
        "Expected the key 'work'",
    ),
    "an unknown kind of work": (ACTIVITIES, "work: other", "work: fun", "one of clinical"),
    "decision": (CA, "decision: allowed", "decision: maybe", "one of allowed"),
    "a word for how sure it is": (CA, "confidence: known", "confidence: unverifed", "one of verified, known"),
    "supervision by nobody": (UK, "    supervisor_roles: [RN]\n", "", "supervisor_roles"),
    "clinic of a feed": (LAB, "WARD: north", "WARD: nrth", "unknown clinic"),
    "zone of a feed": (LAB, "Europe/Paris", "Europe/Pari", "IANA"),
    "organization of a feed": (LAB, "organization: net", "organization: nut", "Expected 'net'"),
    "field of a feed": (LAB, "8480-6: systolic", "8480-6: systolc", "did you mean 'systolic'?"),
    "person of a feed": (LAB, '"17": ma-ana', '"17": ma-anna', "did you mean 'ma-ana'?"),
    "need of a feed": (LAB, "TOLK: interpreter", "TOLK: translator", "one of interpreter, wheelchair, chaperone"),
    "event of a feed": (LAB, "a04: checked-in", "a04: checkd-in", "one of checked-in, patient-arrived, none"),
    "key twice": (LAB, "a04: checked-in", "a04: checked-in\na04: roomed", "twice"),
    "no yaml": (LAB, "transport: {mllp_port: 2600}", "transport: {mllp_port: 2600", "Expected YAML"),
}


STANDS_AT = {
    "rule that does nothing": "- id: take-vitals",
    "critical without an end": "task:\n      activity: take-vitals\n      roles: [RN]",
    "scope without source": "- id: ca-ma-vitals",
    "scope without date": "- id: ca-ma-vitals",
    "no yaml": "clinic_by",
    "supervision by nobody": "- id: uk-ma-vitals",
}
"""What is missing has no line of its own: the error stands where the thing begins that lacks it, or is seen."""


def problems_of(root: Path, changes: dict[str, str | None] | None = None) -> list[Problem]:
    """All problems of the bundle with these files changed."""
    return check(write(root, changes), root / "protocols", small_agents(), NOVEMBER)[1]


def test_a_bundle_that_is_right_has_no_problems(tmp_path: Path) -> None:
    assert problems_of(tmp_path) == []


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_error_is_found_with_its_line(name: str, tmp_path: Path) -> None:
    file, right, wrong, expected = PLANTED[name]
    assert FILES[file].count(right) >= 1
    text = FILES[file].replace(right, wrong, 1)

    problems = problems_of(tmp_path, {file: text})

    found = [problem for problem in problems if expected in problem.message]
    assert found, problems
    start = STANDS_AT.get(name, right)
    first = FILES[file][: FILES[file].index(start)].count("\n") + 1
    last = first + (0 if name in STANDS_AT else max(right.count("\n"), wrong.count("\n")))
    lines = {int(problem.where.rpartition(":")[2]) for problem in found if problem.where.startswith(f"{file}:")}
    assert any(first <= line <= last for line in lines), (found, first, last)
    assert all(problem.level == "error" for problem in found)


def test_the_line_is_exact_where_a_word_is_wrong(tmp_path: Path) -> None:
    text = FILES[VITALS].replace("vitals-taken]\n      escalation", "vitals-takn]\n      escalation")

    problems = problems_of(tmp_path, {VITALS: text})

    where = f"{VITALS}:{text[: text.index('vitals-takn')].count(chr(10)) + 1}"
    assert [problem.where for problem in problems] == [where]


def test_all_errors_are_listed_not_the_first(tmp_path: Path) -> None:
    text = FILES[VITALS].replace("roles: [MA]", "roles: [MAA]").replace("on: [roomed]", "on: [romed]")

    problems = problems_of(tmp_path, {VITALS: text})

    assert {"unknown role 'MAA'", "unknown event 'romed'"} <= {problem.message.split(";")[0] for problem in problems}


def test_a_task_that_nobody_may_do_in_one_jurisdiction_is_found(tmp_path: Path) -> None:
    """Given rules that let nurses work in California only, then their tasks cannot be done in the United Kingdom."""
    text = FILES["protocols/scope/any.yaml"].replace('"*"', "US-CA")

    problems = problems_of(tmp_path, {"protocols/scope/any.yaml": text})

    found = [problem for problem in problems if "Expected somebody at clinic south (UK)" in problem.message]
    assert found
    assert all("No rule of UK allows role RN" in problem.message for problem in found)


def test_a_task_that_nobody_has_the_credential_for_is_found(tmp_path: Path) -> None:
    staff = FILES[STAFF].replace("tag: ma-basic, valid_from: 2024-01-01, valid_to: 2030-01-01", "tag: ma-ecg")
    rules = FILES[VITALS].replace(
        "        - {at: 100%, to: [RN]}\n        - {at: PT15M, to: [RN, PRV]}\n", "        - {at: 100%, to: [MA]}\n"
    )

    problems = problems_of(tmp_path, {STAFF: staff, VITALS: rules})

    assert any("asks for credential ma-basic" in problem.message for problem in problems)


def test_an_expired_credential_counts_as_none(tmp_path: Path) -> None:
    staff = FILES[STAFF].replace("valid_to: 2030-01-01", "valid_to: 2025-11-19")
    rules = FILES[VITALS].replace(
        "        - {at: 100%, to: [RN]}\n        - {at: PT15M, to: [RN, PRV]}\n", "        - {at: 100%, to: [MA]}\n"
    )

    problems = problems_of(tmp_path, {STAFF: staff, VITALS: rules})

    assert any("asks for credential ma-basic" in problem.message for problem in problems)


def test_rules_that_raise_in_a_circle_are_found(tmp_path: Path) -> None:
    circle = """\
protocol: circle
agent: vitals
version: 1
owner: nobody
source: none
rules:
  - id: one
    on: case-opened
    raise: {event: case-closed, fields: {linked_case_id: event.linked_case_id, linked_kind: "'order'"}}
  - id: two
    on: case-closed
    raise: {event: case-opened, fields: {linked_case_id: event.linked_case_id, linked_kind: "'order'"}}
"""
    problems = problems_of(tmp_path, {"protocols/core/circle.yaml": circle})

    assert {problem.where for problem in problems} == {"protocols/core/circle.yaml:9", "protocols/core/circle.yaml:12"}
    assert all("Expected no circle" in problem.message for problem in problems)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ("{linked_case_id: event.linked_case_id}", "Expected the field 'linked_kind'"),
        ("{linked_case_id: event.linked_case_id, linked_kind: \"'ordr'\"}", "expected one of order"),
        ("{linked_case_id: '7', linked_kind: \"'order'\"}", "does not fit case-closed.linked_case_id"),
        ("{linked_case: event.linked_case_id, linked_kind: \"'order'\"}", "did you mean 'linked_case_id'?"),
    ],
)
def test_a_raised_event_that_does_not_fit_its_schema_is_found(fields: str, expected: str, tmp_path: Path) -> None:
    text = FILES[VITALS] + f"  - id: raise\n    on: case-opened\n    raise: {{event: case-closed, fields: {fields}}}\n"

    problems = problems_of(tmp_path, {VITALS: text})

    assert any(expected in problem.message for problem in problems), problems


def test_a_rule_may_not_raise_what_persons_report(tmp_path: Path) -> None:
    text = (
        FILES[VITALS]
        + "  - id: raise\n    on: vitals-taken\n    raise: {event: roomed, fields: {room_id: \"'n-1'\"}}\n"
    )

    problems = problems_of(tmp_path, {VITALS: text})

    assert any("Expected a derived event" in problem.message for problem in problems), problems


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("a01: roomed", "Expected one of checked-in, patient-arrived, none, but got 'roomed'"),
        ("a02: checked-in", "Expected one of roomed, room-assigned, but got 'checked-in'"),
        ("charset: latin-99", "Expected a character set that Python knows, such as utf-8, but got 'latin-99'"),
        ("refills_from: shop", "Expected one of patient, pharmacy, portal, other, but got 'shop'"),
    ],
)
def test_a_feed_that_could_not_be_used_is_found(line: str, expected: str, tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {LAB: FILES[LAB] + line + "\n"})

    assert [str(problem) for problem in problems] == [f"net/feeds/lab.yaml:10: {expected}"]


def test_a_feed_may_say_that_an_admission_begins_nothing(tmp_path: Path) -> None:
    assert problems_of(tmp_path, {LAB: FILES[LAB] + "a01: none\ncharset: iso-8859-1\n"}) == []


@pytest.mark.parametrize("kind", ["critical", "two_person"])
def test_a_task_that_only_a_program_could_end_is_found(kind: str, tmp_path: Path) -> None:
    vitals = FILES[VITALS].replace(
        "      done_by: [vitals-taken]\n",
        f"      {kind}: true\n      done_by: [vitals-taken, vitals-critical-flagged]\n",
    )
    (problem,) = problems_of(tmp_path, {VITALS: vitals})
    assert "vitals-critical-flagged names nobody" in problem.message
    assert "done_by" in vitals.splitlines()[int(problem.where.rpartition(":")[2]) - 1]


def test_a_critical_task_that_waits_for_an_event_is_found(tmp_path: Path) -> None:
    vitals = FILES[VITALS].replace(
        "      done_by: [vitals-taken]\n",
        "      critical: true\n      waits_for: [interpreter-booked]\n      done_by: [vitals-taken]\n",
    )
    (problem,) = problems_of(tmp_path, {VITALS: vitals})
    assert "Expected a critical task that begins at once" in problem.message


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ("held_by: [roomed]", "there is held_by without resumed_by"),
        ("resumed_by: [roomed]", "there is resumed_by without held_by"),
        ("held_by: [romed]\n      resumed_by: [roomed]", "roomed"),
        ("critical: true\n      held_by: [roomed]\n      resumed_by: [roomed]", "one with held_by does not escalate"),
        ("held_by: [{event: roomed, when: event.rom}]\n      resumed_by: [roomed]", "rom"),
    ],
)
def test_a_task_that_is_held_and_never_let_go_on_is_found(lines: str, expected: str, tmp_path: Path) -> None:
    done = "      done_by: [vitals-taken]\n"
    vitals = FILES[VITALS].replace(done, f"      {lines}\n{done}")
    assert vitals != FILES[VITALS]
    problems = problems_of(tmp_path, {VITALS: vitals})
    assert problems
    assert expected in problems[0].message


def test_an_unknown_event_that_a_task_waits_for_is_found(tmp_path: Path) -> None:
    vitals = FILES[VITALS].replace(
        "      done_by: [vitals-taken]\n", "      waits_for: [interpreter-boked]\n      done_by: [vitals-taken]\n"
    )
    (problem,) = problems_of(tmp_path, {VITALS: vitals})
    assert "interpreter-booked" in problem.message


def test_a_condition_of_too_many_fields_to_try_them_all_is_no_error_but_looked_at(tmp_path: Path) -> None:
    fields = ("systolic", "diastolic", "heart_rate", "resp_rate", "spo2", "temp", "weight", "height")
    condition = " && ".join(f"has(event.{name}) && event.{name} == 100" for name in fields)
    vitals = FILES[VITALS].replace("has(event.temp) && event.temp >= table.bounds.temp.high", condition)
    assert condition in vitals
    (problem,) = problems_of(tmp_path, {VITALS: vitals})
    assert (problem.level, "which are not all there are" in problem.message) == ("warning", True)


def test_a_rule_of_another_jurisdiction_is_neither_impossible_nor_in_need_of_staff(tmp_path: Path) -> None:
    """Found when a network of one country used a shipped pack that has a rule for another one."""
    vitals = (
        FILES[VITALS]
        .replace("on: [roomed]", "jurisdictions: [UK]\n    on: [roomed]")
        .replace("credential: ma-basic", "credential: trainee")
    )
    assert [problem.message.split(" (")[0] for problem in problems_of(tmp_path, {VITALS: vitals})] == [
        "Expected somebody at clinic south"
    ]
    only_california = {VITALS: vitals, CLINICS: FILES[CLINICS].partition("- id: south")[0]} | {
        STAFF: FILES[STAFF]
        .replace("[north, south]", "[north]")
        .replace("    - {days: [sat, sun], from: 22:00, to: 06:00, clinic: south}\n", ""),
        LAB: FILES[LAB].replace("default: south", "default: north"),
    }
    assert problems_of(tmp_path / "only", only_california) == []


def test_a_step_after_a_time_that_is_counted_back_says_how_long_after(tmp_path: Path) -> None:
    vitals = (
        FILES[VITALS]
        .replace("due: {table: due-times, key: take-vitals}", 'due: {before: PT5M, from: "event.occurred_at + 1"}')
        .replace("{at: PT15M, to: [RN, PRV]}", "{at: 150%, to: [RN, PRV]}")
    )
    (problem,) = problems_of(tmp_path, {VITALS: vitals})
    assert "Expected at most 100%, as the due time is counted back" in problem.message
    assert "150%" in vitals.splitlines()[int(problem.where.rpartition(":")[2]) - 1]


def test_so_does_a_step_after_the_clinic_has_closed(tmp_path: Path) -> None:
    vitals = (
        FILES[VITALS]
        .replace("due: {table: due-times, key: take-vitals}", "due: {until: closing}")
        .replace("{at: PT15M, to: [RN, PRV]}", "{at: 150%, to: [RN, PRV]}")
    )
    (problem,) = problems_of(tmp_path, {VITALS: vitals})
    assert "Expected at most 100%, as the due time is as the clinic closes" in problem.message


def test_a_clinic_does_not_turn_a_time_of_the_network_round(tmp_path: Path) -> None:
    clinics = FILES[CLINICS].replace("{take-vitals: PT9M}", "{take-vitals: {before: PT9M}}")
    (problem,) = problems_of(tmp_path, {CLINICS: clinics})
    assert "the same direction at every clinic" in problem.message


def test_a_setting_that_nobody_has_is_asked_about(tmp_path: Path) -> None:
    vitals = FILES[VITALS].replace("on: [roomed]", "settings: [dentl]\n    on: [roomed]")
    (problem,) = problems_of(tmp_path, {VITALS: vitals})
    assert (problem.level, "unknown setting 'dentl'" in problem.message) == ("warning", True)


def test_a_file_with_nothing_in_it_is_named(tmp_path: Path) -> None:
    (problem,) = problems_of(tmp_path, {CLINICS: ""})
    assert (problem.where, "Expected a list of clinics" in problem.message) == ("net/clinics.yaml:1", True)


def test_load_refuses_files_of_wrong_form_with_all_lines(tmp_path: Path) -> None:
    folder = write(tmp_path, {LAB: FILES[LAB] + "colour: red\n", "protocols/scope/activities.yaml": None})

    with pytest.raises(InvalidBundle) as caught:
        load(folder, tmp_path / "protocols")

    lines = str(caught.value).splitlines()
    assert any(line.startswith("net/feeds/lab.yaml:10: unknown key 'colour'") for line in lines)
    assert any("Expected the file protocols/scope/activities.yaml" in line for line in lines)


def test_data_that_contains_itself_is_refused(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {LAB: "feed: &me [*me]\n"})

    assert [str(problem) for problem in problems] == [
        "net/feeds/lab.yaml:1: Expected plain data, but a part of it contains itself"
    ]


def test_a_missing_pack_is_found(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {"net/bundle.yaml": FILES["net/bundle.yaml"].replace("[core]", "[core, eye]")})

    assert [problem.message for problem in problems] == ["Expected protocols in protocols/eye, but there are none"]


def test_a_misspelt_pack_is_named_where_the_bundle_names_it(tmp_path: Path) -> None:
    bundle = FILES["net/bundle.yaml"].replace("[core]", "[coree]")

    (problem,) = problems_of(tmp_path, {"net/bundle.yaml": bundle})

    assert problem.where == f"net/bundle.yaml:{bundle[: bundle.index('coree')].count(chr(10)) + 1}"
    assert "did you mean 'core'?" in problem.message


def test_a_task_that_only_its_escalation_can_save_is_a_warning(tmp_path: Path) -> None:
    staff = FILES[STAFF].replace("tag: ma-basic", "tag: ma-ecg")

    problems = problems_of(tmp_path, {STAFF: staff})

    assert {problem.level for problem in problems} == {"warning"}
    assert all("only those it escalates to may do take-vitals" in problem.message for problem in problems)


def test_a_clinic_without_anybody_for_failed_rules_is_found(tmp_path: Path) -> None:
    problems = problems_of(tmp_path, {STAFF: FILES[STAFF].replace("  lead: true\n", "")})

    assert len(problems) == 2
    assert all("who may do review-rule-error" in problem.message for problem in problems)
