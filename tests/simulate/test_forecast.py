"""The simulated forecaster publishes what screens can use, often enough, and nothing that it cannot know."""

from collections import defaultdict
from itertools import pairwise

from clinicflow.events import Roomed, WaitEstimatePublished
from clinicflow.simulate.day import DayPlan
from clinicflow.simulate.forecast import EVERY, LEAST
from clinicflow.simulate.simulation import Simulation
from clinicflow.simulate.synthetic import START, VirtualClinic
from tests.replay.day import bundle


def test_a_forecast_is_fresh_and_begins_when_some_patients_have_been_taken_in() -> None:
    plan = DayPlan(bundle(), 3, clinics=("north",), all_areas=True)
    clinic = VirtualClinic(bundle(), Simulation(bundle(), plan, START, visits=12))
    clinic.run(START + 24 * 3_600_000_000)
    roomed = 0
    published: dict[str, list[WaitEstimatePublished]] = defaultdict(list)
    for event in clinic.primaries:
        roomed += isinstance(event, Roomed)
        if isinstance(event, WaitEstimatePublished):
            assert roomed >= LEAST
            assert 0 <= event.p50_min <= event.p90_min
            published[event.case_id].append(event)
    (estimates,) = published.values()
    assert len(estimates) > 20
    times = [event.occurred_at for event in estimates]
    assert {later - earlier for earlier, later in pairwise(times)} == {EVERY}
