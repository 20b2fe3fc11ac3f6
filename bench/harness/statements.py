# The server's own SQL, read out of its queries.h files and turned into pgbench scripts: the limit runs the same text.
import os
import re

from harness.processes import BenchError

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
DECLARED = re.compile(r'\{\s*"(\w+\.\w+)",\s*R"\((.*?)\)"\}', re.S)


def all_statements():
    """name -> SQL with $1, $2 …"""
    found = {}
    for folder in ("src/features/cart", "src/features/orders", "src/features/payments", "src/work"):
        with open(os.path.join(ROOT, folder, "queries.h"), encoding="utf-8") as file:
            found |= dict(DECLARED.findall(file.read()))
    return found


class Script:
    """A pgbench script in the making."""

    def __init__(self):
        self.statements, self.lines = all_statements(), []

    def set(self, name, expression):
        self.lines.append(f"\\set {name} {expression}")
        return self

    def raw(self, line):
        self.lines.append(line)
        return self

    def call(self, name, *arguments):
        """One statement of the server; arguments are pgbench variables or SQL, in the order of $1, $2 …"""
        if name not in self.statements:
            raise BenchError(f"the statement {name} is not in the queries.h files any more: adapt bench/")
        sql = " ".join(self.statements[name].split())
        highest = max(int(number) for number in re.findall(r"\$(\d+)", sql))
        if highest != len(arguments):
            raise BenchError(f"{name} takes {highest} parameters now, not {len(arguments)}: adapt bench/")
        self.lines.append(re.sub(r"\$(\d+)", lambda match: arguments[int(match.group(1)) - 1], sql) + ";")
        return self

    def write(self, name):
        with open(name, "w", encoding="utf-8") as file:
            file.write("\n".join(self.lines) + "\n")
        return name
