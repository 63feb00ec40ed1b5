"""Validates an OpenAPI document that is read from the standard input."""
import json
import sys

from openapi_spec_validator import OpenAPIV31SpecValidator

document = json.load(sys.stdin)
errors = list(OpenAPIV31SpecValidator(document).iter_errors())
for error in errors:
    print(error)
print("ok" if not errors and len(document["paths"]) > 5 else "bad")
