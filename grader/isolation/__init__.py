"""Runs a learner's code in a sandbox: a process that can reach nothing but a few read-only files.

Plain data crosses the border, never pickles. A call takes this way:

    submission.py     SubmissionProcess: runs a file or cells, calls functions, restarts after a crash
    process.py        WorkerProcess: sends a request, waits for the reply until a deadline
    inside/wire.py    the border: a message as bytes, and how an untrusted message is read
    replies.py        a reply as an `Outcome`; malformed replies are refused
    inside/           everything that runs in the sandbox (its own list: `inside/__init__.py`)

The sandbox itself:

    sandbox.py        fork servers and the sandboxes that they fork; `check_available` fails closed
    bubblewrap.py     what is mounted, as which user and with which namespaces
    packages.py       which installed packages are mounted
    seccomp.py        the filter: which system calls are denied, and why
    run_lock.py       which sandboxes may not live at the same time
    limits.py         how much time, memory and output a submission may use, and who decides
    unconfined.py     a worker without a sandbox, for `--no-isolation`
    foreign_text.py   what a terminal and a log show of strangers' text
"""
