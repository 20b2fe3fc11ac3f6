# A PostgreSQL cluster of the bench's own: durable as production is, Unix socket only, gone afterwards.
import glob
import os
import re
import shutil
import signal
import subprocess

from harness.processes import BenchError, as_postgres, cpu_seconds, run, stop, wait_until

PROGRAMS = "/usr/lib/postgresql/15/bin"
# Durable, and without checkpoints or vacuums of its own in the middle of a round: the bench vacuums between rounds.
SETTINGS = {
    "listen_addresses": "", "max_connections": "100", "fsync": "on", "synchronous_commit": "on",
    "full_page_writes": "on", "shared_buffers": "512MB", "max_wal_size": "8GB", "checkpoint_timeout": "30min",
    "autovacuum": "off", "timezone": "UTC",
}


class Database:
    def __init__(self, folder):
        self.sockets = os.path.join(folder, "pg")
        self.data = os.path.join(self.sockets, "data")
        self.url = f"postgresql://postgres@/marque?host={self.sockets}"
        self.process = None
        os.mkdir(self.sockets, 0o700)
        if os.geteuid() == 0:
            shutil.chown(self.sockets, "postgres", "postgres")

    def start(self):
        initdb = [f"{PROGRAMS}/initdb", "-D", self.data, "-U", "postgres", "-A", "trust", "-E", "UTF8"]
        run(initdb + ["--locale=C.UTF-8"], cwd=self.sockets, **as_postgres())
        command = [f"{PROGRAMS}/postgres", "-D", self.data, "-k", self.sockets]
        for name, value in SETTINGS.items():
            command += ["-c", f"{name}={value}"]
        with open(os.path.join(self.sockets, "log"), "w", encoding="utf-8") as log:
            self.process = subprocess.Popen(command, cwd=self.sockets, stdout=log, stderr=log, **as_postgres())
        wait_until(self.answers, "PostgreSQL")
        self.sql("CREATE DATABASE marque", database="postgres")

    def answers(self):
        if self.process.poll() is not None:
            raise BenchError("PostgreSQL ended while starting; see its log")
        ask = ["psql", "-h", self.sockets, "-U", "postgres", "-d", "postgres", "-c", ""]
        return subprocess.run(ask, check=False, capture_output=True).returncode == 0

    def stop(self):
        stop(self.process, signal.SIGINT)

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid, with_children=True)

    def sql(self, text, database="marque"):
        """Runs SQL as superuser; returns the rows as lists of texts."""
        command = ["psql", "-h", self.sockets, "-U", "postgres", "-d", database, "-XqAt", "-F", "\t",
                   "-v", "ON_ERROR_STOP=1", "-f", "-"]
        out, _ = run(command, input=text)
        return [line.split("\t") for line in out.splitlines()]

    def settle(self):
        """Between rounds, in the place of autovacuum: dead rows removed and statistics fresh, so that every round finds
        the same and long-lived connections plan anew."""
        self.sql("VACUUM (ANALYZE)")

    def pgbench(self, script, clients, seconds, variables=None, slowest_ms=None):
        """Runs a script as the market's role; returns transactions/s, their number, and pgbench's CPU seconds."""
        times = os.path.join(self.sockets, "pgbench-times")
        command = ["pgbench", "-h", self.sockets, "-U", "postgres", "-n", "-M", "prepared", "-c", str(clients),
                   "-j", "2", "-T", str(seconds), "-f", script]
        if slowest_ms is not None:
            command += ["--log", f"--log-prefix={times}"]
        for name, value in (variables or {}).items():
            command += ["-D", f"{name}={value}"]
        environment = os.environ | {"PGOPTIONS": "-c role=marque_kg -c jit=off"}
        out, cpu = run(command + ["marque"], env=environment, timeout=seconds + 60)
        failed = re.search(r"number of failed transactions: (\d+)", out)
        if not failed or failed.group(1) != "0":
            raise BenchError(f"pgbench had failures:\n{out}")
        rate = float(re.search(r"tps = ([\d.]+)", out).group(1))
        number = int(re.search(r"number of transactions actually processed: (\d+)", out).group(1))
        if slowest_ms is not None:
            slowest_ms.append(percentile_99_ms(times))
        return rate, number, cpu


def percentile_99_ms(prefix):
    """Of the transactions that pgbench has logged (the third column, microseconds); the logs are removed."""
    times = []
    for name in glob.glob(f"{prefix}.*"):
        with open(name, encoding="ascii") as file:
            times += [int(line.split()[2]) for line in file]
        os.remove(name)
    return sorted(times)[len(times) * 99 // 100] / 1000
