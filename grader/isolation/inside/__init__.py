"""Everything that runs in a sandbox. Only this folder, `grader.learner` and `utils` are mounted there.

    forkserver.py         forks a process for each submission
    namespaces.py         separates that process from all others, gives it an empty folder
    confine.py            gives up its user and capabilities, applies the limits and the system call filter
    request_loop.py       the setup message, then requests and replies
    wire.py               messages as bytes; `sanitize_text.py` removes control characters from their text
    audit.py              records attempts that the sandbox refuses
    missing_libraries.py  placeholders for TensorFlow and other autodiff libraries
    preload.py            the modules that a fork server imports for all notebooks with outputs
    function_worker.py    a worker: runs code and calls functions, to judge them
    code_runner.py        runs a file or a cell, statement by statement; `lazy_cells.py` defers statements
    notebook_worker.py    a worker: runs cells in IPython, to record their outputs (`output_limits.py`)
    grader_stub.py        mounted as `grader` itself: an empty `check`

Nothing here imports the rest of `grader`.
"""
