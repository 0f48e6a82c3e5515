"""Counters of relay, workers, timekeeper and inbox. Labels never hold ids of patients, cases or events.

They stand in a registry of their own: a process that serves the screens counts none of this, and its ``/metrics``
must not say zero. Each process tells its own where ``CLINICFLOW_METRICS_PORT`` asks for it.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, start_http_server

from clinicflow.errors import ClinicflowError

LIVE = CollectorRegistry()

PLACED = Counter("clinicflow_events_placed", "Events placed in the journal and sent to Kafka", registry=LIVE)
RESENT = Counter("clinicflow_events_resent", "Events sent to Kafka again: requests of workers, refills", registry=LIVE)
REFILLS = Counter(
    "clinicflow_broker_refills", "Times that an emptied broker was filled from the journal", registry=LIVE
)
TASK_CHANGES = Counter("clinicflow_task_changes_sent", "Task changes sent to the tasks topic", registry=LIVE)
APPLIED = Counter("clinicflow_events_applied", "Events folded and committed", ["group"], registry=LIVE)
ROUND_SIZE = Histogram(
    "clinicflow_round_events",
    "Events in a committed round",
    ["group"],
    buckets=(1, 3, 10, 30, 100, 300, 1000, 4000),
    registry=LIVE,
)
COMMIT_SECONDS = Histogram(
    "clinicflow_commit_seconds",
    "Seconds from sending a round to the database until it is durable",
    ["group"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
    registry=LIVE,
)
LAG = Gauge(
    "clinicflow_worker_lag", "Placed events that the group has not applied yet", ["group", "partition"], registry=LIVE
)
DEAD_LETTERS = Counter("clinicflow_dead_letters", "Dead letters written", ["kind"], registry=LIVE)
GAPS = Counter(
    "clinicflow_gaps", "Times that a partition skipped positions and was asked for again", ["group"], registry=LIVE
)
FENCED = Counter(
    "clinicflow_partitions_fenced", "Partitions of a round that another worker had taken over", ["group"], registry=LIVE
)
TIMERS = Counter("clinicflow_timers_fired", "Timers journaled as timer-fired", registry=LIVE)
INBOX_EVENTS = Counter(
    "clinicflow_inbox_events", "Records of the inbox topic by what became of them", ["outcome"], registry=LIVE
)


def serve(port: int | None, address: str) -> None:
    """Let others read the counters over HTTP until the process ends; without a port nothing listens.

    Raises ClinicflowError when the port is taken.
    """
    if port is None:
        return
    try:
        start_http_server(port, address, registry=LIVE)
    except OSError as taken:
        raise ClinicflowError(f"Expected port {port} of {address} to be free for the counters, but {taken}") from taken
