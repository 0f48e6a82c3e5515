"""Whose rights the server gets when the program runs as root."""

from __future__ import annotations

import os

import pytest

from clinicflow.embedded import accounts
from clinicflow.embedded.processes import RunAs

USERS = {"clinicflow": RunAs(999, 999, "clinicflow"), "nobody": RunAs(65534, 65534, "nobody")}


@pytest.mark.parametrize("made", [True, False], ids=["by itself or another process", "by nobody"])
def test_the_system_user_is_taken_when_it_is_there_after_it_was_made(
    monkeypatch: pytest.MonkeyPatch, made: bool
) -> None:
    there = {"nobody"}
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(accounts, "_account", lambda name: USERS[name] if name in there else None)
    monkeypatch.setattr(accounts, "_make_system_user", lambda: there.update({"clinicflow"} if made else ()))

    assert accounts.server_user() == USERS["clinicflow" if made else "nobody"]
