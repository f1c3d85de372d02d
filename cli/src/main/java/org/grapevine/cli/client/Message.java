package org.grapevine.cli.client;

import java.net.URI;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeSplice;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.gossip.header.Gossip1;

/**
 * A message for a shadow.
 *
 * @param id its {@code wsa:MessageID}
 * @param gossip attributes of its {@code g:Gossip}; empty if it has none
 */
@SuppressWarnings("ArrayRecordComponent") // Handed on to one sender, never compared.
record Message(String id, Map<String, String> gossip, byte[] envelope) {

    /**
     * Puts a message together. A file that is an envelope keeps its header: only what is missing is added, {@code wsa:To} becomes
     * the shadow's, and parameters that were given win over those that the file has.
     *
     * @param newId for a file without a message id
     */
    static Message of(BodyFile file, URI to, String action, Map<String, String> parameters, String newId) {
        if (file.envelope().isPresent()) {
            return of(file.envelope().get(), to, action, parameters, newId);
        }
        EnvelopeWriter writer = EnvelopeWriter.forAction(action)
                .messageId(newId)
                .to(to.toString())
                .body(file.body());
        if (!parameters.isEmpty()) {
            writer.header(gossipBlock(parameters));
        }
        return new Message(newId, parameters, writer.toBytes());
    }

    private static Message of(Envelope envelope, URI to, String action, Map<String, String> parameters, String newId) {
        String id = envelope.messageId().filter(text -> !text.isEmpty()).orElse(newId);
        Map<String, String> gossip = new LinkedHashMap<>();
        envelope.headerBlock(Gossip1.GOSSIP).ifPresent(block -> block.attributes()
                .forEach((name, value) -> gossip.put(name.getLocalPart(), value)));
        gossip.putAll(parameters);
        Map<QName, byte[]> blocks = new LinkedHashMap<>();
        blocks.put(Wsa.ACTION, new XmlWriter().element(Wsa.ACTION, action).toBytes());
        blocks.put(Wsa.MESSAGE_ID, new XmlWriter().element(Wsa.MESSAGE_ID, id).toBytes());
        blocks.put(Wsa.TO, new XmlWriter().element(Wsa.TO, to.toString()).toBytes());
        if (!gossip.isEmpty()) {
            blocks.put(Gossip1.GOSSIP, gossipBlock(gossip));
        }
        byte[] bytes = new EnvelopeSplice(envelope, blocks.keySet())
                .with(blocks.values().toArray(byte[][]::new));
        return new Message(id, gossip, bytes);
    }

    private static byte[] gossipBlock(Map<String, String> attributes) {
        XmlWriter block = new XmlWriter().start(Gossip1.GOSSIP);
        attributes.forEach(block::attribute);
        return block.end().toBytes();
    }

    /** A number among the parameters, ms. */
    Optional<Long> millis(String parameter) {
        return Optional.ofNullable(gossip.get(parameter))
                .filter(text -> text.matches("[0-9]{1,9}"))
                .map(Long::valueOf);
    }
}
