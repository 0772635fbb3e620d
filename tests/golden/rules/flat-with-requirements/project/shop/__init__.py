"""Ours."""
