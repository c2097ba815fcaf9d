"""Run every benchmark, or those named: python -m tests.benchmarks [training chain …]."""

import importlib
import sys
from pathlib import Path

from tests.benchmarks import timing


def main(names):
    print(f"{timing.use_one_core()}\n")
    available = sorted(path.stem for path in Path(__file__).parent.glob("bench_*.py"))
    wanted = [f"bench_{name}" for name in names] or available
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
        benchmark.main()
        print()


if __name__ == "__main__":
    main(sys.argv[1:])
