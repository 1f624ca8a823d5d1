"""Screens of appointments."""
