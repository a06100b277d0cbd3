"""Reads a submission and undoes what happened to the cells of the release; its answers are never changed."""
