"""Compares answers with their references and finds out why they differ."""
