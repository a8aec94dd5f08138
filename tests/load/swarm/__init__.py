"""A run of load that several Locust workers share: what each worker does, and what their master says to them.

Imported by locustfile.py alone, in Locust's own processes, after Locust has patched their sockets.
"""
