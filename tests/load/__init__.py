"""Load that follows the clock: scenarios as data, an open-loop generator, and results whose counts are exact.

Plain code, usable alone: `python -m tests.load run --url URL --rate 100 --duration 20`.
"""
