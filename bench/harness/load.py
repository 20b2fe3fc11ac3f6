# Load over HTTP with wrk: the same request again and again, or prepared requests from a file.
import json
import os
import re

from harness.processes import BenchError, run
from harness.servers import HEADERS

THREADS = 2
SCRIPT = os.path.join(os.path.dirname(os.path.abspath(__file__)), "load.lua")


def wrk(port, connections, seconds, path="/", requests_file=None, once=False, headers=None,
        slowest_ms=None):
    """Returns requests/s, their number, and wrk's CPU seconds. Anything but good answers ends the bench.
    `slowest_ms`: a list that takes the 99th percentile of prepared requests."""
    command = ["wrk", f"-t{THREADS}", f"-c{connections}", f"-d{seconds}s", "--timeout", "10s"]
    for name, value in (HEADERS | (headers or {})).items():
        command += ["-H", f"{name}: {value}"]
    if requests_file:
        mode = "once" if once else "cycle"
        command += ["-s", SCRIPT, f"http://127.0.0.1:{port}", "--", requests_file, str(THREADS), mode]
        out, cpu = run(command, timeout=seconds + 60)
        result = scripted_result(out)
        if slowest_ms is not None:
            slowest_ms.append(result["p99_ms"])
        return result["requests"] / result["seconds"], result["requests"], cpu
    out, cpu = run(command + [f"http://127.0.0.1:{port}{path}"], timeout=seconds + 60)
    if "Non-2xx" in out or "Socket errors" in out:
        raise BenchError(f"not every answer was good:\n{out}")
    number, length = re.search(r"(\d+) requests in ([\d.]+)s", out).groups()
    return float(re.search(r"Requests/sec:\s+([\d.]+)", out).group(1)), int(number), cpu


def scripted_result(out):
    found = re.search(r"RESULT (\{.*\})", out)
    if not found:
        raise BenchError(f"wrk said no result:\n{out[-2000:]}")
    result = json.loads(found.group(1))
    if result["refused"] or result["broken"]:
        raise BenchError(f"not every answer was good: {result}")
    if result["exhausted"]:
        raise BenchError(f"more requests were answered than prepared: {result}")
    return result


def write_requests(name, requests):
    with open(name, "wb") as file:
        file.write(b"\0".join(requests))


def http_request(verb, path, token, body="", extra=""):
    """The bytes of one request with the same headers as everywhere; without a token it is a guest's."""
    lines = [f"{verb} {path} HTTP/1.1", "Host: localhost"] + [f"{name}: {value}" for name, value in HEADERS.items()]
    if token:
        lines.append(f"Authorization: Bearer {token}")
    if body:
        lines += ["Content-Type: application/json", f"Content-Length: {len(body.encode())}"]
    if extra:
        lines.append(extra)
    return ("\r\n".join(lines) + "\r\n\r\n" + body).encode()
