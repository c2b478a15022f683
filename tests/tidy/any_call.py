"""Calls that docs/openapi.yaml describes, drawn at random: bodies by their schemas, names of things that exist more often than not."""
import datetime
import re
import urllib.parse

TEXTS = ["a", "Hej", "æøå ✓", "x" * 40]
MANY = 5                       # times as often as others: what fills and empties the house
OFTEN = {"/visits", "/desks/{desk}/next", "/desks/{desk}/start", "/desks/{desk}/finish", "/desks/{desk}/session", "/desks/{desk}/no-show", "/desks/{desk}/park",
         "/desks/{desk}/transfer", "/desks/{desk}/undo", "/bookings", "/bookings/{code}/check-in", "/slots", "/waiting-list"}
SELDOM = {"/room/evacuation", "/room/mode"}
# The feed of changes never ends, signing out ends the test, and the site is not what is tried here.
LEFT_OUT = {("get", "/events"), ("post", "/session"), ("delete", "/session"), ("delete", "/tokens/{id}"), ("put", "/facility"), ("get", "/voice/sentences/{name}"),
            ("put", "/media/{media}/data")}
KEPT = 60                      # of each kind of thing: the newest


class AnyCall:
    """`site`: its TOML. `now`: a function that gives the house's time in seconds since 1970."""

    def __init__(self, api, schemas, random, site, now):
        self.api, self.schemas, self.random, self.now = api, schemas, random, now
        ids = {kind: re.findall(r'\[\[%s\]\]\nid = "([^"]+)"' % kind, site) for kind in ("service", "desk", "board", "kiosk", "printer", "priority")}
        self.known = {**ids, "to_service": ids["service"], "to_desk": ids["desk"], "token": [], "visit": [], "code": [], "start": [], "media": [], "plan": [], "claim": []}
        self.known.update(into=self.known["visit"], booking=self.known["code"], instead_of=self.known["code"])
        self.calls = []
        for path, verbs in api["paths"].items():
            for verb in set(verbs) & {"get", "put", "post", "patch", "delete"}:
                if (verb, path) not in LEFT_OUT:
                    weight = 0.1 if path in SELDOM or (verb == "delete" and "{" in path) else MANY if path in OFTEN and verb != "get" else 1
                    self.calls.append((verb, path, weight))
        self.calls.sort()      # the same seed, the same calls

    def next(self):
        """(verb, path as described, path with query, body or None)"""
        verb, path, _ = self.random.choices(self.calls, [weight for _, _, weight in self.calls])[0]
        described = self.api["paths"][path][verb]
        asked, query = path, []
        for parameter in map(self.schemas.resolve, described.get("parameters", []) + self.api["paths"][path].get("parameters", [])):
            if parameter["in"] == "query" and (parameter.get("required") or self.random.random() < 0.5):
                value = self.value(parameter["schema"], parameter["name"])
                query.append("%s=%s" % (parameter["name"], urllib.parse.quote(",".join(value) if isinstance(value, list) else str(value))))
        for name in re.findall(r"\{(\w+)\}", path):
            asked = asked.replace("{%s}" % name, urllib.parse.quote(str(self.value({"type": "string"}, name)), safe=""))
        body = None
        if "requestBody" in described:
            content = self.schemas.resolve(described["requestBody"])["content"]
            body = self.value(content["application/json"]["schema"]) if "application/json" in content else None
        return verb, path, asked + ("?" + "&".join(query) if query else ""), body

    def learn(self, path, answer):
        """Remembers what came to be, so that later calls speak of it."""
        if isinstance(answer, list):
            for item in answer[:KEPT]:
                self.learn(path, item)
        elif isinstance(answer, dict):
            for name, value in answer.items():
                kind = {"id": {"/visits": "visit", "/media": "media", "/facility/plans": "plan"}.get(path), "token": "token" if path == "/visits" else None,
                        "start": "start" if path == "/slots" else None}.get(name, name if name in ("visit", "code", "claim") else None)
                if kind and isinstance(value, str):
                    self.known[kind].append(value)
                    del self.known[kind][:-KEPT]
                else:
                    self.learn(path, value)

    def time(self, days):
        return datetime.datetime.fromtimestamp(self.now() + days * 86_400, datetime.timezone.utc)

    def value(self, schema, name=""):
        schema = self.schemas.resolve(schema)
        if self.known.get(name) and self.random.random() < 0.95:
            return self.random.choice(self.known[name])
        if name in ("services", "services_done"):
            return self.random.sample(self.known["service"], self.random.choice([1, 1, 1, 2, 3]))
        if "const" in schema or "enum" in schema:
            return schema["const"] if "const" in schema else self.random.choice(schema["enum"])
        choices = schema.get("oneOf") or schema.get("anyOf")
        if choices and "properties" not in schema:
            return self.value(self.random.choice(choices), name)
        if "allOf" in schema:
            values = [self.value(part, name) for part in schema["allOf"]]
            return {key: item for value in values for key, item in value.items()} if isinstance(values[0], dict) else values[0]
        kind = schema.get("type", "string")
        if kind == "object":
            needed = schema.get("required", []) + (self.random.choice(choices).get("required", []) if choices else [])
            return {key: self.value(item, key) for key, item in schema.get("properties", {}).items() if key in needed or self.random.random() < 0.3}
        if kind == "array":
            least = schema.get("minItems", 0)
            return [self.value(schema.get("items", {}), name.rstrip("s")) for _ in range(max(least, min(self.random.randint(0, 3), schema.get("maxItems", 3))))]
        if kind == "boolean":
            return self.random.random() < 0.5
        if kind in ("integer", "number"):
            least, most = schema.get("minimum", 0), schema.get("maximum", 100)
            number = self.random.uniform(least, min(most, least + self.random.choice([1, 3, 30])))
            return round(number) if kind == "integer" else number
        return self.text(schema, name)

    def text(self, schema, name):
        if schema.get("format") == "date-time":
            return self.time(self.random.choice([0, 0.01, 0.1, self.random.uniform(0, 20)])).strftime("%Y-%m-%dT%H:%M:%SZ")
        if schema.get("format") == "date" or name in ("first", "last", "date", "from", "to"):
            return self.time(self.random.randint(-9, 20)).strftime("%Y-%m-%d")
        if name == "language":
            return self.random.choice(["da", "en", "de", "ar"])
        return self.random.choice(TEXTS)[:schema.get("maxLength", 40)]
