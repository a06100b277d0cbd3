"""Builds the notebooks of the lessons from their sources, `solutions/NN_topic.py`."""
