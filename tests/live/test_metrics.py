"""The counters of the live side are told by the processes that count, and by no other."""

from __future__ import annotations

import socket

import httpx
import pytest
from prometheus_client import generate_latest

from clinicflow.embedded.processes import free_port
from clinicflow.errors import ClinicflowError
from clinicflow.live import metrics


def test_a_process_that_only_serves_screens_does_not_tell_zeros_of_others() -> None:
    assert b"clinicflow_events_placed" not in generate_latest()
    assert b"clinicflow_timers_fired" not in generate_latest()


def test_a_process_tells_its_counters_at_its_port_on_this_machine() -> None:
    port = free_port()
    metrics.serve(port, "127.0.0.1")
    metrics.GAPS.labels("a-group").inc(3)

    told = httpx.get(f"http://127.0.0.1:{port}/metrics", timeout=10).text

    assert 'clinicflow_gaps_total{group="a-group"} 3.0' in told


def test_a_port_that_is_taken_is_named() -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(ClinicflowError, match=f"Expected port {port} of 127.0.0.1 to be free"):
            metrics.serve(port, "127.0.0.1")


def test_without_a_port_nothing_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[object] = []
    monkeypatch.setattr(metrics, "start_http_server", lambda *args, **more: opened.append(args))
    metrics.serve(None, "127.0.0.1")
    assert opened == []
