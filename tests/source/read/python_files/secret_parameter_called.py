import dlt
from dlt.sources.rest_api import RESTAPIConfig, rest_api_resources, rest_api_source


@dlt.source(name="github")
def github_source(access_token=dlt.secrets.value):
    return rest_api_source({"token": f"token {access_token}"})


def load():
    pipeline = dlt.pipeline(pipeline_name="github", destination="duckdb", dataset_name="data")
    info = pipeline.run(github_source())
    print(info)


if __name__ == "__main__":
    load()
