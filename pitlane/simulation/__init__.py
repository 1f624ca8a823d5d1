"""Simulation: the demo chain, built through the same commands that people use. Same seed, same data.

Begin with ``chain.py`` (what a believable shop looks like) and ``day.py`` (one simulated day). ``bulk.py`` fills large
benchmarks without commands.
"""
