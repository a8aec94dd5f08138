"""The scraped path: which text format a scraper wants, and whether compressed."""

import gzip
from collections.abc import Iterator

from prometheus_client import CONTENT_TYPE_PLAIN_0_0_4, CollectorRegistry, generate_latest
from prometheus_client.openmetrics import exposition as openmetrics


def render(registry: CollectorRegistry, accept: str, accept_encoding: str) -> tuple[bytes, dict[str, str]]:
    """The exposition and its headers: OpenMetrics 1.0 if wanted at least as much as plain text, else classic."""
    headers = {"vary": "Accept, Accept-Encoding"}
    wanted = dict(_weights(accept))
    plain = max(wanted.get("text/plain", 0.0), wanted.get("text/*", 0.0), wanted.get("*/*", 0.0))
    if 0 < wanted.get("application/openmetrics-text", 0.0) >= plain:
        # Every name here is plain ASCII, which this escaping leaves alone; the default looks at each character.
        body = openmetrics.generate_latest(registry, openmetrics.ALLOWUTF8)  # type: ignore[no-untyped-call]
        headers["content-type"] = openmetrics.CONTENT_TYPE_LATEST
    else:
        body = generate_latest(registry, openmetrics.ALLOWUTF8)
        headers["content-type"] = CONTENT_TYPE_PLAIN_0_0_4
    if dict(_weights(accept_encoding)).get("gzip", 0.0) > 0:
        body = gzip.compress(body, compresslevel=1)
        headers["content-encoding"] = "gzip"
    return body, headers


def _weights(header: str) -> Iterator[tuple[str, float]]:
    """Each token of an Accept header with its weight; of a token that stands twice, the first is the heavier here."""
    parsed = []
    for part in header.split(","):
        token, *parameters = (piece.strip().lower() for piece in part.split(";"))
        weight = 1.0
        for parameter in parameters:
            name, _, value = parameter.partition("=")
            if name.strip() == "q":
                try:
                    weight = float(value)
                except ValueError:
                    weight = 0.0
        parsed.append((token, weight))
    yield from sorted(parsed, key=lambda pair: pair[1])
