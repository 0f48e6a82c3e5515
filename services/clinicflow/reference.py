"""Makes the pages under ``docs/reference``: ``python -m clinicflow.reference [--check]``.

Events come from their schemas, commands from the command line itself, settings from their class, so that no page says
what the program does not do. ``--check`` writes nothing and exits with 1 when a page is stale.
"""

import ast
import inspect
import sys
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import typer
from typer.cli import get_docs_for_click

from clinicflow import cli
from clinicflow.codegen import Schema, read_schemas
from clinicflow.core.event import ENVELOPE_SET
from clinicflow.data import data_dir
from clinicflow.settings import Settings

FOLDER = data_dir("docs") / "reference"

_MADE = "<!-- Made by `make codegen`; do not edit. -->\n\n"
_SENDERS = {
    "person": "a person (or a feed that says what a person did)",
    "feed": "a feed of another system",
    "derived": "an agent; refused from outside",
    "timer": "the timekeeper; refused from outside",
}
_EVENTS = """# Events

Every event is one Avro record; its schema is `schemas/avro/events/NAME.avsc`. Over HTTP and in the inbox topic an event
is a JSON object with `type` (the name below) and the fields. A quantity is `{"value": 38.1, "unit": "Cel"}`; its unit
may be any that can be converted exactly to the one named here. A time is text with its offset, such as
`2026-03-01T09:30:00Z`. Fields marked *personal* are stored encrypted; the event keeps a reference.
"""
_SETTINGS = """# Settings

Every process reads its settings from the environment. All have a default that suits one small clinic with the embedded
parts.

| variable | default | meaning |
|---|---|---|
"""


def pages() -> dict[str, str]:
    """Each page by its file name."""
    made = {"events.md": events_page(read_schemas()), "commands.md": commands_page(), "settings.md": settings_page()}
    return {name: _MADE + text.strip() + "\n" for name, text in made.items()}


def events_page(schemas: Mapping[str, Schema]) -> str:
    """The catalogue of events: the envelope once, then each event with its own fields."""
    areas = sorted({schema["area"] for schema in schemas.values()})
    parts = [
        _EVENTS,
        "## Envelope\n\nThe fields that every event has. The door fills in what is left out and can be known.\n",
    ]
    parts.append(_table(field for field in next(iter(schemas.values()))["fields"] if field["name"] in ENVELOPE_SET))
    for area in areas:
        parts.append(f"## {area.capitalize()}\n")
        parts += [_event(name, schema) for name, schema in schemas.items() if schema["area"] == area]
    return "\n".join(parts)


def _event(name: str, schema: Schema) -> str:
    own = [field for field in schema["fields"] if field["name"] not in ENVELOPE_SET]
    case = "any case" if schema["case"] == "any" else f"case: {schema['case']}"
    ends = f" It ends the {schema['ends']}." if "ends" in schema else ""
    head = f"### {name}\n\n{schema['doc']}{ends} ({case}; sent by {_SENDERS[schema['by']]})\n"
    return head + ("\n" + _table(own) if own else "")


def _table(fields: Any) -> str:
    rows = [f"| `{field['name']}` | {_kind(field)} | {_cell(field['doc'])} |" for field in fields]
    return "\n".join(["| field | value | meaning |", "|---|---|---|", *rows]) + "\n"


def _kind(field: Schema) -> str:
    """What is written in the JSON form."""
    kind = f"quantity in {field['unit']}" if "scale" in field else _plain(field["type"], field.get("format"))
    marks = ["optional"] if "default" in field else []
    marks += ["personal"] if field.get("personal") else []
    return _cell(kind) + "".join(f", *{mark}*" for mark in marks)


def _plain(avro: Any, form: str | None) -> str:
    if isinstance(avro, list):
        return _plain(next(branch for branch in avro if branch != "null"), form)
    if isinstance(avro, str):
        return form or {"string": "text", "boolean": "true or false", "long": "whole number"}.get(avro, avro)
    if avro["type"] == "array":
        return f"list of {_plain(avro['items'], form)}"
    if avro["type"] == "enum":
        return "one of " + ", ".join(f"`{symbol}`" for symbol in avro["symbols"])
    if avro["type"] == "record":
        return "object with " + ", ".join(f"`{field['name']}`" for field in avro["fields"])
    return "time"


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ").replace("``", "`")


def commands_page() -> str:
    """All commands, as the command line tells of itself."""
    cli.add_parts([])
    command = typer.main.get_command(cli.app)
    return get_docs_for_click(obj=command, ctx=typer.Context(command), name="clinicflow", title="Commands")


def settings_page() -> str:
    """All settings with their defaults."""
    told = dict(_documented(ast.parse(inspect.getsource(Settings)).body[0]))
    rows = []
    for name, field in Settings.model_fields.items():
        default = "" if field.default is None else f"`{field.default}`"
        rows.append(f"| `CLINICFLOW_{name.upper()}` | {default} | {_cell(told[name])} |")
    return _SETTINGS + "\n".join(rows)


def _documented(definition: Any) -> Iterator[tuple[str, str]]:
    """Each field of a class with the text below it."""
    for pair in pairwise(definition.body):
        match pair:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(text))):
                yield name, inspect.cleandoc(text)


def main(arguments: list[str]) -> int:
    """Write the pages, or with ``--check`` say whether they are up to date."""
    if arguments == ["--check"]:
        stale = [name for name, text in pages().items() if _written(FOLDER / name) != text]
        for name in stale:
            print(f"{FOLDER / name} is stale; run: make codegen", file=sys.stderr)
        return 1 if stale else 0
    if arguments:
        print("usage: python -m clinicflow.reference [--check]", file=sys.stderr)
        return 2
    FOLDER.mkdir(parents=True, exist_ok=True)
    for name, text in pages().items():
        (FOLDER / name).write_text(text, "utf-8")
    return 0


def _written(path: Path) -> str | None:
    return path.read_text("utf-8") if path.is_file() else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
