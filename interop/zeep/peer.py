#!/usr/bin/python3
"""zeep as a peer: a SOAP client that knows nothing but a WSDL, told what to do line by line as interop/README.md says."""

import sys
import traceback
import urllib.parse

import zeep


class Peer:
    def __init__(self):
        self.client = None

    def load(self, url):
        """Reads the WSDL; answers with the names of its operations.

        Its actions make zeep write the headers of WS-Addressing.
        """
        self.client = zeep.Client(url)
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
    commands = {"load": peer.load, "dim": peer.call_dim, "fault": peer.fault}
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
