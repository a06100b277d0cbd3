"""Keras itself, all in float64, to hold references and formulas against."""

from contextlib import contextmanager

from utils.tensorflow import import_tensorflow


@contextmanager
def float64():
    """Let Keras compute everything in float64, and leave it as it was."""
    config = import_tensorflow().keras.config
    policy, floatx = config.dtype_policy(), config.floatx()
    config.set_dtype_policy("float64")
    config.set_floatx("float64")
    try:
        yield
    finally:
        config.set_dtype_policy(policy)
        config.set_floatx(floatx)


def keras_history(X, Y, params, learning_rate, epochs, batch_size):
    """Return `(params, losses)` of a sigmoid network after `keras.Model.fit(shuffle=False)`."""
    keras = import_tensorflow().keras
    names = [f"{kind}{layer}" for layer in range(1, len(params) // 2 + 1) for kind in "Wb"]
    with float64():
        units = [len(params[name]) for name in names if name[0] == "b"]
        layers = [keras.layers.Dense(count, activation="sigmoid") for count in units]
        model = keras.Sequential([keras.Input((X.shape[1],)), *layers])
        model.set_weights([params[name] for name in names])
        model.compile(loss="binary_crossentropy", optimizer=keras.optimizers.SGD(float(learning_rate)))
        how = {"epochs": epochs, "batch_size": batch_size, "shuffle": False, "verbose": 0}
        done = model.fit(X.astype(float), Y.astype(float), **how)
        return dict(zip(names, model.get_weights(), strict=True)), done.history["loss"]


def keras_steps(start, gradients, beta_1, beta_2, learning_rate=0.001, epsilon=1e-7):
    """Return `(parameter, m, v)` after each step of Keras's Adam from the array `start`."""
    tf = import_tensorflow()
    found = []
    with float64():
        optimizer = tf.keras.optimizers.Adam(learning_rate, beta_1, beta_2, epsilon)
        variable = tf.keras.Variable(start, dtype="float64")
        optimizer.build([variable])
        for gradient in gradients:
            optimizer.apply([tf.constant(gradient, tf.float64)])
            m, v = (v for v in optimizer.variables if "momentum" in v.path or "velocity" in v.path)
            found.append(tuple(array.numpy() for array in (variable, m, v)))
    return found
