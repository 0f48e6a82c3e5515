"""Who may see which screen."""

import ipaddress

from fastapi import Request

from clinicflow.auth import Principal, authenticate
from clinicflow.errors import Forbidden, Unauthenticated
from clinicflow.web.privacy import refused
from clinicflow.web.services import Services


def is_loopback(address: str) -> bool:
    """Whether an address reaches this machine only."""
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"


class Access:
    """Answers who asks, and refuses what is not theirs."""

    def __init__(self, services: Services) -> None:
        self._services = services

    def demo(self, request: Request) -> bool:
        """Whether this is a demo that only this machine reaches, where public screens need no token."""
        settings = self._services.settings
        near = request.client is None or is_loopback(request.client.host)
        return settings.demo and is_loopback(settings.bind) and near

    async def display(self, request: Request, clinic_id: str) -> str:
        """The organization whose display is asked for. Raises ``Unauthenticated`` or ``Forbidden``."""
        try:
            principal = await authenticate(request)
        except Unauthenticated:
            if not self.demo(request):
                raise
            return await self.demo_org()
        if not principal.may("board:read"):
            principal.needs("display:read")
        _within(principal, clinic_id)
        return principal.org_id

    async def board(self, request: Request, clinic_id: str | None = None) -> Principal:
        """The member of staff (or program) that may see boards, of this clinic if one is named."""
        principal = await authenticate(request)
        principal.needs("board:read")
        if clinic_id is not None:
            await self.within(principal, clinic_id)
        return principal

    async def within(self, reader: Principal, clinic_id: str, case_id: str | None = None) -> None:
        """Raises ``Forbidden`` for a clinic out of reach, which is kept: a chart was asked for without need."""
        if not reader.sees(clinic_id):
            await refused(self._services, reader, clinic_id, case_id)
        _within(reader, clinic_id)

    async def start(self, request: Request) -> tuple[str, Principal | None]:
        """The organization of the start page, and who asks if somebody is signed in."""
        try:
            principal = await self.board(request)
        except (Unauthenticated, Forbidden):
            if not self.demo(request):
                raise
            return await self.demo_org(), None
        return principal.org_id, principal

    async def demo_org(self) -> str:
        """The demo's organization; raises ``Unauthenticated`` when none has a bundle."""
        found = sorted(await self._services.store.orgs())
        if not found:
            raise Unauthenticated("Expected an organization, but no bundle was applied yet")
        return found[0]


def _within(principal: Principal, clinic_id: str) -> None:
    if not principal.sees(clinic_id):
        raise Forbidden(f"Expected a clinic of {principal.kind} {principal.id}")
