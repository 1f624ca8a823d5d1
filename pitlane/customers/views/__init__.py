"""Screens of customers, by document."""
