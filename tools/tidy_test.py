#!/usr/bin/env python3
# Proves that each rule of tidy.py fires on what it forbids and keeps quiet on what it allows. Runs as a CTest.
import os
import tempfile
import unittest

from tidy import Tidy

LAYERS = """
core:
db: core
http: core db
features/*: core db http/route.h
app: *
*_test.cpp: http
features: markets catalog orders
library libpq-fe.h: db
library boost/asio/: core db http
internal: db/connection.h
"""
CMAKE = {
    "CMakeLists.txt": "add_subdirectory(src)\n",
    "src/CMakeLists.txt": "# The folders.\nadd_subdirectory(core)\nadd_subdirectory(db)\nadd_subdirectory(http)\n"
    "foreach(name markets catalog orders)\n  add_subdirectory(features/${name})\nendforeach()\nadd_subdirectory(app)\n",
    **{
        f"src/{folder}/CMakeLists.txt": "# Built.\nmarque_library(x)\n"
        for folder in ("core", "db", "http", "features/markets", "features/catalog", "features/orders", "app")
    },
}
HEADER = "// Owns it.\n#pragma once\n"


def problems_of(files):
    with tempfile.TemporaryDirectory() as root:
        for path, text in {"layers.txt": LAYERS, **CMAKE, **files}.items():
            full = os.path.join(root, path)
            os.makedirs(os.path.dirname(full), exist_ok=True)
            with open(full, "w", encoding="utf-8") as file:
                file.write(text)
        return Tidy(root).run()


def coroutine(body):
    return {"src/core/a.cpp": f"// Owns it.\nTask<int> run(int value) {{\n    {body}\n}}\n"}


class TidyTest(unittest.TestCase):
    def fires(self, rule, files):
        found = problems_of(files)
        self.assertTrue(any(f"[{rule}]" in line for line in found), f"no {rule} in {found}")

    def quiet(self, files):
        self.assertEqual(problems_of(files), [])

    def include(self, path, *names):
        opening = HEADER if path.endswith(".h") else "// Owns it.\n"
        return {path: opening + "".join(f"#include {name}\n" for name in names)}

    def test_allowed_includes(self):
        self.quiet(
            self.include("src/features/orders/orders.cpp", '"features/orders/queries.h"', '"core/money.h"', "<map>")
            | self.include("src/features/orders/routes.cpp", '"features/catalog/catalog.h"', '"http/route.h"')
            | self.include("src/features/orders/orders_test.cpp", '"http/dispatch.h"')
            | self.include("src/app/main.cpp", '"features/orders/queries.h"', "<libpq-fe.h>")
            | self.include("src/core/task.h", "<boost/asio/awaitable.hpp>")
            | self.include("src/db/connection.h", "<libpq-fe.h>")
            | self.include("src/db/connection.cpp", '"db/connection.h"', "<boost/asio/post.hpp>")
        )

    def test_layers(self):
        self.fires("layer", self.include("src/core/a.h", '"db/handle.h"'))
        self.fires("layer", self.include("src/db/a.cpp", '"features/orders/orders.h"'))
        self.fires("layer", self.include("src/features/orders/a.cpp", '"http/session.h"'))
        self.fires("layer", self.include("src/features/catalog/a.cpp", '"features/orders/orders.h"'))
        self.fires("layer", self.include("src/features/orders/a.cpp", '"features/catalog/queries.h"'))
        self.fires("layer", self.include("src/elsewhere/a.h", "<map>"))
        self.fires("layer", self.include("src/features/unknown/a.h", "<map>"))
        self.fires("include-path", self.include("src/core/a.cpp", '"money.h"'))
        self.fires("include-path", self.include("src/core/a.cpp", '"core/money.cpp"'))

    def test_libraries(self):
        self.fires("heavy-header", self.include("src/db/a.h", "<libpq-fe.h>"))
        self.fires("heavy-header", self.include("src/app/a.h", "<boost/asio/post.hpp>"))
        self.fires("library", self.include("src/features/orders/a.cpp", "<libpq-fe.h>"))
        self.fires("internal", self.include("src/db/handle.h", '"db/connection.h"'))
        self.fires("internal", self.include("src/http/a.cpp", '"db/connection.h"'))

    def test_cycles(self):
        self.fires("cycle", self.include("src/core/a.h", '"core/b.h"') | self.include("src/core/b.h", '"core/a.h"'))

    def test_orphans(self):
        self.fires("orphan", {"src/core/deep/a.cpp": "// Nobody builds it.\n"})
        self.fires("orphan", {"src/core/a.cpp": "// Not a target.\n", "src/core/CMakeLists.txt": "# Nothing.\n"})
        self.fires("orphan", {"src/core/a.cpp": "// Not added.\n", "src/CMakeLists.txt": "# Nothing.\n"})
        self.quiet({"src/app/main.cpp": "// Named.\n", "src/app/CMakeLists.txt": "# x\nadd_executable(m main.cpp)\n"})

    def test_sizes(self):
        body = "    f();\n"
        self.quiet({"src/core/a.cpp": "// Owns it.\nint f(int a = 3) {\n" + body * 68 + "}\n"})
        for head in ("int f() {", "A::A(int b) : a_{b} {", "const auto f = [](int a) {", "int A::f() const {"):
            self.fires("function-length", {"src/core/a.cpp": f"// Owns it.\n{head}\n" + body * 69 + "}\n"})
        inside = "namespace a {\ntemplate <class T>\nstruct B<int(T)> : C {\n    void f() {\n"
        self.fires("function-length", {"src/core/a.h": HEADER + inside + body * 69 + "    }\n};\n}\n"})
        table = "const std::map<F(int)> table = {\n" + "    {1, 2},\n" * 90 + "};\n"
        self.quiet({"src/core/a.cpp": "// Owns it.\n" + table})
        self.fires("function-length", {"tools/a.py": "# Owns it.\ndef f():\n" + "    pass\n" * 70})
        self.fires("file-length", {"src/core/a.cpp": "// Owns it.\n" + "int a;\n" * 400})
        self.fires("file-length", {"tests/api/a.test.ts": "// Owns it.\n" + "let a;\n" * 400})
        self.quiet({"src/core/a_data.cpp": "// Owns it.\n" + "int a;\n" * 400})
        self.quiet({"tests/api/generated/client.ts": "let a;\n" * 400})
        self.fires("line-length", {"src/core/a.cpp": "// Owns it" + "." * 111 + "\n"})

    def test_awaits(self):
        for good in (
            "co_await f(1);",
            "auto x = co_await f(A{1, 2});",
            "const std::map<int, int> x = co_await f<A, B>(a < b);",
            "auto [a, b] = co_await object->f();",
            "x.y[2] = co_await f([&] { return a ? b : c; });",
            "co_return co_await f();",
            "if (a) co_await f();",
            "if (a) { co_await f(); } else co_await g();",
            "for (int i = 0; i < 3; ++i) co_await f();",
            "switch (a) { case A::b: co_await f(); default: co_return co_await g(); }",
            "// if (co_await f())\n    g(\"(co_await h)\");",
            "co_await f([&]() -> Task<void> { co_await g(); });",
        ):
            with self.subTest(good):
                self.quiet(coroutine(good))
        for bad in (
            "if (co_await f()) g();",
            "if (auto x = co_await f()) g();",
            "while (co_await f()) {}",
            "for (auto x : co_await f()) g();",
            "f(co_await g());",
            "co_await f(co_await g());",
            "A a{co_await f()};",
            "A a{1, co_await f()};",
            "auto x = a ? co_await f() : b;",
            "auto x = co_await f() ? a : b;",
            "auto x = co_await f() + co_await g();",
            "auto x = (co_await f()).value();",
            "auto x = *co_await f();",
            "x += co_await f();",
            "return_to(a), co_await f();",
            "co_return !co_await f();",
        ):
            with self.subTest(bad):
                self.fires("co_await", coroutine(bad))

    def test_words(self):
        for bad in ("std::regex a;", "out << std::endl;", "std::atomic<std::shared_ptr<int>> a;"):
            self.fires("banned", {"src/core/a.cpp": f"// Owns it.\n{bad}\n"})
        self.quiet({"src/core/a.cpp": "// Without std::regex.\nusing namespace a;\nauto b = \"std::endl\";\n"})
        self.fires("banned", {"src/core/a.h": HEADER + "using namespace std;\n"})
        self.fires("unfinished", {"src/core/a.cpp": "// Owns it.\n// TO" + "DO later\n"})
        self.quiet({"src/core/a.cpp": "// Owns it.\n// TO" + "DO(#12) later\n"})
        self.fires("opening", {"src/core/a.cpp": "int a;\n"})
        self.fires("opening", {"tools/a.py": "#!/usr/bin/env python3\nimport os\n"})
        self.quiet({"src/core/a.h": "#pragma once\n\n/// Owns it.\n"})
        self.fires("opening", {"src/core/a.h": "#pragma once\n#include <map>\n"})
        self.fires("pragma-once", {"src/core/a.h": "// Owns it.\n"})

    def test_migrations(self):
        folder = "src/features/orders/migrations/"
        good = {folder + "0001_start.up.sql": "-- Makes.\n", folder + "0001_start.down.sql": "-- Undoes.\n"}
        self.quiet(good)
        self.fires("migration", {folder + "0001_start.up.sql": "-- Makes.\n"})
        self.fires("migration", {folder + "0001_start.down.sql": "-- Undoes.\n"})
        self.fires("migration", {folder + "start.sql": "-- Makes.\n"})
        self.fires("migration", good | {name.replace("start", "more"): text for name, text in good.items()})

    def test_statement_names(self):
        one = '// Owns it.\nconstexpr Statement<Row(Id, std::vector<int>)> find{\n    "orders.find", "SELECT 1"};\n'
        self.quiet({"src/core/a.cpp": one})
        self.fires("statement-name", {"src/core/a.cpp": one, "src/core/b.cpp": one})


if __name__ == "__main__":
    unittest.main()
