"""The proof around a run of load: what the stack did meanwhile, and whether every station tells the same story.

Plain code: `living.live_through` lives through one scenario and returns a `Course`, which the tests of tests/load ask.
"""
