"""The handwritten digits of the lessons."""

import numpy as np

FULL_INK = 16.0  # scikit-learn stores a pixel as 0 to 16


def load_digits(classes=(0, 1)):
    """Return `(X, y)`: the images of scikit-learn's digits that show one of `classes`.

    `X` (m, 64) float64, a row an image, pixels from 0 to 1; `y` (m,) int64, the position of the
    digit in `classes`, from 0.
    """
    from sklearn.datasets import load_digits as load

    images, digits = load(return_X_y=True)
    chosen = np.isin(digits, classes)
    position = {digit: index for index, digit in enumerate(classes)}
    y = np.array([position[digit] for digit in digits[chosen]], dtype=np.int64)
    return images[chosen].astype(np.float64) / FULL_INK, y


def split(X, y, test_share=0.25, seed=0):
    """Return `(X_train, X_test, y_train, y_test)`: the same shuffle for the same seed.

    `X` (m, n) and `y` (m, ...) stay paired; the test part has `round(test_share * m)` examples.
    """
    order = np.random.default_rng(seed).permutation(len(X))
    test, train = np.split(order, [round(test_share * len(X))])
    return X[train], X[test], y[train], y[test]
