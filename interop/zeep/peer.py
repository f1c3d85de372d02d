#!/usr/bin/python3
"""zeep as a peer: a SOAP client that knows nothing but a WSDL, told what to do line by line as interop/README.md says."""

import sys
import traceback
import urllib.parse

import zeep
import zeep.plugins

WSA = "{http://www.w3.org/2005/08/addressing}"


class Peer:
    def __init__(self):
        self.client = None
        self.history = zeep.plugins.HistoryPlugin()

    def load(self, url):
        """Reads the WSDL; answers with the names of its operations.

        Its actions make zeep write the headers of WS-Addressing.
        """
        self.client = zeep.Client(url, plugins=[self.history])
        return sorted(
            operation
            for service in self.client.wsdl.services.values()
            for port in service.ports.values()
            for operation in port.binding.all()
        )

    def call(self, operation, **arguments):
        return [str(getattr(self.client.service, operation)(**arguments))]

    def call_dim(self, level):
        return self.call("dim", level=int(level))

    def call_with(self, operation, name, value):
        """Answers with the result, and says whether WS-Addressing ties it to the call."""
        answer = self.call(operation, **{name: value})
        asked = self.history.last_sent["envelope"].findtext(".//" + WSA + "MessageID")
        told = self.history.last_received["envelope"].findtext(".//" + WSA + "RelatesTo")
        return answer + ["related" if asked and asked == told else "%s is no answer to %s" % (told, asked)]

    def send_with(self, operation, name, value):
        """Calls a one-way operation; answers with the headers of WS-Addressing that were sent."""
        result = getattr(self.client.service, operation)(**{name: value})
        if result is not None:
            raise AssertionError("answered with %s (expected: nothing)" % result)
        envelope = self.history.last_sent["envelope"]
        return sorted(element.tag[len(WSA) :] for element in envelope.iter(WSA + "*"))

    def refused(self, operation, name, value):
        """Makes a call that fails; answers with the code and text of the fault."""
        try:
            answer = self.call(operation, **{name: value})
        except zeep.exceptions.Fault as fault:
            return [str(fault.code), fault.message]
        raise AssertionError("answered with %s (expected: a fault)" % answer)

    def fault(self, url):
        """Asks the service for an operation that it does not have; answers with the code and text of its fault."""
        binding = self.client.service._binding
        envelope, headers = binding._create("dim", [], {"level": 1}, client=self.client)
        for action in envelope.iter("{http://www.w3.org/2005/08/addressing}Action"):
            action.text = "http://example.org/lamp/Lamp/explode"
        headers["Content-Type"] = "application/soap+xml; charset=utf-8"
        response = self.client.transport.post_xml(url, envelope, headers)
        try:
            binding.process_reply(self.client, binding.get("dim"), response)
        except zeep.exceptions.Fault as fault:
            return [str(response.status_code), str(fault.code), fault.message]
        raise AssertionError("answered with status %d (expected: a fault)" % response.status_code)


def main():
    peer = Peer()
    commands = {
        "load": peer.load,
        "dim": peer.call_dim,
        "fault": peer.fault,
        "call": peer.call_with,
        "send": peer.send_with,
        "refused": peer.refused,
    }
    print("event ready", flush=True)
    for line in sys.stdin:
        name, *words = [urllib.parse.unquote_plus(word) for word in line.split()]
        try:
            answer = ["ok", *commands[name](*words)]
        except Exception as failure:  # Whatever it is, the other side has to know.
            traceback.print_exc()
            answer = ["failed", "%s: %s" % (type(failure).__name__, failure)]
        print(" ".join(urllib.parse.quote_plus(word) for word in answer), flush=True)


main()
