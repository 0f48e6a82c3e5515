"""`clinicflow serve`: the doors and screens of one process - HTTP events API, HL7 over MLLP, pages, probes, metrics."""

from __future__ import annotations

import asyncio
import signal

import uvicorn
from fastapi import APIRouter, FastAPI
from fastapi.responses import JSONResponse, PlainTextResponse, Response
from prometheus_client import CONTENT_TYPE_LATEST, Gauge, generate_latest

from clinicflow import __version__, auth, telemetry
from clinicflow.embedded import checks
from clinicflow.embedded.hl7_doors import hl7_doors
from clinicflow.errors import ClinicflowError, StoreUnavailable
from clinicflow.gateway import http as gateway_http
from clinicflow.gateway import staff_http, unknown_paths
from clinicflow.gateway.services import Services
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store
from clinicflow.web import routes as web_routes

log = telemetry.log("clinicflow.serve")

LOOPBACK = frozenset({"127.0.0.1", "::1", "localhost"})
DRAIN_SECONDS = 3
"""How long open streams may go on at a stop; displays connect again by themselves."""

UNPLACED = Gauge("clinicflow_unplaced_events", "Accepted events that have no place in the log yet.")
BEHIND = Gauge("clinicflow_group_lag_events", "Placed events that a group has not applied yet.", ["group"])
WAITS = Gauge(
    "clinicflow_group_waits_seconds", "For how long the oldest placed event has waited for a group.", ["group"]
)
DEAD_LETTERS = Gauge("clinicflow_dead_letters_open", "Dead letters that wait for somebody.")
TIMERS_OVERDUE = Gauge("clinicflow_timers_overdue", "Timers that should have fired.")
FORGOTTEN = Gauge("clinicflow_forgotten_visits", "Patients in a clinic without an open task or a running timer.")
FORGOTTEN_SECONDS = Gauge(
    "clinicflow_forgotten_oldest_seconds", "For how long the first of them has been so; above 5 it is an alarm."
)


def create_app(services: Services) -> FastAPI:
    """The whole HTTP side of a process."""
    app = FastAPI(
        title="clinicflow", version=__version__, docs_url=None, redoc_url=None, openapi_url="/v1/openapi.json"
    )
    auth.install(app, services.settings, services.clock)
    unknown_paths.install(app)
    app.include_router(probes(services))
    app.include_router(gateway_http.router(services))
    app.include_router(staff_http.router(services))
    app.include_router(web_routes.router(services))
    return app


def probes(services: Services) -> APIRouter:
    """Liveness, readiness and metrics. Liveness asks nobody, so that a slow database restarts no process."""
    router = APIRouter(include_in_schema=False)

    @router.get("/livez")
    async def livez() -> PlainTextResponse:
        return PlainTextResponse("alive")

    @router.get("/readyz")
    async def readyz() -> JSONResponse:
        try:
            found = checks.of_health(await services.store.health())
        except StoreUnavailable as failure:
            found = [checks.Check("database", "fail", str(failure), "start PostgreSQL")]
        # A door is ready when it can store; what lags behind is shown, and alarmed by the metrics.
        ready = not any(check.name == "database" for check in found)
        body = {"ready": ready, "checks": [{"name": c.name, "grade": c.grade, "found": c.found} for c in found]}
        return JSONResponse(body, status_code=200 if ready else 503)

    @router.get("/metrics")
    async def metrics() -> Response:
        try:
            health = await services.store.health()
            await _forgotten(services)
        except StoreUnavailable:
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)
        UNPLACED.set(health.unplaced)
        DEAD_LETTERS.set(health.dead_letters)
        TIMERS_OVERDUE.set(health.timers_overdue)
        for group, parts in health.lag.items():
            BEHIND.labels(group).set(sum(parts.values()))
            WAITS.labels(group).set(health.waits_s.get(group, 0.0))
        return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

    return router


async def _forgotten(services: Services) -> None:
    """Count the patients whom nobody looks after."""
    found = [visit for org in await services.store.orgs() for visit in await services.store.forgotten(org)]
    FORGOTTEN.set(len(found))
    FORGOTTEN_SECONDS.set(max([0.0, *((services.clock() - visit.since) / 1e6 for visit in found)]))


async def run(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM. Raises ClinicflowError when an address may not be opened as asked."""
    _refuse_open_address(settings)
    store = await open_store(settings, max_size=16)
    try:
        services = Services(store, settings)
        async with hl7_doors(services):
            await _http(services)
    finally:
        await store.close()


async def _http(services: Services) -> None:
    settings = services.settings
    server = uvicorn.Server(
        uvicorn.Config(
            create_app(services),
            host=settings.bind,
            port=settings.http_port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=DRAIN_SECONDS,
            ssl_certfile=str(settings.tls_certificate) if settings.tls_certificate else None,
            ssl_keyfile=str(settings.tls_key) if settings.tls_key else None,
        )
    )
    loop = asyncio.get_running_loop()
    log.info("serving", address=settings.bind, port=settings.http_port)
    serving = asyncio.create_task(server.serve())
    for sig in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(sig, setattr, server, "should_exit", True)
    await serving


def _refuse_open_address(settings: Settings) -> None:
    secured = settings.tls_certificate is not None and settings.tls_key is not None
    if settings.bind not in LOOPBACK and not secured:
        raise ClinicflowError(
            f"expected CLINICFLOW_TLS_CERTIFICATE and CLINICFLOW_TLS_KEY to serve on {settings.bind}: "
            "without TLS only loopback is served"
        )
    if settings.demo and settings.bind not in LOOPBACK:
        raise ClinicflowError(
            f"expected loopback for the demo, but was asked to bind {settings.bind}: its sign-in asks for no password"
        )
