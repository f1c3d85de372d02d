package org.grapevine.dpws.discovery;

import java.util.Optional;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.HeaderBlock;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;

/**
 * Orders the messages of one device (WS-Discovery 1.1, 7).
 *
 * @param instanceId grows whenever the device starts without its former state. It should fit into unsigned 32 bits, as seconds
 *     since 1970 do; CXF writes milliseconds, so up to 18 digits are taken in
 * @param sequenceId one of several sequences inside an instance; messages without one form a sequence of their own
 * @param messageNumber grows with every distinct message of the sequence; unsigned 32 bits
 */
public record AppSequence(long instanceId, Optional<String> sequenceId, long messageNumber) {

    public AppSequence {
        if (instanceId < 0 || instanceId > XmlReader.LONGEST_NUMBER) {
            throw new IllegalArgumentException(
                    "instanceId: " + instanceId + " (expected: 0.." + XmlReader.LONGEST_NUMBER + ")");
        }
        requireUnsignedInt("messageNumber", messageNumber);
    }

    public static AppSequence of(long instanceId, long messageNumber) {
        return new AppSequence(instanceId, Optional.empty(), messageNumber);
    }

    /** True if it is known that this message was sent before the other: an older instance, or the same sequence. */
    boolean isBefore(AppSequence other) {
        if (instanceId != other.instanceId) {
            return instanceId < other.instanceId;
        }
        return sequenceId.equals(other.sequenceId) && messageNumber < other.messageNumber;
    }

    static Optional<AppSequence> read(Envelope envelope) throws MalformedEnvelopeException {
        Optional<HeaderBlock> block = envelope.headerBlock(WsDiscovery.APP_SEQUENCE);
        if (block.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new AppSequence(
                number(block.get(), "InstanceId", XmlReader.LONGEST_NUMBER),
                block.get().attribute("SequenceId").map(String::strip),
                number(block.get(), "MessageNumber", XmlReader.UNSIGNED_INT)));
    }

    byte[] toHeaderBlock() {
        XmlWriter block =
                new XmlWriter().start(WsDiscovery.APP_SEQUENCE).attribute("InstanceId", Long.toString(instanceId));
        sequenceId.ifPresent(id -> block.attribute("SequenceId", id));
        return block.attribute("MessageNumber", Long.toString(messageNumber))
                .end()
                .toBytes();
    }

    private static long number(HeaderBlock block, String attribute, long highest) throws MalformedEnvelopeException {
        Optional<String> value = block.attribute(attribute);
        if (value.isEmpty()) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, "AppSequence: has no " + attribute);
        }
        return XmlReader.number("AppSequence " + attribute, value.get(), highest);
    }

    static void requireUnsignedInt(String name, long value) {
        if (value < 0 || value > 0xFFFF_FFFFL) {
            throw new IllegalArgumentException(name + ": " + value + " (expected: 0..4294967295)");
        }
    }
}
