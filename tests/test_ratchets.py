"""What the project dislikes is counted, and the count may only go down: who lowers it lowers the number here too."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[1] / "services" / "clinicflow"
MADE = {PACKAGE / "events.py"}
"""Made from the schemas: nobody reads it as code."""

WORDS = {
    r"#\s*type:\s*ignore": (6, "give the value its type"),
    r"#\s*noqa": (20, "write it so that the rule holds, or give the reason behind the mark and raise nothing else"),
    r"except Exception": (7, "name the errors that can be met; what is unknown is a bug that must be seen"),
    r"except BaseException": (5, "use `finally`, or name the errors"),
}
LONG_MODULES = 2
"""Modules of more than 300 lines."""


def modules() -> list[Path]:
    found = sorted(set(PACKAGE.rglob("*.py")) - MADE)
    return [path for path in found if "node_modules" not in path.parts]


def functions() -> Iterator[tuple[str, int]]:
    """Where each function is, and how many lines it has."""
    for path in modules():
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield f"{path.relative_to(PACKAGE)}:{node.lineno} {node.name}", node.end_lineno - node.lineno + 1  # type: ignore[operator]


def judge(found: list[str], allowed: int, instead: str) -> None:
    told = "\n".join(found)
    assert len(found) <= allowed, f"{len(found)} instead of {allowed}: {instead}\n{told}"
    assert len(found) == allowed, f"only {len(found)} are left of {allowed}: lower the number in {Path(__file__).name}"


@pytest.mark.parametrize("pattern", WORDS)
def test_disliked_words_become_fewer(pattern: str) -> None:
    allowed, instead = WORDS[pattern]
    found = [
        f"{path.relative_to(PACKAGE)}:{number} {line.strip()}"
        for path in modules()
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if re.search(pattern, line)
    ]
    judge(found, allowed, instead)


def test_long_modules_become_fewer() -> None:
    lengths = {path: len(path.read_text("utf-8").splitlines()) for path in modules()}
    found = [f"{path.relative_to(PACKAGE)} {length} lines" for path, length in lengths.items() if length > 300]
    judge(found, LONG_MODULES, "a module holds one idea: find the second one and give it a module")


def test_no_function_is_longer_than_forty_lines() -> None:
    assert [f"{where}: {length} lines" for where, length in functions() if length > 40] == []


def test_hardly_a_function_is_longer_than_twenty_lines() -> None:
    lengths = [length for _, length in functions()]
    long = sum(length > 20 for length in lengths)
    assert long * 100 <= 6 * len(lengths), f"{long} of {len(lengths)}: at most six in a hundred"


def test_every_mark_that_switches_a_rule_off_names_the_rule() -> None:
    bare = re.compile(r"#\s*noqa(?!: [A-Z])|#\s*type:\s*ignore(?!\[)")
    found = [str(path.relative_to(PACKAGE)) for path in modules() if bare.search(path.read_text("utf-8"))]
    assert found == []
