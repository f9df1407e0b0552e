import dlt
from dlt.sources.rest_api import rest_api_source

pipeline = dlt.pipeline(
    pipeline_name="rest_api_pokemon", destination=dlt.destinations.duckdb("x.duckdb"), dataset_name="pokemon",
    progress="log",
)
load_info = pipeline.run(rest_api_source({"client": {"base_url": "https://pokeapi.co/api/v2/"}, "resources": ["berry"]}))
print(load_info)
print(pipeline.last_trace.last_normalize_info)
with pipeline.sql_client() as client:
    client.execute_sql("SELECT 1")
for row in pipeline.dataset().berry:
    print(row)
