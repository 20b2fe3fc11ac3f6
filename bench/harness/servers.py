# The two servers that are compared: the release binary of Marque, and nginx serving the same bytes from a file.
import http.client
import os
import signal
import subprocess
import time

from harness.processes import BenchError, children_of, cpu_seconds, free_port, resident_mb, stop, wait_until

SECRET = "a-secret-of-the-bench-only-0123456789abcdef"
WEBHOOK_SECRET = "whsec_of_the_bench_only_0123456789"
# What a browser sends, without Accept-Encoding: both must send the same plain bytes.
HEADERS = {
    "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36",
    "Accept": "application/json, text/plain, */*",
    "Accept-Language": "en-US,en;q=0.9,ru;q=0.8",
    "Referer": "http://localhost/shop/women/dresses",
    "Sec-Fetch-Dest": "empty",
    "Sec-Fetch-Mode": "cors",
    "Sec-Fetch-Site": "same-origin",
    "Cookie": "consent=1; theme=dark",
}


def fetch(port, path, headers=None):
    """Status and body; status 0 while nobody listens."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=headers or HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.read()
    except OSError:
        return 0, b""
    finally:
        connection.close()


def tag_of(port, path):
    """The ETag of an answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", path, headers=HEADERS)
        answer = connection.getresponse()
        answer.read()
        return answer.getheader("ETag")
    finally:
        connection.close()


class Marque:
    def __init__(self, binary, folder, environment):
        self.binary, self.folder, self.process, self.port = binary, folder, None, 0
        self.environment = {"PATH": os.environ["PATH"], "ENVIRONMENT": "development", "LOG_LEVEL": "warning",
                            "JWT_SECRET": SECRET, "STRIPE_WEBHOOK_SECRET": WEBHOOK_SECRET,
                            "MARQUE_DATA_DIR": os.path.join(folder, "data")} | environment

    def run(self, *arguments):
        done = subprocess.run([self.binary, *arguments], check=False, cwd=self.folder, env=self.environment,
                              capture_output=True, text=True, timeout=120)
        if done.returncode != 0:
            raise BenchError(f"marque {' '.join(arguments)} failed:\n{done.stderr[-2000:]}")

    def start(self, *arguments, **environment):
        """Starts to serve; returns the milliseconds from there to the first product list that was answered."""
        self.port = free_port()
        wanted = self.environment | {"PORT": str(self.port)} | environment
        with open(os.path.join(self.folder, "marque.log"), "a", encoding="utf-8") as log:
            started = time.monotonic()
            self.process = subprocess.Popen([self.binary, "serve", *arguments], cwd=self.folder, env=wanted,
                                            stdout=log, stderr=log)
        wait_until(self.answers, "marque", patience_s=60, step_s=0.001)
        return (time.monotonic() - started) * 1000

    def answers(self):
        if self.process.poll() is not None:
            with open(os.path.join(self.folder, "marque.log"), encoding="utf-8") as log:
                raise BenchError(f"marque ended while starting:\n{log.read()[-2000:]}")
        return fetch(self.port, "/api/v1/products?market=kg&limit=1")[0] == 200

    def stop(self):
        stop(self.process)

    def pause(self):
        """While its rival is measured: the outbox relay must not take part."""
        self.process.send_signal(signal.SIGSTOP)

    def resume(self):
        self.process.send_signal(signal.SIGCONT)

    def cpu_seconds(self):
        return cpu_seconds(self.process.pid)

    def resident_mb(self):
        return resident_mb(self.process.pid)


NGINX_CONFIG = """
{user}worker_processes 2;
daemon off;
pid {folder}/pid;
error_log {folder}/error.log warn;
events {{ worker_connections 1024; }}
http {{
    access_log off;
    sendfile on;
    tcp_nopush on;
    keepalive_requests 1000000000;
    open_file_cache max=100;
    client_body_temp_path {folder}/t1;
    proxy_temp_path {folder}/t2;
    fastcgi_temp_path {folder}/t3;
    uwsgi_temp_path {folder}/t4;
    scgi_temp_path {folder}/t5;
    server {{
        listen 127.0.0.1:{port} reuseport;
        default_type application/json;
{locations}
    }}
}}
"""


class Nginx:
    """Serves each path's bytes from a file; a tuned nginx, since it stands for the limit."""

    def __init__(self, folder):
        self.folder, self.port, self.process = os.path.join(folder, "nginx"), free_port(), None
        os.mkdir(self.folder)

    def start(self, bodies):
        locations = []
        for number, (path, body) in enumerate(bodies.items()):
            name = os.path.join(self.folder, f"{number}.json")
            with open(name, "wb") as file:
                file.write(body)
            locations.append(f"        location = {path.partition('?')[0]} {{ alias {name}; }}")
        user = "user root;\n" if os.geteuid() == 0 else ""
        config = os.path.join(self.folder, "nginx.conf")
        with open(config, "w", encoding="utf-8") as file:
            file.write(NGINX_CONFIG.format(user=user, folder=self.folder, port=self.port,
                                           locations="\n".join(locations)))
        self.process = subprocess.Popen(["/usr/sbin/nginx", "-e", f"{self.folder}/error.log", "-c", config])
        wait_until(lambda: all(fetch(self.port, path)[1] == body for path, body in bodies.items()), "nginx", 10)

    def stop(self):
        stop(self.process)

    def cpu_seconds(self):
        return sum(cpu_seconds(worker) for worker in children_of(self.process.pid))
