import dlt
import pendulum
import dlt.common.pendulum
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({
    "a": pendulum.datetime(2024, 2, 29).add(years=1).to_date_string(),
    "b": dlt.common.pendulum.datetime(2024, 2, 29).to_rfc3339_string(),
    "c": pendulum.now(tz=pendulum.UTC).start_of("year").to_iso8601_string(),
})
