"""Times a real Portage on texts from standard input: pms_portage.py CHECKOUT < texts.json. Milliseconds of processor time by task."""

import json
import os
import statistics
import sys
import time

os.environ.setdefault("PORTAGE_NATIVE_DEP_PARSER", "0")
sys.path.insert(0, os.path.join(sys.argv[1], "lib"))

import portage.versions  # noqa: E402
from portage.dep import Atom, use_reduce  # noqa: E402
from portage.util import cmp_sort_key  # noqa: E402

texts = json.load(sys.stdin)
flags = frozenset(["ssl", "test"])


def median_ms(run, runs=3):
    times = []
    for _ in range(runs):
        portage.versions.vercmp.cache_clear()
        portage.versions.catpkgsplit.cache_clear()
        cached = getattr(portage.dep, "_use_reduce_cached", None)
        if cached is not None:
            cached.cache_clear()
        start = time.process_time()
        run()
        times.append((time.process_time() - start) * 1000)
    return statistics.median(times)


def sort_versions():
    sorted(texts["versions"], key=cmp_sort_key(portage.versions.vercmp))


def parse_atoms():
    for text in texts["atoms"]:
        Atom(text)


def parse_dependencies():
    for text in texts["dependencies"]:
        use_reduce(text, uselist=flags, eapi="8", token_class=Atom)


json.dump(
    {
        "sort versions": median_ms(sort_versions),
        "parse atom": median_ms(parse_atoms),
        "parse and evaluate": median_ms(parse_dependencies),
    },
    sys.stdout,
)
