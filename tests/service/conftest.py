"""The stage of the component tests; everything is in the modules beside this file."""

from tests.service.stage import client, launch, postgres, receiver, relay, service

__all__ = ["client", "launch", "postgres", "receiver", "relay", "service"]
