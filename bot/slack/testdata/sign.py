"""Signs request bodies with Slack's own SDK: one JSON object a line in,
one header a line out. Arguments: the signing secret."""

import json
import sys

from slack_sdk.signature import SignatureVerifier

verifier = SignatureVerifier(sys.argv[1])
for line in sys.stdin:
    request = json.loads(line)
    print(verifier.generate_signature(timestamp=request["timestamp"], body=request["body"]), flush=True)
