"""One measurement, two paths: a Prometheus registry that is scraped, and pushed by OTLP as it stands."""
