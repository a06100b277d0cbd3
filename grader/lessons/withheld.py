"""The functions of `utils.network` that the answers of a lesson may not call.

They do what this lesson, or one after it, asks for. Notebooks have them for their own cells: lesson 1 trains
a network before anybody has written one, lesson 4 walks back from other costs. Lessons 5 to 7 withhold none.
"""

_GRADIENTS = frozenset({"backward", "backward_softmax", "walk_back"})
_SOFTMAX = frozenset({"softmax", "sparse_cross_entropy"})
_FORWARD = frozenset({"initialize", "forward", "binary_cross_entropy"})

LESSON_1 = LESSON_2 = _FORWARD | _SOFTMAX | _GRADIENTS
LESSON_3 = LESSON_4 = _SOFTMAX | _GRADIENTS
