"""Who is compared: one image, and what each variant's environment says about telemetry."""

from collections.abc import Mapping
from dataclasses import dataclass

_COLLECTOR = "http://otel-collector:4318"
_NOWHERE = {"OTEL_EXPORTER_OTLP_ENDPOINT": ""}
_PUSHED = {"OTEL_EXPORTER_OTLP_ENDPOINT": _COLLECTOR}
_TRACED = {"OTEL_TRACES_EXPORTER": "otlp", "OTEL_TRACES_SAMPLER_ARG": "0.01"}


@dataclass(frozen=True)
class Variant:
    """One way to run the service; `scraped` ones are asked for `/metrics` as Prometheus asks."""

    name: str
    environment: Mapping[str, str]
    scraped: bool = False


OFF = Variant("off", {"OTEL_SDK_DISABLED": "true", **_NOWHERE})
FLOOR = Variant("off again", OFF.environment)
"""The same once more: what its ratio differs from 1 is what this measurement cannot resolve."""
SCRAPE = Variant("scrape", _NOWHERE, scraped=True)
OTLP = Variant("otlp", _PUSHED)
BOTH = Variant("both", _PUSHED, scraped=True)
TRACES = Variant("both and traces", {**_PUSHED, **_TRACED}, scraped=True)

VARIANTS = (OFF, FLOOR, SCRAPE, OTLP, BOTH, TRACES)
DECIDING = (OFF, FLOOR, BOTH)
"""What a verdict rests on: the base, what cannot be told from it, and what something is wanted of."""
