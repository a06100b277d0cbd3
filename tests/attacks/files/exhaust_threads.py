"""As many threads as there can be, none of which ends."""

import threading
import time

COUNT = 0
try:
    while COUNT < 10**5:
        threading.Thread(target=time.sleep, args=(600,), daemon=False).start()
        COUNT += 1
except (RuntimeError, MemoryError):
    pass


def output_delta(A, Y):
    raise ValueError(f"{COUNT} threads")
