"""An order desk: `POST /orders` takes up to 100 pieces and refuses more; it counts both, and says so on two paths."""

import json
import os
import threading
import time
from http.client import HTTPConnection, HTTPException
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

MOST = 100
STARTED = str(time.time_ns())
placed = {"accepted": 0, "refused": 0}
lock = threading.Lock()


class Desk(BaseHTTPRequestHandler):
    """`/orders`, `/health` and `/metrics`."""

    def do_GET(self) -> None:
        """Answer that it lives, or what it has counted."""
        self.answer(200, exposition() if self.path == "/metrics" else "ok\n")

    def do_POST(self) -> None:
        """Take an order."""
        order = json.loads(self.rfile.read(int(self.headers["content-length"])))
        accepted = order["pieces"] <= MOST
        with lock:
            placed["accepted" if accepted else "refused"] += 1
        self.answer(201 if accepted else 422, "")

    def answer(self, status: int, text: str) -> None:
        """Send a short text."""
        self.send_response(status)
        self.send_header("content-type", "text/plain; version=0.0.4; charset=utf-8")
        self.send_header("content-length", str(len(text)))
        self.end_headers()
        self.wfile.write(text.encode())


def exposition() -> str:
    """Return what Prometheus scrapes."""
    counts = "".join(f'orders_placed_total{{outcome="{name}"}} {count}\n' for name, count in placed.items())
    return f"# HELP orders_placed_total Orders by what became of them.\n# TYPE orders_placed_total counter\n{counts}"


def push() -> None:
    """Send the same counts to the Collector, every second, for ever; a Collector that is away is asked again."""
    while True:
        now = str(time.time_ns())
        points = [
            {
                "attributes": [{"key": "outcome", "value": {"stringValue": name}}],
                "startTimeUnixNano": STARTED,
                "timeUnixNano": now,
                "asInt": str(count),
            }
            for name, count in placed.items()
        ]
        counter = {"aggregationTemporality": 2, "isMonotonic": True, "dataPoints": points}
        metric = {"name": "orders.placed", "description": "Orders by what became of them.", "sum": counter}
        resource = {"attributes": [{"key": "service.name", "value": {"stringValue": "orders"}}]}
        body = {"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [metric]}]}]}
        collector = HTTPConnection(os.environ["COLLECTOR"], timeout=5)
        try:
            collector.request("POST", "/v1/metrics", json.dumps(body), {"content-type": "application/json"})
            collector.getresponse()
        except (OSError, HTTPException) as error:
            print(f"not pushed: {error!r}", flush=True)
        finally:
            collector.close()
        time.sleep(1)


if __name__ == "__main__":
    threading.Thread(target=push, daemon=True).start()
    ThreadingHTTPServer(("", 8000), Desk).serve_forever()
