"""Benchmarks on a database of their own: how fast the front desk is, how many orders a server carries.

``databases`` makes the database, ``ground`` fills it, ``pages`` measures screens, ``lifecycle`` whole orders through
the API, ``handmade`` the same rows by hand-made SQL, ``report`` shows it all. See ``bench/README.md``.
"""
