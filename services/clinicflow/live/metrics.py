"""Counters of the live side for ``/metrics``. Labels never hold ids of patients, cases or events."""

from prometheus_client import Counter, Gauge, Histogram

PLACED = Counter("clinicflow_events_placed", "Events placed in the journal and sent to Kafka")
RESENT = Counter("clinicflow_events_resent", "Events sent to Kafka again: requests of workers, refills")
REFILLS = Counter("clinicflow_broker_refills", "Times that an emptied broker was filled from the journal")
TASK_CHANGES = Counter("clinicflow_task_changes_sent", "Task changes sent to the tasks topic")
APPLIED = Counter("clinicflow_events_applied", "Events folded and committed", ["group"])
ROUND_SIZE = Histogram(
    "clinicflow_round_events", "Events in a committed round", ["group"], buckets=(1, 3, 10, 30, 100, 300, 1000, 4000)
)
COMMIT_SECONDS = Histogram(
    "clinicflow_commit_seconds",
    "Seconds from sending a round to the database until it is durable",
    ["group"],
    buckets=(0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 5),
)
LAG = Gauge("clinicflow_worker_lag", "Placed events that the group has not applied yet", ["group", "partition"])
DEAD_LETTERS = Counter("clinicflow_dead_letters", "Dead letters written", ["kind"])
GAPS = Counter("clinicflow_gaps", "Times that a partition skipped positions and was asked for again", ["group"])
FENCED = Counter("clinicflow_partitions_fenced", "Partitions of a round that another worker had taken over", ["group"])
TIMERS = Counter("clinicflow_timers_fired", "Timers journaled as timer-fired")
INBOX_EVENTS = Counter("clinicflow_inbox_events", "Records of the inbox topic by what became of them", ["outcome"])
