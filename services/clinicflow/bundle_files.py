"""Reads a bundle from its folder and the protocols it names into one plain document, with the place of every value.

``DIR/bundle.yaml`` names the packs; ``clinics.yaml``, ``staff.yaml`` and ``feeds/*.yaml`` stand beside it. Rule packs,
tables and scope of practice come from the protocols folder; ``overlay`` may name a folder inside ``DIR`` whose
``protocols``, ``tables`` and ``scope`` add to them: a rule with the id of an earlier one of its agent takes its place
but may not loosen what keeps patients safe, a table's values are put over it, and scope may only prohibit more.
"""

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from clinicflow.bundle_activities import parts_of
from clinicflow.bundle_check import check_document, check_rules_tightened, check_tables_tightened, forms
from clinicflow.bundle_check.overlays import check_tightened
from clinicflow.bundle_check.problems import Place, Problem, hint
from clinicflow.bundle_check.shapes import Shape
from clinicflow.bundle_source import Source
from clinicflow.bundle_unread import unread_in_folders, unread_in_overlay
from clinicflow.bundle_yaml import At, Yaml, read_yaml
from clinicflow.bundle_zones import zone_transitions
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import merged
from clinicflow.data import data_dir
from clinicflow.errors import InvalidBundle


def load(directory: Path, protocols: Path | None = None, *, overlay: bool = True) -> dict[str, Any]:
    """The document of a bundle whose files have the right form. ``InvalidBundle`` lists all that is wrong with them.

    Without ``overlay`` it is what the packs alone say. Whether the rules make sense is for ``bundle_check`` to say.
    """
    source = read(directory, protocols, overlay=overlay)
    if source.report.failed:
        raise InvalidBundle(listed(source.report.problems))
    return source.document


def check(
    directory: Path, protocols: Path | None, agents: Mapping[str, Agent[Any]], at: int
) -> tuple[dict[str, Any], list[Problem]]:
    """The document of a bundle and all that is wrong with it, in form and in meaning, on the day of ``at``."""
    source = read(directory, protocols)
    if not source.whole:
        return source.document, source.report.problems
    check_document(source.document, source.places, agents, at, source.report)
    if not source.report.failed:
        packs = read(directory, protocols, overlay=False) if "overlay" in source.document else source
        check_tables_tightened(packs.document["tables"], source.document, agents, source.report)
        if packs is not source:
            check_rules_tightened(packs.document, source.document, agents, source.report)
    return source.document, source.report.problems


def listed(problems: Iterable[Problem]) -> str:
    """Problems, one a line."""
    return "\n".join(str(problem) for problem in problems)


def read(directory: Path, protocols: Path | None = None, *, overlay: bool = True) -> Source:
    """Read everything; problems of form are in the source's report."""
    protocols = protocols or data_dir("protocols")
    reader = _Reader(directory, protocols, overlay=overlay)
    reader.read_all()
    return reader.source


class _Reader:
    def __init__(self, directory: Path, protocols: Path, *, overlay: bool) -> None:
        self.directory = directory
        self.protocols = protocols
        self.source = Source()
        self.overlay = overlay
        self.replaced: set[tuple[str, str]] = set()
        """(agent, rule id) of the overlay's rules: those of the packs give way to them."""
        self.shipped: dict[tuple[str, str], Any] = {}
        """Those rules of the packs."""

    def read_all(self) -> None:
        self._bundle()
        self._by_id("clinics", forms.clinic)
        self._by_id("staff", forms.staff)
        self._feeds()
        self._activities()
        self._find_replaced()
        for folder in (self.protocols, *self._overlay()):
            own = folder != self.protocols
            for index, pack in enumerate(["protocols"] if own else self.source.document["packs"]):
                self._protocols(folder / pack, own, ("packs", index))
            self._tables(folder / "tables")
            self._scope(folder / "scope", own)
        self._unread()
        self._zones()

    def _overlay(self) -> list[Path]:
        name = self.source.document.get("overlay")
        return [self.directory / name] if isinstance(name, str) and self.overlay else []

    def _unread(self) -> None:
        """What looks as if it were meant but is not read is an error: nobody would miss it."""
        packs = [self.protocols / pack for pack in (*self.source.document["packs"], "tables", "scope")]
        found = [*unread_in_folders([self.directory / "feeds", *packs])]
        for folder in self._overlay():
            found += unread_in_overlay(folder)
        for path, message in found:
            missing = not path.exists()  # then the line that names it is wrong
            self._told(self.source.report.where(("overlay",)) if missing else self._label(path), message)

    def _find_replaced(self) -> None:
        for folder in self._overlay():
            for path in sorted((folder / "protocols").glob("*.yaml")):
                file = self._open(path)
                if file is not None and isinstance(file.value, Mapping) and isinstance(file.value.get("rules"), list):
                    self.replaced.update((str(file.value.get("agent")), _id(rule)) for rule in file.value["rules"])

    def _open(self, path: Path, *, needed: bool = True) -> Yaml | None:
        """The file, or None with a problem reported."""
        label = self._label(path)
        if not path.is_file():
            if needed:
                self._lost(f"{label}:1", f"Expected the file {label}, but there is none")
            return None
        try:
            return read_yaml(path, label)
        except InvalidBundle as error:
            where, _, message = str(error).partition(": ")
            self._lost(where, message)
            return None

    def _lost(self, where: str, message: str) -> None:
        self.source.whole = False
        self._told(where, message)

    def _told(self, where: str, message: str) -> None:
        self.source.places[("?", where)] = where
        self.source.report.error(("?", where), message)

    def _label(self, path: Path) -> str:
        for root in (self.directory, self.protocols):
            if path.is_relative_to(root):
                return str(Path(root.name) / path.relative_to(root))
        return str(path)

    def _fits(self, shape: Shape, value: Any, place: Place) -> bool:
        """Whether a part of the document has its form; else what is wrong is reported."""
        before = len(self.source.report.problems)
        shape(value, place, self.source.report)
        return len(self.source.report.problems) == before

    def _place(self, file: Yaml, place: Place, under: At = ()) -> None:
        self.source.places.update(file.places(place, under))

    def _bundle(self) -> None:
        file = self._open(self.directory / "bundle.yaml")
        if file is None:
            return
        self._place(file, ())
        if self._fits(forms.bundle, file.value, ()):
            self.source.document.update(file.value)
        else:
            self.source.whole = False

    def _by_id(self, name: str, shape: Shape) -> None:
        """A file that is a list (at the top or under its own name) of things with an id."""
        file = self._open(self.directory / f"{name}.yaml")
        if file is None:
            return
        self._place(file, (name,))
        under: At = (name,) if isinstance(file.value, Mapping) and list(file.value) == [name] else ()
        items = file.value[name] if under else file.value
        if not isinstance(items, list):
            self.source.whole = False
            self.source.report.error((name,), f"Expected a list of {name}, or a list under the key {name!r}")
            return
        for index, item in enumerate(items):
            self._one(file, name, (*under, index), item, shape)

    def _one(self, file: Yaml, name: str, at: At, item: Any, shape: Shape) -> None:
        id_ = item.get("id") if isinstance(item, Mapping) else None
        place = (name, str(id_) if id_ is not None else f"#{at[-1]}")
        if id_ is not None and id_ in self.source.document[name]:
            self._place(file, (*place, "again"), at)
            self.source.report.error((*place, "again"), f"Expected each id once, but {id_!r} is there twice")
            return
        self._place(file, place, at)
        if self._fits(shape, item, place):
            self.source.document[name][id_] = item
        else:
            self.source.whole = False

    def _feeds(self) -> None:
        for path in sorted((self.directory / "feeds").glob("*.yaml")):
            file = self._open(path)
            if file is None:
                continue
            name = file.value.get("feed", path.stem) if isinstance(file.value, Mapping) else path.stem
            self._place(file, ("feeds", name))
            if self._fits(forms.feed, file.value, ("feeds", name)):
                self.source.document["feeds"][name] = file.value

    def _protocols(self, folder: Path, own: bool, named: Place) -> None:
        paths = sorted(folder.glob("*.yaml"))
        if not paths and not own:
            near = hint(folder.name, [path.name for path in self.protocols.iterdir()])
            self.source.whole = False
            self.source.report.error(named, f"Expected protocols in {self._label(folder)}, but there are none{near}")
        for path in paths:
            file = self._open(path)
            if file is not None:
                self._protocol(file, own)

    def _protocol(self, file: Yaml, own: bool) -> None:
        found = self.source.document["protocols"]
        place: Place = ("protocols", len(found))
        self._place(file, place)
        if not self._fits(forms.protocol, file.value, place):
            self.source.whole = False
            return
        kept: list[Any] = []
        found.append({**file.value, "rules": kept})
        for index, rule in enumerate(file.value["rules"]):
            target: Place = (*place, "rules", len(kept))
            self._place(file, target, ("rules", index))
            key = (file.value["agent"], _id(rule))
            if not self._fits(forms.rule, rule, target):
                continue
            if not own and key in self.replaced:
                self.shipped[key] = rule
                continue
            kept.append(rule)
            if own and key in self.shipped:
                check_tightened(self.shipped[key], rule, target, self.source.report)

    def _tables(self, folder: Path) -> None:
        for path in sorted(folder.glob("*.yaml")):
            file = self._open(path)
            if file is None:
                continue
            name = file.value.get("table", path.stem) if isinstance(file.value, Mapping) else path.stem
            self._place(file, ("tables", name))
            if self._fits(forms.table, file.value, ("tables", name)):
                tables = self.source.document["tables"]
                tables[name] = merged(tables.get(name, {}), file.value)
            else:
                self.source.whole = False

    def _scope(self, folder: Path, own: bool) -> None:
        for path in sorted(folder.glob("*.yaml")):
            file = self._open(path) if path.name != "activities.yaml" else None
            if file is None:
                continue
            place: Place = ("scope", f"?{self._label(path)}")
            self._place(file, place)
            if self._fits(forms.scope_file, file.value, place):
                for index, rule in enumerate(file.value["rules"]):
                    self._scope_rule(file, ("rules", index), file.value["jurisdiction"], rule, own)

    def _scope_rule(self, file: Yaml, at: At, jurisdiction: str, rule: Any, own: bool) -> None:
        rules = self.source.document["scope"].setdefault(jurisdiction, [])
        place: Place = ("scope", jurisdiction, len(rules))
        self._place(file, place, at)
        if self._fits(forms.scope_rule, rule, place):
            rules.append(rule)
            if own and rule["decision"] != "prohibited":
                self.source.report.error(place, "Expected 'prohibited': a network's own scope can only be stricter")

    def _activities(self) -> None:
        file = self._open(self.protocols / "scope" / "activities.yaml")
        if file is None:
            return
        under: At = ("activities",) if isinstance(file.value, Mapping) and "activities" in file.value else ()
        found = file.value["activities"] if under else file.value
        self._place(file, ("activities",), under)
        if self._fits(forms.activities, found, ("activities",)):
            self.source.document.update(parts_of(found))
        else:
            self.source.whole = False

    def _zones(self) -> None:
        document = self.source.document
        for kind in ("clinics", "feeds"):
            for name, item in document[kind].items():
                try:
                    document["zones"][item["zone"]] = zone_transitions(item["zone"])
                except InvalidBundle as error:
                    self.source.whole = self.source.whole and kind != "clinics"
                    self.source.report.error((kind, name, "zone"), str(error))


def _id(item: Any) -> str:
    return str(item.get("id")) if isinstance(item, Mapping) else ""
