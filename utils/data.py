"""The data of the lessons: handwritten digits."""

import numpy as np

MAX_PIXEL = 16.0  # scikit-learn's pixels are 0 to 16


def load_digits(classes=(0, 1)):
    """Return the images `X` and labels `y` of scikit-learn's digits that are among `classes`.

    `X` (m, 64), float64, has an image of 8 x 8 pixels in each row, from 0 (paper) to 1 (ink). `y` (m,),
    int64, is the digit's position in `classes`, from 0.
    """
    from sklearn.datasets import load_digits as load

    images, digits = load(return_X_y=True)
    chosen = np.isin(digits, classes)
    position = {digit: index for index, digit in enumerate(classes)}
    y = np.array([position[digit] for digit in digits[chosen]], dtype=np.int64)
    return images[chosen].astype(np.float64) / MAX_PIXEL, y


def split(X, y, test_share=0.25, seed=0):
    """Shuffle the examples and return `(X_train, X_test, y_train, y_test)`.

    `X` (m, n) and `y` (m, ...) stay paired. The test set has `round(test_share * m)` examples. The same
    `seed` gives the same sets.
    """
    order = np.random.default_rng(seed).permutation(len(X))
    test, train = np.split(order, [round(test_share * len(X))])
    return X[train], X[test], y[train], y[test]
