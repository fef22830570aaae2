"""Measurements of quality and speed against peers; never part of the tests. `python -m benchmarks` lists them."""
