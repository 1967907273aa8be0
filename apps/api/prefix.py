"""Where the API's routes begin."""

API = "/api/v1"
