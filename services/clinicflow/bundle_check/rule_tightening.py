"""A network's rule that takes the place of a shipped one acts wherever and whenever that one does, as soon, as surely.

What must be kept of its task is in ``task_tightening``; what can be told without its agent is in ``overlays``.
"""

from collections.abc import Mapping
from typing import Any

from clinicflow.bundle_check.conditions import Trial, World, counterexample
from clinicflow.bundle_check.problems import Place, Report
from clinicflow.bundle_check.task_tightening import check_task_tightened, loose_facts, sooner
from clinicflow.bundle_check.where import world_of
from clinicflow.core.agent import Agent
from clinicflow.core.bundle import tables_by_clinic
from clinicflow.core.cel import Condition
from clinicflow.core.rule_forms import parse_rule
from clinicflow.core.rules import RaiseSpec, Rule, Wait

Raw = Mapping[str, Any]


def check_rules_tightened(packs: Raw, document: Raw, agents: Mapping[str, Agent[Any]], report: Report) -> None:
    """Compare each rule of a document with that of the same id and agent in ``packs``, the document without overlay.

    Both must be right by themselves.
    """
    shipped = {(each["agent"], rule["id"]): rule for each in packs["protocols"] for rule in each["rules"]}
    before, after = tables_by_clinic(packs), tables_by_clinic(document)
    world = World({**document["clinics"]}, after)
    for number, protocol in enumerate(document["protocols"]):
        name = protocol["agent"]
        for index, raw in enumerate(protocol["rules"]):
            was = shipped.get((name, raw["id"]))
            if was is not None and was != raw:
                place: Place = ("protocols", number, "rules", index)
                old = parse_rule(was, name, after if _spans(was) == _spans(raw) else before, document["clinics"])
                new = parse_rule(raw, name, after, document["clinics"])
                _Comparison(old, new, place, agents[name], world, report).run()


def _spans(raw: Raw) -> tuple[Any, Any]:
    """What a rule says of times. The same key of a table is judged where the table is."""
    return (raw.get("task") or {}).get("due"), raw.get("wait")


class _Comparison:
    def __init__(self, was: Rule, now: Rule, place: Place, agent: Agent[Any], world: World, report: Report) -> None:
        self.was, self.now, self.place = was, now, place
        self.agent, self.world, self.report = agent, world, report

    def run(self) -> None:
        self._where()
        self._when()
        self._wait()
        self._raises()
        if self.was.task and self.now.task:
            clinics = sorted(self._clinics(self.was) & self._clinics(self.now))
            for at, wanted in check_task_tightened(self.was.task, self.now.task, clinics):
                self._tell(("task", *at), wanted)
            self._priority()

    def _tell(self, at: Place, wanted: str) -> None:
        name = f"the shipped rule {self.was.id}"
        self.report.error((*self.place, *at), f"Expected {wanted}, as in {name}: an overlay tightens only")

    def _clinics(self, rule: Rule) -> set[str]:
        return set(self.world.clinics if rule.clinics is None else rule.clinics)

    def _where(self) -> None:
        """On all its events, at all its clinics, and after the end of a visit if it does."""
        lost = sorted(set(self.was.on) - set(self.now.on))
        if lost:
            self._tell(("on",), f"on: {', '.join(lost)} too")
        without = sorted(self._clinics(self.was) - self._clinics(self.now))
        if without:
            at = "settings" if (*self.place, "settings") in self.report.places else "jurisdictions"
            self._tell((at,), f"that it holds at clinic {', '.join(without)} too")
        if self.was.after_end and not self.now.after_end:
            self._tell((), "after_end: true")

    def _when(self) -> None:
        """Run on made-up events: none may be left out on which the shipped rule acts."""
        if self.now.when is None or bool(self.was.wait) != bool(self.now.wait):
            return
        acts = f"({self.was.when.source}) && " if self.was.when else ""
        found = self._counterexample("when", f"{acts}!({self.now.when.source})")
        if found is not None:
            self._tell(("when",), f"that it acts with {found} too")

    def _priority(self) -> None:
        """As urgent on all made-up events; two fixed priorities are compared in ``overlays``."""
        if not (self.was.task and self.now.task):
            return
        was, now = self.was.task.priority, self.now.task.priority
        if isinstance(was, str) and isinstance(now, str):
            return
        acts = f"({self.was.when.source}) && " if self.was.when else ""
        sources = [f"'{each}'" if isinstance(each, str) else f"({each.source})" for each in (was, now)]
        found = self._counterexample("priority", f"{acts}{_rank(sources[0])} > {_rank(sources[1])}")
        if found is not None:
            at = "priority_from" if (*self.place, "task", "priority_from") in self.report.places else "priority"
            self._tell(("task", at), f"that it is as urgent with {found}")

    def _counterexample(self, key: str, source: str) -> str | None:
        types = ("timer-fired",) if self.now.wait else tuple(name for name in self.was.on if name in self.now.on)
        trial = Trial((*self.place, key), self.agent, types, Condition(source))
        return counterexample(trial, world_of(self.now, self.world))

    def _wait(self) -> None:
        was, now = self.was.wait, self.now.wait
        if now is None:
            return
        if was is None:
            self._tell(("wait",), "no wait")
            return
        clinics = sorted(self._clinics(self.was) & self._clinics(self.now))
        if (was.closing, _source(was)) != (now.closing, _source(now)) or not sooner(was, now, clinics):
            self._tell(("wait",), "that it waits no longer, and from the same time")
        for fact in loose_facts(was.unless, now.unless):
            self._tell(("wait", "unless"), f"that it acts although {fact.event} came")

    def _raises(self) -> None:
        if self.was.raises and (self.now.raises is None or _raised(self.now.raises) != _raised(self.was.raises)):
            self._tell(("raise",) if self.now.raises else (), f"the same raise of {self.was.raises.event}")


def _source(wait: Wait) -> str | None:
    return wait.since.source if wait.since else None


def _raised(raises: RaiseSpec) -> tuple[Any, ...]:
    fields = {name: text.source for name, text in raises.fields}
    return raises.event, fields, raises.case.source if raises.case else None


def _rank(source: str) -> str:
    """How urgent a priority is, as a number in CEL."""
    return f"({source} == 'stat' ? 3 : {source} == 'asap' ? 2 : {source} == 'urgent' ? 1 : 0)"
