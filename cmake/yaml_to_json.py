#!/usr/bin/env python3
"""Turns a YAML file into JSON: yaml_to_json.py IN OUT (docs/openapi.yaml is kept in YAML and served in JSON)."""
import json
import sys

import yaml

with open(sys.argv[1], encoding="utf-8") as source:
    document = yaml.safe_load(source)
with open(sys.argv[2], "w", encoding="utf-8") as target:
    json.dump(document, target, ensure_ascii=False, separators=(",", ":"), default=str)
