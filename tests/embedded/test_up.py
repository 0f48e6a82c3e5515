"""What `clinicflow up` tells before anything runs."""

from __future__ import annotations

import socket
from pathlib import Path

from clinicflow.embedded.processes import free_port
from clinicflow.embedded.up import Installation, Plan
from clinicflow.settings import Settings


def an_installation(home: Path, port: int, said: list[str]) -> Installation:
    plan = Plan(bundle=None, demo=False, seed=1, speed=1.0)
    return Installation(Settings(home=home, http_port=port), plan, said.append)


def test_a_port_in_use_is_named_with_the_one_that_is_taken_instead(tmp_path: Path) -> None:
    said: list[str] = []
    with socket.socket() as other:
        other.bind(("127.0.0.1", free_port()))
        other.listen()
        wanted = other.getsockname()[1]
        taken = an_installation(tmp_path, wanted, said)._port()

    assert taken != wanted
    assert said == [f"port {wanted} is in use by another program; taking {taken} (CLINICFLOW_HTTP_PORT chooses one)"]


def test_a_free_port_is_taken_without_a_word(tmp_path: Path) -> None:
    said: list[str] = []
    wanted = free_port()

    assert an_installation(tmp_path, wanted, said)._port() == wanted
    assert said == []
