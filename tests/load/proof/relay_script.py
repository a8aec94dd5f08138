"""Runs in a container: answers each request with what a URL inside the network answers at that moment.

Sent as text to `python -c`; standard library only. Argument: the URL.
"""

import sys
import urllib.error
import urllib.request
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Relay(BaseHTTPRequestHandler):
    """GET asks there; no answer is 502."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        """Ask, and pass on status and body."""
        try:
            with urllib.request.urlopen(sys.argv[1], timeout=5) as answer:  # noqa: S310  # the suite's own address
                status, body = answer.status, answer.read()
        except urllib.error.HTTPError as error:
            status, body = error.code, error.read()
        except OSError as error:
            status, body = 502, repr(error).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing: the answers are the record."""


if __name__ == "__main__":
    ThreadingHTTPServer(("", 8080), Relay).serve_forever()
