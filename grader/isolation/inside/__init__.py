"""What is mounted into a sandbox, beside `grader.learner`, and runs there."""
