"""The screens as a process, without HL7 doors, whose ports are fixed in bundles."""

from __future__ import annotations

import asyncio

import uvicorn

from clinicflow import auth
from clinicflow.embedded.serve import create_app
from clinicflow.gateway.services import Services
from clinicflow.settings import Settings
from clinicflow.store.opening import open_store


async def main() -> None:
    """Serve until stopped."""
    settings = Settings()
    store = await open_store(settings)
    services = Services(store, settings)
    app = create_app(services)
    if not hasattr(app.state, "authenticator"):
        auth.install(app, settings, services.clock)
    config = uvicorn.Config(app, host="127.0.0.1", port=settings.http_port, log_config=None, access_log=False)
    try:
        await uvicorn.Server(config).serve()
    finally:
        await store.close()


if __name__ == "__main__":
    asyncio.run(main())
