"""The texts of the screens, read from their sources."""

from __future__ import annotations

import re

from clinicflow.web import build

LANGUAGES = 3
_TEXT = r'"(?:[^"\\]|\\.)*"'
_ENTRY = re.compile(rf'^\s*"?([\w/-]+)"?: \[\s*({_TEXT}(?:,\s*{_TEXT})*),?\s*\]', re.MULTILINE)


def texts_of(name: str) -> dict[str, list[str]]:
    """The texts of a table of the screens, by code, in English, Spanish and Indonesian."""
    found = _ENTRY.findall((build.UI / "src" / "i18n" / name).read_text("utf-8"))
    return {code: [text[1:-1] for text in re.findall(_TEXT, texts)] for code, texts in found}


def unequal(texts: dict[str, list[str]]) -> list[str]:
    """Codes that lack a language, or whose languages do not put the same values in."""
    return [
        code
        for code, told in texts.items()
        if len(told) != LANGUAGES or len({tuple(sorted(re.findall(r"\{\w+\}", each))) for each in told}) != 1
    ]
