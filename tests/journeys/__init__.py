"""Stories of the shop's day through many domains: real parts, no mocks. Begin with ``test_one_day.py``."""
