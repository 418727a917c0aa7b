"""How often Python looks for objects that point at each other in a circle.

A request, a played step or a test makes thousands of short-lived rows and templates; at Python's own pace (every 700 new objects,
and then often through everything that was ever imported) looking for circles took a third of the whole work.
"""

from __future__ import annotations

import gc

NEW, YOUNG, OLD = 50_000, 20, 20


def collect_seldom() -> None:
    """Look after 50,000 new objects; for this whole process."""
    gc.set_threshold(NEW, YOUNG, OLD)
