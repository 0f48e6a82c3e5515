"""Every known fault of a library that touches what is used is met by a test that exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference" / "known-faults.md"
ROWS = [
    line for line in PAGE.read_text("utf-8").splitlines() if line.startswith("| ") and not line.startswith("| fault")
]


def names_in(path: Path) -> set[str]:
    """The names of a file's tests."""
    functions = (ast.FunctionDef, ast.AsyncFunctionDef)
    return {node.name for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, functions)}


@pytest.mark.parametrize("row", ROWS, ids=[row[2:40] for row in ROWS])
def test_the_tests_of_a_fault_exist(row: str) -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)::(test_\w+)`", row.rstrip(" |").rpartition("|")[2])
    assert named, "a fault without a test"
    assert [f"{path}::{name}" for path, name in named if name not in names_in(ROOT / path)] == []


def test_the_page_has_both_kinds() -> None:
    assert len(ROWS) > 20
