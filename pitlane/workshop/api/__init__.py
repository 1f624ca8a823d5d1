"""The API of the workshop: orders, lines, work, quality, money."""

from . import floor, lines, money, orders, papers, quality
from .schemas import router

__all__ = ["floor", "lines", "money", "orders", "papers", "quality", "router"]
