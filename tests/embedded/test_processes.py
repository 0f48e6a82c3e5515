"""Ports for servers that restart at the same place."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from clinicflow.embedded import processes
from clinicflow.embedded.processes import free_port


def test_a_server_gets_a_port_that_no_client_is_given() -> None:
    low, high = map(int, Path("/proc/sys/net/ipv4/ip_local_port_range").read_text().split())
    ports = {free_port() for _ in range(200)}
    assert not any(low <= port <= high for port in ports)
    assert len(ports) > 100, "two that ask at once seldom get the same"


def test_a_port_that_somebody_listens_on_is_passed_over(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", free_port()))
        taken = server.getsockname()[1]
        monkeypatch.setattr(processes, "_ports_for_servers", lambda: range(taken, taken + 1))
        assert free_port() != taken
