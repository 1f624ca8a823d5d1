"""Bringing in what a shop has in its old program: any Excel or CSV file, mapped, tried first, then imported in chunks.

A domain registers a ``Profile`` in its ``imports.py``: which fields there are, how rows become units, and the command
that applies a chunk of units. The engine reads, maps, tries without writing, applies chunk by chunk (each chunk one
transaction, so a killed run resumes where it stopped), and keeps a report of every rejected or doubtful row.
Begin with ``profiles.py``, then ``trial.py`` (the dry run) and ``run.py``; ``sorting.py`` keeps the memory small.
"""
