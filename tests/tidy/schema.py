"""As much of JSON Schema as docs/openapi.yaml uses, and stricter: an answer's field that no schema names is a fault too."""
import re

TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}
KNOWN = {"$ref", "type", "enum", "const", "pattern", "minLength", "maxLength", "minimum", "maximum", "items", "minItems", "maxItems", "uniqueItems",
         "properties", "required", "additionalProperties", "allOf", "anyOf", "oneOf", "format", "description", "default", "examples", "contentEncoding"}
RFC3339 = re.compile(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?[+-]\d\d:\d\d$")


class Schemas:
    def __init__(self, api):
        self.api = api

    def resolve(self, node):
        while "$ref" in node:
            place = self.api
            for part in node["$ref"][2:].split("/"):
                place = place[part]
            node = place
        return node

    def faults(self, schema, value, path="$"):
        """Every way in which `value` is not what `schema` says."""
        found = list(self._faults(schema, value, path))
        return found or list(self._unnamed(schema, value, path))

    def _faults(self, schema, value, path):
        schema = self.resolve(schema)
        assert set(schema) <= KNOWN, "schema.py does not know %s" % (set(schema) - KNOWN)
        kind = schema.get("type")
        if kind and (not isinstance(value, TYPES[kind]) or (isinstance(value, bool) and kind != "boolean")):
            yield "%s: %r is no %s" % (path, value, kind)
            return
        if "enum" in schema and value not in schema["enum"]:
            yield "%s: %r is none of %s" % (path, value, schema["enum"])
        if "const" in schema and value != schema["const"]:
            yield "%s: %r is not %r" % (path, value, schema["const"])
        yield from self._plain(schema, value, path)
        if isinstance(value, list):
            if not schema.get("minItems", 0) <= len(value) <= schema.get("maxItems", len(value)):
                yield "%s: %d items" % (path, len(value))
            for index, item in enumerate(value):
                yield from self._faults(schema.get("items", {}), item, "%s[%d]" % (path, index))
        if isinstance(value, dict):
            yield from self._object(schema, value, path)
        for part in schema.get("allOf", []):
            yield from self._faults(part, value, path)
        for choice in ("anyOf", "oneOf"):
            if choice in schema and all(list(self._faults(part, value, path)) for part in schema[choice]):
                yield "%s: fits none of %s" % (path, choice)

    @staticmethod
    def _plain(schema, value, path):
        if isinstance(value, str):
            if "pattern" in schema and not re.search(schema["pattern"], value):
                yield "%s: %r is not %s" % (path, value, schema["pattern"])
            if schema.get("format") == "date-time" and not RFC3339.match(value):
                yield "%s: %r is no time with offset" % (path, value)
            if not schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value)):
                yield "%s: length %d" % (path, len(value))
        elif isinstance(value, (int, float)) and not isinstance(value, bool):
            if value < schema.get("minimum", value) or value > schema.get("maximum", value):
                yield "%s: %r is out of range" % (path, value)

    def _object(self, schema, value, path):
        for name in schema.get("required", []):
            if name not in value:
                yield "%s: %s is missing" % (path, name)
        more = schema.get("additionalProperties", True)
        for name, item in value.items():
            if name in schema.get("properties", {}):
                yield from self._faults(schema["properties"][name], item, path + "." + name)
            elif isinstance(more, dict):
                yield from self._faults(more, item, path + "." + name)
            elif not more:
                yield "%s: %s is not allowed" % (path, name)

    def _shape(self, schema):
        """(named properties, whether others are described too) of everything an object schema is made of."""
        schema = self.resolve(schema)
        named, open_ended = dict(schema.get("properties", {})), isinstance(schema.get("additionalProperties"), dict)
        if schema.get("type") == "object" and not named and "allOf" not in schema:
            open_ended = True
        for part in schema.get("allOf", []):
            more, also = self._shape(part)
            named.update(more)
            open_ended = open_ended or (also and "allOf" not in schema)
        return named, open_ended

    def _unnamed(self, schema, value, path):
        schema = self.resolve(schema)
        for choice in ("anyOf", "oneOf"):
            for part in schema.get(choice, []):
                if not list(self._faults(part, value, path)):
                    fits = list(self._unnamed(part, value, path))
                    if not fits:
                        return
            if choice in schema and "properties" not in schema:
                yield "%s: has fields that none of the shapes names" % path
                return
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from self._unnamed(schema.get("items", {}), item, "%s[%d]" % (path, index))
        if isinstance(value, dict):
            named, open_ended = self._shape(schema)
            for name, item in value.items():
                if name in named:
                    yield from self._unnamed(named[name], item, path + "." + name)
                elif not open_ended:
                    yield "%s: %s is in the answer but not in the description" % (path, name)
