"""The headings of the lesson that exercises and misconceptions point to."""

FORWARD = "1.1 A layer is a dict"
BACKWARD = "2.1 What comes back to a layer"
SHARES = "3.4 Never quite sure"
TRAINING = "4.1 What the loop has to do"
