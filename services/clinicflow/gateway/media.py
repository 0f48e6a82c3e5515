"""Media types that the HTTP door and its clients agree on; a client needs no web framework for them."""

PROBLEM = "application/problem+json"
