"""What comes from outside of the staff's work: patients who arrive and leave, orders, laboratories, refill requests."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import msgspec

from clinicflow.core.event import Event, Micros
from clinicflow.core.ids import named
from clinicflow.core.view import VisitView
from clinicflow.core.visit import ended
from clinicflow.events import Observation
from clinicflow.simulate.agenda import Agenda, Batch
from clinicflow.simulate.chance import chance_of
from clinicflow.simulate.crew import Crew
from clinicflow.simulate.patients import DRUGS, MINUTE, TESTS, Patient

_DAY = 24 * 60 * MINUTE
FULL = 14
"""With so many patients in a waiting room the next ones come later: staff and machine get the time to catch up."""
_COMES_AGAIN = 5.0
_LEAVES_EARLY = 0.4
"""Of the patience of others have those who leave: within three to ten minutes, while patients are still waiting."""

_SPOILED: dict[str, dict[str, str]] = {
    "2823-3": {"comparator": "below", "bound": "3.5", "unit": "mmol/L"},
    "2339-0": {"comparator": "above", "bound": "20.0", "unit": "mmol/L"},
}
"""What a spoiled specimen still tells, by the code that is observed: a side, and not whether it is critical."""


class Order(msgspec.Struct, frozen=True):
    """A test that was ordered: whose, which one, and the chance by which things happen to it."""

    patient: Patient
    test: int
    case: str
    chance: random.Random


class Course:
    """Arrivals and everything that follows without a task."""

    def __init__(self, agenda: Agenda, crew: Crew, arrivals: Iterator[Patient]) -> None:
        self.agenda = agenda
        self.crew = crew
        self.patients: dict[str, Patient] = {}
        self.orders: dict[str, Order] = {}
        self.collected: Counter[str] = Counter()
        """Specimens taken for each order."""
        self.views: dict[str, VisitView] = {}
        self._arrivals = arrivals
        self._next_arrival()

    def observed(self, case: str) -> str:
        """Code of what the test of an order observes."""
        order = self.orders.get(case)
        return "unknown" if order is None else TESTS[order.test][2]

    def see_visit(self, view: VisitView) -> None:
        """The boards show a visit so."""
        if ended(view.stage):
            self.views.pop(view.case_id, None)
        else:
            self.views[view.case_id] = view

    def present(self, clinic: str) -> list[str]:
        """Visits of patients who are in the clinic."""
        return [case for case, view in self.views.items() if view.clinic_id == clinic]

    def stage(self, visit: str) -> str:
        """The stage of a visit, empty when there is no such open visit."""
        view = self.views.get(visit)
        return view.stage if view is not None else ""

    def tell(self, kind: str, now: Micros, who: Patient, **fields: Any) -> Event:
        """An event of a patient's visit."""
        return self.agenda.event(kind, now, who.visit, who.clinic_id, who.patient_id, **fields)

    # Arrivals.

    def _next_arrival(self) -> None:
        who = next(self._arrivals, None)
        if who is None:
            return
        self.patients[who.visit] = who
        self.agenda.at(self.agenda.at_minute(who.arrives), lambda now: self._arrive(now, who))

    def _arrive(self, now: Micros, who: Patient, *, again: bool = False) -> Sequence[Batch]:
        if not again:
            self._next_arrival()
        if sum(self.stage(one) in ("arrived", "checked-in") for one in self.present(who.clinic_id)) >= FULL:
            self.agenda.after(now, _COMES_AGAIN, partial(self._arrive, who=who, again=True))
            return ()
        agenda, person = self.agenda, {"name": who.name, "record_number": who.record_number}
        appointment = None if who.appointment is None else agenda.at_minute(who.appointment)
        arrived = self.tell(
            "patient-arrived", now, who, mode=who.mode, appointment_at=appointment, visit_type=who.visit_type
        )
        ticket = self.tell(
            "ticket-issued", now, who, ticket=who.ticket, language=who.language, display_consent=who.number % 25 != 24
        )
        if who.course == "leaves":
            agenda.after(now, who.patience * _LEAVES_EARLY, lambda later: self._leave(later, who))
        elif who.course == "cancels":
            agenda.after(now, 4.0, lambda later: self._cancel(later, who))
        if who.refill:
            agenda.after(now, who.patience, lambda later: self._ask_refill(later, who))
        if who.quirk == "swapped":
            return [Batch((ticket,), person), Batch((arrived,))]
        if who.quirk == "twice":
            agenda.after(now, 0.5, lambda _later: [Batch((arrived,), person)])
        return [Batch((arrived,), person), Batch((ticket,))]

    def _leave(self, now: Micros, who: Patient) -> Sequence[Batch]:
        stage = self.stage(who.visit)
        if stage not in ("arrived", "checked-in"):
            return ()
        fields = {"last_stage": stage.replace("-", "_"), "told_staff": who.number % 2 == 0}
        return [
            Batch((self.tell("left-without-being-seen", now, who, by=self._desk(who, now), earlier=1.0, **fields),))
        ]

    def _cancel(self, now: Micros, who: Patient) -> Sequence[Batch]:
        if self.stage(who.visit) not in ("arrived", "checked-in"):
            return ()
        return [Batch((self.tell("visit-cancelled", now, who, by=self._desk(who, now), reason="patient_request"),))]

    def _desk(self, who: Patient, now: Micros) -> str | None:
        return self.crew.one("FD", who.clinic_id, now)

    # Refills.

    def _ask_refill(self, now: Micros, who: Patient) -> Sequence[Batch]:
        chance = chance_of(who.visit, "refill")
        case = named(f"{who.visit}|refill")
        schedule = chance.choices(("none", "IV", "II"), (88, 8, 4))[0]
        requested = self.agenda.event(
            "refill-requested", now, case, who.clinic_id, who.patient_id,
            drug_code=chance.choice(DRUGS), drug_system="rxnorm", controlled_schedule=schedule,
            dose_changed=chance.random() < 0.08, quantity_changed=False, frequency_changed=False,
            requested_by=chance.choice(("patient", "pharmacy", "portal")), days_supply_left=chance.randint(0, 20),
            on_protocol=chance.random() < 0.9, on_active_list=True, alert=chance.random() < 0.05, high_alert=False,
            weight_based=False, duplicate=False, lab_overdue=chance.random() < 0.1, lab_abnormal=False,
            last_visit_at=now - chance.randint(20, 500) * _DAY, patient_age=who.age, patient_age_unit=who.age_unit,
        )  # fmt: skip
        return [Batch((requested,), {"name": who.name, "record_number": who.record_number})]

    # Orders and laboratories.

    def consult(self, now: Micros, who: Patient, provider: str) -> None:
        """The provider is with the patient: orders follow, then the provider leaves."""
        chance = chance_of(who.visit, "consult")
        for place, test in enumerate(who.tests):
            order = Order(who, test, named(f"{who.visit}|order|{place}"), chance)
            self.orders[order.case] = order
            share = 0.5 + 0.2 * place
            self.agenda.after(now, who.consult * share, partial(self._order, order=order, provider=provider))
        self.agenda.after(now, who.consult, lambda at: self._exit(at, who, provider))

    def _exit(self, now: Micros, who: Patient, provider: str) -> Sequence[Batch]:
        if self.stage(who.visit) != "with-provider":
            return ()
        return [Batch((self.tell("provider-exited", now, who, by=provider),))]

    def _order(self, now: Micros, order: Order, provider: str) -> Sequence[Batch]:
        who, (code, specimen, _) = order.patient, TESTS[order.test]
        priority = order.chance.choices(("routine", "urgent", "stat"), (80, 14, 6))[0]
        ordered = self._of_order(
            "lab-test-ordered", now, order, by=provider, order_number=f"SIM-{order.case[:8]}", test_code=code,
            test_system="loinc", specimen_class=specimen, priority=priority, visit_case_id=who.visit,
            patient_age=who.age, patient_age_unit=who.age_unit,
        )  # fmt: skip
        return [Batch((ordered,))]

    def sent(self, now: Micros, order: Order, specimen: str) -> None:
        """A specimen is on its way: the laboratory will answer."""
        travels = order.chance.uniform(6, 14)
        if order.chance.random() < 0.04:
            reason = order.chance.choice(("RH", "QS", "RI"))
            self.agenda.after(
                now, travels, lambda at: self._lab("specimen-rejected", at, order, specimen_id=specimen, reason=reason)
            )
            return
        self.agenda.after(now, travels, lambda at: self._lab("specimen-received", at, order, specimen_id=specimen))
        self.agenda.after(now, travels + order.chance.uniform(10, 40), lambda at: self._result(at, order))

    def _result(self, now: Micros, order: Order) -> Sequence[Batch]:
        fate = order.chance.random()
        code, result = TESTS[order.test][2], f"R-{order.case[:8]}"
        if fate < 0.06:
            return self._lab(
                "critical-result-received", now, order, result_id=result, code=code, system="loinc", value="6.8",
                unit="mmol/L", flag="HH", called_at=now,
            )  # fmt: skip
        abnormal = fate < 0.25
        observation = {"code": code, "system": "loinc", "value": "14.1" if abnormal else "5.2", "unit": "mmol/L"}
        observation |= {"flag": "H" if abnormal else "N", "status": "F"}
        if 0.7 < fate <= 0.95 and code in _SPOILED:
            observation = _SPOILED[code] | {"code": code, "system": "loinc", "status": "F"}
        fields = {"result_id": result, "status": "F", "abnormal": abnormal, "observations": [observation]}
        if fate > 0.95:
            self.agenda.after(now, 12.0, lambda at: self._correct(at, order, result, observation))
        return self._lab("result-received", now, order, **fields)

    def _correct(self, now: Micros, order: Order, result: str, observation: dict[str, str]) -> Sequence[Batch]:
        changed = observation | {"value": "15.6", "flag": "H", "status": "C"}
        fields = {"result_id": result, "status": "C", "abnormal": True, "observations": [changed]}
        return self._lab("result-corrected", now, order, **fields)

    def _lab(self, kind: str, now: Micros, order: Order, **fields: Any) -> Sequence[Batch]:
        return [Batch((self._of_order(kind, now, order, **fields),))]

    def _of_order(self, kind: str, now: Micros, order: Order, **fields: Any) -> Event:
        if "observations" in fields:
            fields["observations"] = [Observation(**one) for one in fields["observations"]]
        return self.agenda.event(kind, now, order.case, order.patient.clinic_id, order.patient.patient_id, **fields)
