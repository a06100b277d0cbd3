"""The feedback page of a submission: one HTML file without scripts, whose parts from learners do nothing."""
