"""What a person reads: verdicts as data, their renderings, and the explanations of misconceptions.

A verdict's sentences are made in `verdict_data.py` and `explanation.py`, and displayed by `render.py`.
"""
