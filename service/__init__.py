"""The Configuration Service: applications and their configurations over HTTP, measured on two paths."""

__version__ = "0.1.0"
