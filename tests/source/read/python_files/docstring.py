"""How to use it:

    source = rest_api_source({"not": "this"})
"""
import dlt
from dlt.sources.rest_api import rest_api_source


def make():
    '''Makes rest_api_source({"nor": "this"}).'''
    return rest_api_source({"this": 1})


make()
