"""Opens a page in headless Chromium and does what standard input says, one JSON object a line:

    {"evaluate": "document.title"}   prints the value as JSON
    {"key": "j"}                     presses a key
    {"width": 390}                   makes the window so many points wide (1000 at first)
    {"accessible": "math"}           prints what assistive technology is told of elements of that role, or of all for "":
                                     a list of role, name and level
    {"picture": "page.png"}          writes what is seen
    {"print": "page.pdf"}            prints the page

At the end it prints what the browser complained of (broken policies, exceptions) as a JSON list.
Speaks the DevTools protocol over --remote-debugging-pipe, so that nothing but Python is needed.

    python3 look.py CHROMIUM PAGE.html < actions
"""

import base64
import json
import os
import subprocess
import sys
import tempfile


class Browser:
    def __init__(self, program):
        to_read, self.to = os.pipe()
        self.back, back_write = os.pipe()
        os.set_inheritable(to_read, True)
        os.set_inheritable(back_write, True)
        # Its helpers may still write when it has ended.
        self.folder = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)

        def pipes():
            os.dup2(to_read, 3)
            os.dup2(back_write, 4)

        # Moved away from 3 and 4 first, which the browser reads and writes.
        to_read, back_write = os.dup2(to_read, 20), os.dup2(back_write, 21)
        self.process = subprocess.Popen(
            [program, "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
             f"--user-data-dir={self.folder.name}", "--remote-debugging-pipe", "about:blank"],
            preexec_fn=pipes, pass_fds=(3, 4, 20, 21), stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        os.close(20)
        os.close(21)
        self.number = 0
        self.rest = b""
        self.session = None
        self.complaints = []

    def message(self):
        while b"\0" not in self.rest:
            more = os.read(self.back, 1 << 16)
            if not more:
                raise SystemExit("the browser ended")
            self.rest += more
        line, self.rest = self.rest.split(b"\0", 1)
        return json.loads(line)

    def take(self, message):
        method, fields = message.get("method"), message.get("params", {})
        if method == "Log.entryAdded":
            self.complaints.append(fields["entry"]["text"])
        elif method == "Runtime.exceptionThrown":
            self.complaints.append(json.dumps(fields["exceptionDetails"]))
        elif method == "Page.javascriptDialogOpening":
            self.complaints.append("a dialog: " + fields["message"])
        elif method == "Network.requestWillBeSent":
            address = fields["request"]["url"]
            if not address.startswith("file:"):
                self.complaints.append("a request: " + address)
        return method

    def call(self, method, **fields):
        self.number += 1
        command = {"id": self.number, "method": method, "params": fields}
        if self.session:
            command["sessionId"] = self.session
        os.write(self.to, json.dumps(command).encode() + b"\0")
        while True:
            message = self.message()
            if message.get("id") == self.number:
                if "error" in message:
                    raise SystemExit(f"{method}: {message['error']}")
                return message["result"]
            self.take(message)

    def open(self, page):
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self.session = self.call(
            "Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ["Page", "Runtime", "Log", "Network"]:
            self.call(f"{domain}.enable")
        self.resize(1000)
        self.call("Page.navigate", url="file://" + os.path.abspath(page))
        while self.take(self.message()) != "Page.loadEventFired":
            pass

    def resize(self, width):
        self.call(
            "Emulation.setDeviceMetricsOverride", width=width, height=1400, deviceScaleFactor=1,
            mobile=False)

    def accessible(self, role):
        told = []
        for node in self.call("Accessibility.getFullAXTree")["nodes"]:
            if node.get("ignored"):
                continue
            entry = {"role": node["role"]["value"], "name": node.get("name", {}).get("value", "")}
            for field in node.get("properties", []):
                if field["name"] == "level":
                    entry[field["name"]] = field["value"].get("value")
            if role in ("", entry["role"]):
                told.append(entry)
        return told

    def act(self, action):
        if "evaluate" in action:
            result = self.call(
                "Runtime.evaluate", expression=action["evaluate"], returnByValue=True)
            print(json.dumps(result["result"].get("value")))
        elif "key" in action:
            key = action["key"]
            for kind in ["keyDown", "keyUp"]:
                self.call(
                    "Input.dispatchKeyEvent", type=kind, key=key,
                    text=key if kind == "keyDown" and len(key) == 1 else "")
        elif "width" in action:
            self.resize(action["width"])
        elif "accessible" in action:
            print(json.dumps(self.accessible(action["accessible"])))
        elif "picture" in action:
            data = self.call("Page.captureScreenshot")["data"]
            with open(action["picture"], "wb") as file:
                file.write(base64.b64decode(data))
        elif "print" in action:
            data = self.call("Page.printToPDF")["data"]
            with open(action["print"], "wb") as file:
                file.write(base64.b64decode(data))

    def end(self):
        print(json.dumps(self.complaints))
        self.process.kill()
        self.process.wait()


browser = Browser(sys.argv[1])
try:
    browser.open(sys.argv[2])
    for line in sys.stdin:
        if line.strip():
            browser.act(json.loads(line))
finally:
    browser.end()
