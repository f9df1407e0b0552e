from __future__ import annotations

import sys, json as j
from typing import Any, Optional
import dlt
from dlt.sources.rest_api import rest_api_source


class Helper:
    """Not a source."""

    limit: int = 1
    resources = ["x"]

    def __init__(self, *arguments: Any, **named: Any) -> None:
        self.limit, (a, *b) = 1, (2, 3)
        assert self.limit, "never"

    @property
    def all(self): return [x for x in range(3) if x]


def decorated(function=None, /, *, n: Optional[int] = None):
    global counter
    counter = 1
    try:
        with open("/dev/null") as file, open("/dev/null"):
            pass
    except (OSError, ValueError) as failure:
        raise RuntimeError from failure
    else:
        pass
    finally:
        n = n if n is not None else 0
    while n < 2: n += 1; n = n
    return lambda *a, k=1, **b: (yield)


limit = 5
if limit > 3 and not limit < 2 or limit in (1, 2):
    print("yes", end="\n", file=sys.stderr)
elif limit:
    pass
else:
    del limit
if (m := 1):
    pass
print(j.dumps({"a": 1})[0:3], *[1], **{"sep": ""})
source = rest_api_source({"resources": ["a"]})
