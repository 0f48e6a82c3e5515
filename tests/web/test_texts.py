"""What the server may say by a code, the screens say in every language."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import get_args

import pytest

import clinicflow.core
from clinicflow.core.ranking import ReasonKind
from clinicflow.events import EVENT_TYPES
from clinicflow.web import build
from clinicflow.web.forms import form_of
from tests.support.bundles import shipped
from tests.web.texts import LANGUAGES, texts_of, unequal

CORE = Path(clinicflow.core.__file__).parent
CODE_AT = {"Refused": 0, "Rejection": 0, "Decision": 2}
"""Where the constructors of refusals have their code."""


def codes_of_the_core() -> Iterator[tuple[str, ast.expr]]:
    for path in sorted(CORE.rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in CODE_AT:
                yield path.name, node.args[CODE_AT[node.func.id]]


def test_no_refusal_of_the_core_lacks_its_text() -> None:
    found = list(codes_of_the_core())
    codes = {code.value for _, code in found if isinstance(code, ast.Constant)}
    passed_on = {(where, ast.unparse(code)) for where, code in found if not isinstance(code, ast.Constant)}
    texts = texts_of("refusals.ts")

    assert len(codes) > 25
    assert passed_on == {("requests.py", "refused.code"), ("requests.py", "decision.code")}, (
        "codes stand where they are made"
    )
    assert codes - {"allowed"} - texts.keys() == set()


def test_every_reason_of_the_ranking_has_its_text() -> None:
    assert set(get_args(ReasonKind)) <= texts_of("because.ts").keys()


def test_everything_that_makes_or_ends_a_task_of_the_shipped_rules_has_its_text() -> None:
    tasks = [rule for protocol in shipped()["protocols"] for rule in protocol["rules"]]
    told = {event for rule in tasks for event in ([rule["on"]] if isinstance(rule["on"], str) else rule["on"])}
    facts = [fact for rule in tasks for fact in (rule.get("task") or {}).get("done_by") or ()]
    told |= {fact if isinstance(fact, str) else fact["event"] for fact in facts}

    assert len(told) > 250
    assert told - texts_of("happened.ts").keys() - texts_of("words.ts").keys() == set()
    assert texts_of("happened.ts").keys() <= EVENT_TYPES.keys()


def test_every_field_of_the_forms_of_desk_and_board_and_every_choice_has_its_text() -> None:
    desk = {"checked-in", "left-without-being-seen", "visit-cancelled", "checkout-reversed", "room-assigned"}
    rules = [rule for protocol in shipped()["protocols"] for rule in protocol["rules"]]
    facts = [fact for rule in rules for fact in (rule.get("task") or {}).get("done_by") or ()]
    forms = [form_of(event) for event in desk | {fact if isinstance(fact, str) else fact["event"] for fact in facts}]
    fields = [field for form in forms if form is not None for field in form.fields if field.kind != "reference"]
    codes = {code for field in fields for code in (field.name, *field.symbols)} - {"unknown"}

    assert len(codes) > 450
    assert codes - texts_of("words.ts").keys() - texts_of("asked.ts").keys() == set()


def test_a_word_stands_in_one_table() -> None:
    tables = [texts_of(name).keys() for name in ("words.ts", "happened.ts", "asked.ts")]

    assert sum(len(keys) for keys in tables) == len(set().union(*tables))


def test_no_two_tables_of_the_pages_hold_the_same_key() -> None:
    tables = [texts_of(name).keys() for name in ("public.ts", "staff.ts", "team.ts")]

    assert sum(len(keys) for keys in tables) == len(set().union(*tables))


@pytest.mark.parametrize(
    "name", sorted(path.name for path in (build.UI / "src" / "i18n").glob("*.ts") if path.name != "strings.ts")
)
def test_every_text_is_there_in_every_language_with_the_same_values(name: str) -> None:
    texts = texts_of(name)

    assert texts
    assert all(len(told) == LANGUAGES for told in texts.values())
    assert unequal(texts) == []
