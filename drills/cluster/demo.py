"""The demonstration on a cluster."""

import os
import signal
import subprocess
import sys
from contextlib import suppress

from drills.cluster.servers import OWNER, PASSWORD, DatabaseCluster
from drills.faults.processes import ROOT, die_with

STOP_SECONDS = 30


def demo(cluster: DatabaseCluster, *, port: int) -> int:
    """Run bin/demo on a new cluster until Ctrl-C; then stop bin/demo and the servers."""
    process = None
    try:
        cluster.make()
        address = cluster.url(OWNER, PASSWORD)
        print(f"DATABASE_URL={address}\nDATABASE_CLUSTER=true", flush=True)
        process = subprocess.Popen(
            [sys.executable, "bin/demo", f"--port={port}"],
            cwd=ROOT,
            env=os.environ | {"DATABASE_URL": address, "DATABASE_CLUSTER": "true"},
            start_new_session=True,
            preexec_fn=die_with(os.getpid()),
        )
        return process.wait()
    finally:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        if process is not None and process.poll() is None:
            process.terminate()
            with suppress(subprocess.TimeoutExpired):
                process.wait(timeout=STOP_SECONDS)
            process.kill()
        cluster.stop()
