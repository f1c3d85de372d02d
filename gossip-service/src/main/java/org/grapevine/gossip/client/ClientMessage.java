package org.grapevine.gossip.client;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeLimits;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.gossip.driver.StylesheetText;
import org.grapevine.gossip.header.Gossip1;

/**
 * What a client wants to be gossiped: a body or a whole envelope, the operation that it is for, and the client's own parameters.
 *
 * @param envelope what there is already; its header keeps all that the client does not write itself
 * @param action {@code wsa:Action}; empty for that of the operation which has the body element
 * @param choice parameters that win over those in the envelope's {@code g:Gossip} and over the policy
 * @param stylesheet the text of the function that merges the answers, for devices that may not have it
 */
public record ClientMessage(
        Envelope envelope, Optional<String> action, GossipChoice choice, Optional<StylesheetText> stylesheet) {

    /** In place of an action that is not known yet; never sent. */
    private static final String NO_ACTION = "urn:none";

    /**
     * A message with a body.
     *
     * @param body one element in UTF-8 that declares every namespace it needs, or nothing for an empty body
     * @throws IllegalArgumentException if that is no XML
     */
    public static ClientMessage of(byte[] body) {
        byte[] envelope = EnvelopeWriter.forAction(NO_ACTION).body(body).toBytes();
        try {
            Envelope read =
                    new EnvelopeReader(EnvelopeLimits.http(EnvelopeLimits.HIGHEST_MAX_BYTES)).readWhole(envelope);
            return new ClientMessage(read, Optional.empty(), GossipChoice.NONE, Optional.empty());
        } catch (MalformedEnvelopeException e) {
            throw new IllegalArgumentException(
                    "body: " + e.getMessage() + " (expected: one element that declares its namespaces)", e);
        }
    }

    /** A message that is an envelope already, with what its header says of action, id and parameters. */
    public static ClientMessage of(Envelope envelope) {
        Map<String, String> attributes = new LinkedHashMap<>();
        envelope.headerBlock(Gossip1.GOSSIP).ifPresent(block -> block.attributes()
                .forEach((name, value) -> attributes.put(name.getLocalPart(), value)));
        return new ClientMessage(
                envelope,
                envelope.action().filter(text -> !text.isEmpty()),
                GossipChoice.of(attributes),
                Optional.empty());
    }

    /** The same for a given action. */
    public ClientMessage withAction(String newAction) {
        return new ClientMessage(envelope, Optional.of(newAction), choice, stylesheet);
    }

    /** The same with parameters that win over those it has. */
    public ClientMessage with(GossipChoice narrower) {
        return new ClientMessage(envelope, action, narrower.over(choice), stylesheet);
    }

    /**
     * The same, with a function of the client's own. Its text goes with the request to the entry; from there on the request bears its
     * hash, and whichever device lacks the text asks the one from which it got the request. Devices that are willing to run it say
     * so: by default they run only what they have on their list.
     */
    public ClientMessage withStylesheet(StylesheetText text) {
        String own = choice.get("aggregation").orElse("");
        // Parameters that the choice has for this text stay.
        boolean named = StylesheetText.hashPart(own).filter(text.uri()::equals).isPresent();
        return new ClientMessage(
                envelope, action, named ? choice : choice.withAggregation(text.uri()), Optional.of(text));
    }

    /** The id that the envelope bears; empty for one that the client is to give. */
    public Optional<String> id() {
        return envelope.messageId().filter(text -> !text.isEmpty());
    }
}
