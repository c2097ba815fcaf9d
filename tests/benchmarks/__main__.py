"""Run every benchmark, or those named: python -m tests.benchmarks [training chain …].

What begins with a dash, and all behind it, goes to the one that is named: load --sessions 50.
"""

import importlib
import signal
import sys
from pathlib import Path

from tests.benchmarks import timing

BY_NAME = {"bench_soak"}
"""Those that take so long that they run only where they are asked for."""


def main(words):
    behind = next((at for at, word in enumerate(words) if word.startswith("-")), len(words))
    names, options = words[:behind], words[behind:]
    if options and len(names) != 1:
        sys.exit("options belong to one benchmark: name it before them")
    # Whoever is told to end still ends the servers that he has started.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit("stopped"))
    print(f"{timing.use_one_core()}\n")
    available = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    wanted = [f"bench_{name}" for name in names] or sorted(set(available) - BY_NAME)
    unknown = sorted(set(wanted) - set(available))
    if unknown:
        listed = ", ".join(name.removeprefix("bench_") for name in available)
        sys.exit(f"no benchmark {', '.join(unknown)}; there are: {listed}")
    for name in wanted:
        try:
            benchmark = importlib.import_module(f"tests.benchmarks.{name}")
        except ModuleNotFoundError as missing:
            if (missing.name or "").split(".")[0] in ("tests", "vanishing"):
                raise
            print(f"{name}: {missing.name} is not installed")
            continue
        benchmark.main(*[options] * bool(options))
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
