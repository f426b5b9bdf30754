"""How much is asked: a share on every change, everything with SIZE=nightly.

pytest-randomly seeds the draw and prints the seed; `--randomly-seed=` draws the same once more.
"""

import os
import random

from hypothesis import settings

NIGHTLY = os.environ.get("SIZE") == "nightly"


def some(of, number):
    """Draw a few; in the nightly size they are all drawn."""
    of = list(of)
    return of if NIGHTLY or len(of) <= number else random.sample(of, number)


def examples(few, many=2000):
    """Let Hypothesis draw a few examples; in the nightly size many. A slow machine is no fault."""
    return settings(max_examples=many if NIGHTLY else few, deadline=None)
