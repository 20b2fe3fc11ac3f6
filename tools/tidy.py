#!/usr/bin/env python3
# Holds the source to what STYLE.md and layers.txt say: includes, sizes, shapes of co_await, words, migrations.
# Usage: tools/tidy.py ROOT. Prints `file:line: [rule] what is wrong` and exits 1 on any. Runs as the CTest `tidy`.
import ast
import os
import re
import sys
from collections import defaultdict

from tidy_cpp import code_only, kind_of_block, problem_of_await

MAX_COLUMNS, MAX_FUNCTION_LINES, MAX_FILE_LINES = 120, 70, 400
FOLDERS = ("src", "tools", "tests", "web", "bench", "cmake", ".ci")
SKIPPED_FOLDERS = {"node_modules", "build", "dist", "generated", "__pycache__"}
CPP, SCRIPT, SHELL = (".h", ".cpp"), (".ts", ".tsx", ".mjs", ".js"), ("", ".sh")
CHECKED = CPP + SCRIPT + (".py", ".cmake", ".sql", ".txt") + SHELL
COMMENT = {".h": "//", ".cpp": "//", ".ts": "//", ".tsx": "//", ".mjs": "//", ".js": "//", ".sql": "--"}
AWAITABLE = "boost/asio/awaitable.hpp"
BANNED = (
    (r"std::regex\b", "std::regex is slow and can overflow the stack on input from outside"),
    (r"std::endl\b", "std::endl flushes: write '\\n'"),
    (r"std::atomic<\s*std::shared_ptr", "libstdc++ 12's atomic shared_ptr races"),
)
UNFINISHED = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|X" + r"XX)\b(?!\(#\d+\))")

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(?:"([^"]+)"|<([^>]+)>)', re.M)


class Source:
    def __init__(self, root, path):
        self.path, self.extension = path, os.path.splitext(path)[1]
        with open(os.path.join(root, path), encoding="utf-8", errors="replace") as file:
            self.text = file.read()
        self.folder = os.path.dirname(path)
        self.is_cpp = path.startswith("src/") and self.extension in CPP
        self.is_test = path.endswith("_test.cpp")
        self.is_data = re.search(r"_data\.(cpp|h|ts|py)$", path) is not None
        self.code = code_only(self.text) if self.is_cpp else ""

    def line(self, offset):
        return self.text.count("\n", 0, offset) + 1


class Layers:
    """layers.txt: `folder: …`, `features: …` in order, `library NAME: folders`, `internal: headers`."""

    def __init__(self, text):
        self.allowed, self.features, self.libraries, self.internal = {}, [], {}, set()
        for line in text.splitlines():
            name, colon, rest = line.partition("#")[0].partition(":")
            words = rest.split()
            if not colon:
                continue
            if name == "features":
                self.features += words
            elif name == "internal":
                self.internal.update(words)
            elif name.startswith("library "):
                self.libraries[name.split()[1]] = words
            else:
                self.allowed[name] = words

    def layer(self, path):
        """The folder of layers.txt that a path under src/ belongs to: core, features/orders, …"""
        parts = path.split("/")
        return "/".join(parts[:2]) if parts[0] == "features" and len(parts) > 2 else parts[0]

    def refusal(self, source, target):
        """Why `source` may not include `target` (paths under src/), or None."""
        mine, theirs = self.layer(source), self.layer(target)
        if mine == theirs:
            return None
        allowed = self.allowed.get("features/*" if mine.startswith("features/") else mine)
        if allowed is None:
            return f"layers.txt does not name the folder {mine}"
        if source.endswith("_test.cpp"):
            allowed = allowed + self.allowed.get("*_test.cpp", [])
        if "*" in allowed or theirs in allowed or target in allowed:
            return None
        if not (mine.startswith("features/") and theirs.startswith("features/")):
            return f"{mine} may not include {target}"
        me, other = mine.split("/")[1], theirs.split("/")[1]
        for name in (me, other):
            if name not in self.features:
                return f"layers.txt does not place the feature {name}"
        if self.features.index(other) > self.features.index(me):
            return f"{me} lies below {other} in layers.txt: emit an event instead of calling up"
        if target != f"{theirs}/{other}.h":
            return f"{target} is private to {other}: include features/{other}/{other}.h"
        return None


class Tidy:
    def __init__(self, root):
        self.root, self.problems = root, []
        self.sources = [Source(root, path) for path in sorted(self.find_files())]
        with open(os.path.join(root, "layers.txt"), encoding="utf-8") as file:
            self.layers = Layers(file.read())

    def find_files(self):
        for top in FOLDERS:
            for folder, folders, names in os.walk(os.path.join(self.root, top)):
                folders[:] = [name for name in folders if name not in SKIPPED_FOLDERS]
                for name in names:
                    if os.path.splitext(name)[1] in CHECKED and not name.startswith("."):
                        yield os.path.relpath(os.path.join(folder, name), self.root)

    def report(self, source, line, rule, text):
        path = source.path if isinstance(source, Source) else source
        self.problems.append(f"{path}:{line}: [{rule}] {text}")

    def run(self):
        for source in self.sources:
            self.check_text(source)
            if source.is_cpp:
                self.check_includes(source)
                self.check_functions(source)
                self.check_awaits(source)
            elif source.extension == ".py":
                self.check_python_functions(source)
        self.check_cycles()
        self.check_orphans()
        self.check_migrations()
        self.check_statement_names()
        return self.problems

    # --- text ------------------------------------------------------------------------------------------------------

    def check_text(self, source):
        lines = source.text.splitlines()
        self.check_opening(source, lines)
        if source.extension not in (".sql", ".txt") and not source.is_data:
            if len(lines) > MAX_FILE_LINES:
                self.report(source, MAX_FILE_LINES, "file-length", f"{len(lines)} lines, at most {MAX_FILE_LINES}")
            for number, line in enumerate(lines, 1):
                if len(line) > MAX_COLUMNS:
                    self.report(source, number, "line-length", f"{len(line)} columns, at most {MAX_COLUMNS}")
        for match in UNFINISHED.finditer(source.text):
            self.report(source, source.line(match.start()), "unfinished", f"{match.group(1)} needs its issue: (#123)")
        if not source.is_cpp:
            return
        for pattern, reason in BANNED:
            for match in re.finditer(pattern, source.code):
                self.report(source, source.line(match.start()), "banned", reason)
        if source.extension == ".h":
            for match in re.finditer(r"\busing\s+namespace\b", source.code):
                self.report(source, source.line(match.start()), "banned", "using namespace in a header")
            if "#pragma once" not in source.text:
                self.report(source, 1, "pragma-once", "a header without #pragma once")

    def check_opening(self, source, lines):
        if source.is_data and not lines:
            return
        if lines and lines[0].startswith("#!"):
            lines = lines[1:]
        if source.path.endswith((".txt", ".down.sql")):
            return
        first = next((line.lstrip() for line in lines if line.strip() not in ("", "#pragma once")), "")
        if not first.startswith((COMMENT.get(source.extension, "#"), "/*" if source.extension in COMMENT else '"""')):
            self.report(source, 1, "opening", "a file opens with a comment that says what it owns")

    # --- includes --------------------------------------------------------------------------------------------------

    def check_includes(self, source):
        inside = source.path[len("src/"):]
        layer = self.layers.layer(inside)
        if layer != "app" and "*" not in self.layers.allowed.get(layer, []):
            known = layer.startswith("features/") and layer.split("/")[1] in self.layers.features
            if not known and layer not in self.layers.allowed:
                self.report(source, 1, "layer", f"layers.txt does not name {layer}")
                return
        source.includes = []
        for match in INCLUDE.finditer(source.text):
            line, quoted, angled = source.line(match.start()), match.group(1), match.group(2)
            if quoted is None:
                self.check_library(source, line, layer, inside, angled)
                continue
            if "/" not in quoted or quoted.startswith("."):
                self.report(source, line, "include-path", f'"{quoted}": quote the path from src/ on')
                continue
            if quoted.endswith(".cpp"):
                self.report(source, line, "include-path", f'"{quoted}": a .cpp file is built, not included')
            source.includes.append((line, quoted))
            refusal = self.layers.refusal(inside, quoted)
            if refusal:
                self.report(source, line, "layer", refusal)
            if quoted in self.layers.internal and not (
                self.layers.layer(quoted) == layer and (source.extension == ".cpp" or inside in self.layers.internal)
            ):
                self.report(source, line, "internal", f"{quoted} is for .cpp files of its own folder")

    def check_library(self, source, line, layer, inside, name):
        library = next((prefix for prefix in self.layers.libraries if name.startswith(prefix)), None)
        if library is None or name == AWAITABLE:
            return
        if source.extension == ".h" and inside not in self.layers.internal:
            self.report(source, line, "heavy-header", f"<{name}> is for .cpp files only")
        elif layer not in self.layers.libraries[library] and layer != "app" and not source.is_test:
            self.report(source, line, "library", f"<{name}> is not for {layer} (layers.txt)")

    def check_cycles(self):
        graph = {s.path[4:]: [name for _, name in getattr(s, "includes", [])] for s in self.sources if s.is_cpp}
        state, stack = {}, []

        def visit(name):
            state[name] = "open"
            stack.append(name)
            for other in graph.get(name, []):
                if state.get(other) == "open":
                    chain = stack[stack.index(other):] + [other]
                    self.report("src/" + name, 1, "cycle", " -> ".join(chain))
                elif other in graph and other not in state:
                    visit(other)
            stack.pop()
            state[name] = "done"

        for name in graph:
            if name not in state:
                visit(name)

    # --- functions and awaits --------------------------------------------------------------------------------------

    def check_functions(self, source):
        code, begin, depth_skip = source.code, 0, []
        for match in re.finditer(r"[{};]", code):
            at, sign = match.start(), match.group(0)
            if depth_skip:  # inside a body or an initialiser: only look for its end
                depth_skip[-1][0] += {"{": 1, "}": -1, ";": 0}[sign]
                if depth_skip[-1][0] == 0:
                    start, is_function = depth_skip.pop()[1:]
                    length = source.line(at) - source.line(start) + 1
                    if is_function and length > MAX_FUNCTION_LINES and not source.is_data:
                        text = f"a function of {length} lines, at most {MAX_FUNCTION_LINES}"
                        self.report(source, source.line(start), "function-length", text)
                    begin = at + 1
                continue
            if sign == "{":
                header = code[begin:at]
                start = begin + len(header) - len(header.lstrip())
                kind = kind_of_block(header)
                if kind != "scope":
                    depth_skip.append([1, start, kind == "function"])
            begin = at + 1

    def check_python_functions(self, source):
        for node in ast.walk(ast.parse(source.text)):
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > MAX_FUNCTION_LINES:
                self.report(source, node.lineno, "function-length", f"{node.name} is over {MAX_FUNCTION_LINES} lines")

    def check_awaits(self, source):
        for match in re.finditer(r"\bco_await\b", source.code):
            problem = problem_of_await(source.code, match.start())
            if problem:
                self.report(source, source.line(match.start()), "co_await", problem)

    # --- what is built, migrations, statements -----------------------------------------------------------------------

    def check_orphans(self):
        texts, queue = {}, [""]
        while queue:
            folder = queue.pop()
            path = os.path.join(self.root, folder, "CMakeLists.txt")
            if folder in texts or not os.path.exists(path):
                continue
            with open(path, encoding="utf-8") as file:
                texts[folder] = re.sub(r"#[^\n]*", "", file.read())
            queue += [os.path.normpath(os.path.join(folder, name)) for name in subdirectories(texts[folder])]
        everything = "\n".join(texts.values())
        for source in self.sources:
            if source.path.startswith("src/") and source.extension == ".cpp":
                text = texts.get(source.folder, "")
                if "marque_library(" not in text and os.path.basename(source.path) not in everything:
                    self.report(source, 1, "orphan", "no CMake target builds this file")

    def check_migrations(self):
        paths, numbers = {s.path for s in self.sources if "/migrations/" in s.path}, defaultdict(list)
        for path in sorted(paths):
            match = re.fullmatch(r"(\d{4})_[a-z0-9_]+\.(up|down)\.sql", os.path.basename(path))
            if not match:
                self.report(path, 1, "migration", "is not called NNNN_name.up.sql or NNNN_name.down.sql")
                continue
            way, other = match.group(2), "down" if match.group(2) == "up" else "up"
            twin = path.replace(f".{way}.sql", f".{other}.sql")
            if twin not in paths:
                self.report(path, 1, "migration", f"has no {os.path.basename(twin)}")
            if way == "up":
                numbers[match.group(1)].append(path)
        for number, same in numbers.items():
            for path in same[1:]:
                self.report(path, 1, "migration", f"number {number} is taken by {same[0]}")

    def check_statement_names(self):
        seen = {}
        declared = re.compile(r'\bStatement<[^;"=]*>\s*\w+\s*[({]\s*"([^"]+)"')
        for source in self.sources:
            if not source.is_cpp or source.is_test:
                continue
            for match in declared.finditer(source.text):
                name, place = match.group(1), f"{source.path}:{source.line(match.start())}"
                if name in seen:
                    text = f"the statement {name} is already declared at {seen[name]}"
                    self.report(source, source.line(match.start()), "statement-name", text)
                seen.setdefault(name, place)


def subdirectories(text):
    """The folders a CMakeLists.txt adds; in `features/${name}` every word of the file may stand for the variable."""
    for argument in re.findall(r"add_subdirectory\(\s*([^\s)]+)", text):
        if "${" not in argument:
            yield argument
            continue
        for word in set(re.findall(r"[\w/]+", text)):
            yield re.sub(r"\$\{[^}]*\}", word, argument)


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else "."
    tidy = Tidy(root)
    problems = tidy.run()
    for problem in problems:
        print(problem)
    print(f"tidy: {len(tidy.sources)} files, {len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
