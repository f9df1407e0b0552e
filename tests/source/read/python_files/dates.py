from datetime import date, datetime, timedelta, timezone
import dlt
from dlt.sources.rest_api import rest_api_source

START = datetime(2024, 1, 31)
WEEK = timedelta(days=7)

source = rest_api_source({
    "a": START.isoformat(), "b": START.strftime("%Y-%m-%dT%H:%M:%SZ"), "c": (START - timedelta(days=31)).isoformat(),
    "d": (datetime(2024, 1, 1, 12, 30) + timedelta(weeks=1, hours=13)).strftime("%d.%m.%y %H:%M"),
    "e": date(2024, 2, 29).isoformat(), "f": f"since {START.date().isoformat()}",
    "g": (date.today() - timedelta(days=1)).strftime("%Y-%m"), "h": datetime.now(timezone.utc).strftime("%Y"),
})
