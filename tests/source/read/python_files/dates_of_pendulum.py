import dlt
from dlt.common import pendulum as from_common
from dlt.common.pendulum import pendulum, timedelta
from dlt.sources.rest_api import rest_api_source

START = pendulum.datetime(2024, 3, 31, 12, 30, 15)

source = rest_api_source({
    "a": START.subtract(months=1).to_date_string(), "b": START.add(days=1, hours=12).to_iso8601_string(),
    "c": START.start_of("month").to_datetime_string(), "d": START.int_timestamp, "e": START.isoformat(),
    "f": from_common.datetime(2024, 1, 1).subtract(weeks=1).to_iso8601_string(), "g": (START - timedelta(days=7)).strftime("%d"),
    "h": (START - pendulum.duration(hours=1)).to_time_string(), "i": pendulum.now("UTC").start_of("year").to_date_string(),
    "j": f"since={from_common.today('UTC').start_of('month').to_date_string()}",
})
