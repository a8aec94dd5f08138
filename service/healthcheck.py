"""Asks this container's /ready once; exit code 0 if it answers 200 within two seconds.

Needs nothing but the interpreter, so that a probe stays cheap: ``python -I -S /app/service/healthcheck.py``.
"""

import os
import socket
import sys


def ready(port: int, timeout: float = 2.0) -> bool:
    """Whether the service on this machine says that it is ready."""
    try:
        with socket.create_connection(("127.0.0.1", port), timeout) as connection:
            connection.sendall(b"GET /ready HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
            return connection.recv(12) == b"HTTP/1.1 200"
    except OSError:
        return False


if __name__ == "__main__":
    sys.exit(0 if ready(int(os.environ.get("HTTP_PORT") or 8000)) else 1)
