"""A box beside a daemon: skranke-agent with settings of its own, for the tests of what hangs on it."""
import os
import subprocess
import tempfile
import unittest

from appliance import Appliance, facility


class BoxTest(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="skranke-box-")
        self.addCleanup(folder.cleanup)
        self.folder, self.agent, self.log = folder.name, None, os.path.join(folder.name, "log")
        self.addCleanup(self.end_agent)

    def at_a_house(self):
        """A daemon that the box reaches over loopback, by a token."""
        self.house = Appliance(facility(desks=2))
        self.addCleanup(self.house.__exit__, None, None, None)
        self.house.start()
        self.http = self.house.client()
        self.addCleanup(self.http.close)
        self.write("token", self.house.token("agent"))

    def write(self, name, text):
        with open(os.path.join(self.folder, name), "w", encoding="utf-8") as file:
            file.write(text)

    def configure(self, daemon, text):
        self.write("agent.toml", '[agent]\nid = "box"\n[daemon]\n%s\n%s' % (daemon, text))

    def run_agent(self, *more):
        self.end_agent()
        with open(self.log, "ab") as log:
            self.agent = subprocess.Popen([os.environ["AGENT"], "--config", os.path.join(self.folder, "agent.toml"), *more], stderr=log)

    def end_agent(self):
        if self.agent is not None:
            self.agent.kill()
            self.agent.wait()
            self.agent = None
