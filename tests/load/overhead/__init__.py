"""What observing costs: the same service image with telemetry off and on, in fine-grained interleaved pairs.

`python -m tests.load.overhead` measures on a ground of its own and needs neither pytest nor a standing stack.
"""
