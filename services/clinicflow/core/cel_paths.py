"""The fields that an expression names, read from its text: what a context must hold."""

import re
from collections.abc import Sequence

ROOTS = ("event", "case", "patient", "clinic", "table")
"""The names that a condition may start from."""

_TOKEN = re.compile(r"""'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*"|[A-Za-z_]\w*|\S""")
_IDENTIFIER = re.compile(r"[A-Za-z_]\w*")

Path = tuple[str, ...]


def paths_in(source: str) -> tuple[Path, ...]:
    """The fields that an expression names, in order: ``event.temp`` and ``table.news2['bands']`` as paths."""
    tokens = _TOKEN.findall(source)
    found: dict[Path, None] = {}
    for index, token in enumerate(tokens):
        if token in ROOTS and (index == 0 or tokens[index - 1] != "."):
            found[_path_at(tokens, index)] = None
    return tuple(found)


def _path_at(tokens: Sequence[str], index: int) -> Path:
    path = [tokens[index]]
    index += 1
    while index + 1 < len(tokens):
        following = tokens[index + 1]
        if tokens[index] == "." and _IDENTIFIER.fullmatch(following):
            if index + 2 < len(tokens) and tokens[index + 2] == "(":
                break
            path.append(following)
            index += 2
        elif tokens[index] == "[" and following[0] in "'\"" and tokens[index + 2 : index + 3] == ["]"]:
            path.append(following[1:-1])
            index += 3
        else:
            break
    return tuple(path)
