"""Runs a learner's file in a process of its own and lets plain data, nothing else, cross the border."""
