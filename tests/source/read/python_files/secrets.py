import dlt
from dlt.sources.rest_api import rest_api_source

source = rest_api_source({
    "a": dlt.secrets["token"], "b": dlt.secrets["api.key"], "c": dlt.secrets["api"]["key"],
    "d": dlt.secrets.get("other"), "e": dlt.config["page"], "token": dlt.secrets.value, "url": dlt.config.value,
})
