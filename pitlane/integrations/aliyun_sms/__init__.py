"""Alibaba Cloud SMS."""
