"""What runs in the same process as a learner's code, in a notebook and in a sandbox alike.

    call.py                 calls a function with a time limit and returns an `Outcome`
    plain_data.py           turns what a function returns into plain data
    functions.py            the functions that an exercise passes to a learner's code
    forbidden_libraries.py  finds out whether a function uses one
    library_code.py         tells a learner's code from that of libraries
    ipython_errors.py       short messages in IPython for unfinished exercises and a missing TensorFlow

It imports nothing but the standard library, NumPy and `utils`.
"""
