"""uvicorn as this service runs it: one process, a bounded drain, and a last resort under five seconds."""

import os
import socket
import threading
import time
from pathlib import Path
from types import FrameType

import uvicorn
from uvicorn.supervisors import ChangeReload

from service.app import create_app
from service.connections import KERNEL_BYTES, Connection, end_overdue
from service.settings import Settings

DRAIN_SECONDS = 3
"""How long requests in flight may take after SIGTERM."""
TICKS_A_LOOK = 2
"""uvicorn ticks ten times a second; with each such number of ticks overdue connections are looked for."""
LAST_RESORT_SECONDS = 4.5
"""After this the process ends whatever still hangs; all that matters has had its own, shorter bound."""


class Server(uvicorn.Server):
    """Ends overdue connections, and starts the last resort's clock when it is told to stop."""

    async def on_tick(self, counter: int) -> bool:
        """Look after the connections; whether to stop is uvicorn's to say."""
        if counter % TICKS_A_LOOK == 0:
            end_overdue(self.server_state.connections, time.monotonic())
        return await super().on_tick(counter)

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        """Begin the drain."""
        clock = threading.Timer(LAST_RESORT_SECONDS, os._exit, (0,))
        clock.daemon = True
        clock.start()
        super().handle_exit(sig, frame)


def serve(settings: Settings, *, reload: bool) -> None:
    """Serve until a signal ends it; with ``reload`` a new process begins whenever a source file here changes."""
    config = uvicorn.Config(
        "service.app:from_environment" if reload else create_app(settings),
        factory=reload,
        reload=reload,
        reload_dirs=[str(Path(__file__).parent)] if reload else None,
        host="0.0.0.0",  # noqa: S104  # the container's own network decides who reaches it
        port=settings.http_port,
        loop="uvloop",
        http=Connection,
        ws="none",
        lifespan="on",
        log_config=None,
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=DRAIN_SECONDS,
    )
    listening = config.bind_socket()
    for way in (socket.SO_SNDBUF, socket.SO_RCVBUF):
        listening.setsockopt(socket.SOL_SOCKET, way, KERNEL_BYTES)
    if reload:
        ChangeReload(config, target=Server(config).run, sockets=[listening]).run()
    else:
        Server(config).run([listening])
