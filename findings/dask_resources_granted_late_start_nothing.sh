#!/usr/bin/env bash
# A Dask task that waits for a resource goes on waiting when a running worker is granted that resource.
#
# distributed 2026.8.0, Python 3.11: `Worker.set_resources` tells the scheduler, which notes the resource, but looks again at no
# task in the state "no-worker", not even when another worker joins that lacks the resource. A task that is submitted after the
# grant starts at once. So a worker that tests itself first (for a sandbox, a GPU, a licence)
# and then grants a resource must do so before the client submits, or the first tasks wait for ever, without a message.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv"
"$folder/venv/bin/pip" install --quiet --disable-pip-version-check distributed==2026.8.0 dask==2026.8.0

cat >"$folder/grant_late.py" <<'PYTHON'
"""Submits a task that needs a resource, grants the resource to a running worker, and prints what happens."""
import sys
import time

from distributed import Client, LocalCluster


async def grant(dask_worker):
    await dask_worker.set_resources(sandbox=1)


async def state_of(key, dask_scheduler):
    return dask_scheduler.tasks[key].state


if __name__ == "__main__":
    options = {"n_workers": 1, "threads_per_worker": 1, "processes": False, "dashboard_address": None}
    with LocalCluster(**options) as cluster, Client(cluster) as client:
        early = client.submit(int, 1, key="early", resources={"sandbox": 1})
        time.sleep(0.5)
        client.run(grant)
        time.sleep(5)
        states = [client.run_on_scheduler(state_of, "early")]
        late = client.submit(int, 2, key="late", resources={"sandbox": 1})
        states.append(f"late task gave {late.result(timeout=10)}")
        states.append(client.run_on_scheduler(state_of, "early"))
        cluster.scale(2)
        client.wait_for_workers(2)
        time.sleep(2)
        states.append(client.run_on_scheduler(state_of, "early"))
        print("five seconds after the grant: {}; {}; the early one then: {}; with a second worker: {}".format(*states))
        as_seen = ["no-worker", "late task gave 2", "no-worker", "no-worker"]
        sys.exit(None if states == as_seen else "This has changed.")
PYTHON
"$folder/venv/bin/python" "$folder/grant_late.py"
