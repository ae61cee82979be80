"""Measures of the product from the outside: real processes, real HTTP, a made-up workspace at the hub's stand-in.

`make bench` runs `python -m benchmarks`. Tests count work and never time it; here time is what counts.
"""
