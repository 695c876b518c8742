"""`python -m benchmarks [NAME ...]`: run the benchmarks, all of them or those named.

A benchmark is a module of this folder with a `main() -> None` that prints what it measured, each figure beside the
limit or the rival that gives it meaning.
"""

import importlib
import pkgutil
import sys
import time

import benchmarks


def names() -> list[str]:
    """Return the modules of this folder, sorted, this one left out."""
    return sorted(module.name for module in pkgutil.iter_modules(benchmarks.__path__) if module.name != "__main__")


def run(asked: list[str]) -> int:
    """Run the benchmarks asked for and return the exit code: 2 where there is none of that name, 1 where one failed."""
    unknown = [name for name in asked if name not in names()]
    if unknown:
        print(f"There is no benchmark {unknown[0]!r}; there are: {', '.join(names())}.", file=sys.stderr)
        return 2
    failed = []
    for name in asked or names():
        main = getattr(importlib.import_module(f"benchmarks.{name}"), "main", None)
        if main is None:
            continue
        print(f"== {name}", flush=True)
        started = time.perf_counter()
        try:
            main()
        except Exception as error:  # noqa: BLE001 (whatever it is, the others are still measured)
            failed.append(name)
            print(f"{name} failed: {type(error).__name__}: {error}", file=sys.stderr)
        print(f"   ({time.perf_counter() - started:.0f} s)\n", flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(run(sys.argv[1:]))
