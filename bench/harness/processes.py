# Processes and what they cost: starting them as an unprivileged user where they insist, CPU time and memory from /proc.
import os
import resource
import signal
import socket
import subprocess
import time

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")


class BenchError(Exception):
    """A measurement that cannot be trusted, or something that did not start: the run ends with this text."""


def as_postgres():
    """Arguments for subprocess that drop root: PostgreSQL refuses to run as root."""
    return {"user": "postgres", "group": "postgres", "extra_groups": []} if os.geteuid() == 0 else {}


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def stat_fields(pid):
    """/proc/PID/stat behind the command's name: [0] is the state, [1] the parent, [11..14] the CPU ticks."""
    with open(f"/proc/{pid}/stat", encoding="utf-8", errors="replace") as file:
        return file.read().rpartition(")")[2].split()


def children_of(pid):
    found = []
    for name in os.listdir("/proc"):
        if not name.isdigit():
            continue
        try:
            if int(stat_fields(name)[1]) == pid:
                found.append(int(name))
        except (OSError, IndexError):
            continue
    return found


def cpu_seconds(pid, with_children=False):
    """User and system time of a process; with its living children and those it has already buried."""
    fields = stat_fields(pid)
    ticks = int(fields[11]) + int(fields[12])
    if with_children:
        ticks += int(fields[13]) + int(fields[14])
        for child in children_of(pid):
            try:
                own = stat_fields(child)
                ticks += int(own[11]) + int(own[12])
            except OSError:
                continue
    return ticks / TICKS_PER_SECOND


def resident_mb(pid):
    with open(f"/proc/{pid}/status", encoding="utf-8") as file:
        for line in file:
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
    raise BenchError(f"no VmRSS of process {pid}")


def run(command, **options):
    """Runs to the end; returns the output and the CPU seconds it took; a failure ends the bench."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    options = {"capture_output": True, "text": True, "timeout": 120} | options
    done = subprocess.run(command, check=False, **options)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise BenchError(f"{' '.join(command)[:300]}\n{(done.stderr or '')[-2000:]}{(done.stdout or '')[-500:]}")
    return done.stdout, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def stop(process, how=signal.SIGTERM, patience_s=15):
    """Ends a process of ours and waits for it."""
    if process is None or process.poll() is not None:
        return
    process.send_signal(how)
    try:
        process.wait(patience_s)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def wait_until(condition, what, patience_s=30, step_s=0.02):
    deadline = time.monotonic() + patience_s
    while not condition():
        if time.monotonic() > deadline:
            raise BenchError(f"{what} was not ready after {patience_s} s")
        time.sleep(step_s)
