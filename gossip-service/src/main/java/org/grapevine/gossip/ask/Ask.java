package org.grapevine.gossip.ask;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.DateTimeException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import javax.xml.XMLConstants;
import javax.xml.namespace.QName;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;
import org.grapevine.gossip.header.Gossip1;
import org.grapevine.gossip.header.MalformedGossipException;
import org.jspecify.annotations.Nullable;

/**
 * What a subscriber wants to know of all devices, how, and how often: the content of a filter in the dialect {@value #DIALECT}.
 *
 * <pre>{@code
 * <wse:Filter Dialect="urn:org.grapevine:gossip:1:Ask">
 *   <g:Ask every="PT15M" runs="96" action="..." replies="aggregate" aggregation="urn:sha256:..." timeout="2000">
 *     <g:Stylesheet>...</g:Stylesheet>
 *     <n:needs xmlns:n="...">...</n:needs>
 *   </g:Ask>
 * </wse:Filter>
 * }</pre>
 *
 * @param every from the beginning of one run to that of the next, {@link #SHORTEST_PERIOD} to {@link #LONGEST_PERIOD}; empty for one
 *     run
 * @param runs after how many it is over, 1..{@value #MOST_RUNS}; empty for as long as it is subscribed; only with a period
 * @param action of the operation; empty for that of the body's element
 * @param choice attributes of {@code g:Gossip}; what they leave out has the value of the policy
 * @param stylesheet a {@code g:Stylesheet}, which declares every namespace it needs; empty if the devices have the function
 * @param body the operation's input element, which declares every namespace it needs; empty for an empty body
 */
public record Ask(
        Optional<Duration> every,
        OptionalInt runs,
        Optional<String> action,
        Map<String, String> choice,
        Optional<String> stylesheet,
        Optional<String> body) {

    /** The filter dialect. */
    public static final String DIALECT = Gossip1.NAMESPACE + ":Ask";

    public static final int MOST_RUNS = 1_000_000;

    public static final Duration SHORTEST_PERIOD = Duration.ofMillis(10);
    public static final Duration LONGEST_PERIOD = Duration.ofDays(31);

    private static final QName ASK = new QName(Gossip1.NAMESPACE, "Ask");

    /** Header block with a text that the devices may not have. */
    public Ask {
        choice = Map.copyOf(choice);
        if (every.isPresent()
                && (every.get().compareTo(SHORTEST_PERIOD) < 0 || every.get().compareTo(LONGEST_PERIOD) > 0)) {
            throw new IllegalArgumentException(
                    "every: " + every.get() + " (expected: " + SHORTEST_PERIOD + ".." + LONGEST_PERIOD + ")");
        }
        if (runs.isPresent() && (runs.getAsInt() < 1 || runs.getAsInt() > MOST_RUNS)) {
            throw new IllegalArgumentException("runs: " + runs.getAsInt() + " (expected: 1.." + MOST_RUNS + ")");
        }
        if (runs.isPresent() && every.isEmpty()) {
            throw new IllegalArgumentException(
                    "runs: " + runs.getAsInt() + " without every (expected: a period as well)");
        }
        if (choice.containsKey("origin-time")) {
            throw new IllegalArgumentException(
                    "origin-time: " + choice.get("origin-time") + " (expected: none, since each run has its own)");
        }
    }

    /** The element {@code g:Ask}. */
    public byte[] toBytes() {
        XmlWriter writer = new XmlWriter().start(ASK);
        every.ifPresent(period -> writer.attribute("every", period.toString()));
        runs.ifPresent(most -> writer.attribute("runs", Integer.toString(most)));
        action.ifPresent(named -> writer.attribute("action", named));
        choice.forEach(writer::attribute);
        stylesheet.ifPresent(writer::raw);
        body.ifPresent(writer::raw);
        return writer.end().toBytes();
    }

    /**
     * Reads the content of a filter.
     *
     * @throws MalformedGossipException if it is no {@code g:Ask}, or one of impossible values
     */
    public static Ask read(String element) throws MalformedGossipException {
        try (XmlReader reader = XmlReader.ofFragment(element)) {
            if (!reader.is(ASK)) {
                throw new MalformedGossipException("filter: " + reader.name() + " (expected: " + ASK + ")");
            }
            Map<String, String> attributes = new LinkedHashMap<>();
            reader.attributes().forEach((name, value) -> {
                if (name.getNamespaceURI().equals(XMLConstants.NULL_NS_URI)) {
                    attributes.put(name.getLocalPart(), value.strip());
                }
            });
            Optional<Duration> every =
                    Optional.ofNullable(attributes.remove("every")).map(Ask::period);
            OptionalInt runs = runs(attributes.remove("runs"));
            Optional<String> action = Optional.ofNullable(attributes.remove("action"));
            Optional<String> stylesheet = Optional.empty();
            Optional<String> body = Optional.empty();
            while (reader.nextChild()) {
                if (reader.is(Gossip1.STYLESHEET) && stylesheet.isEmpty()) {
                    stylesheet = Optional.of(reader.standalone());
                } else if (body.isEmpty()) {
                    body = Optional.of(reader.standalone());
                } else {
                    throw new MalformedGossipException(
                            "g:Ask content: a further " + reader.name() + " (expected: the operation's input only)");
                }
            }
            return new Ask(every, runs, action, attributes, stylesheet, body);
        } catch (MalformedEnvelopeException | IllegalArgumentException e) {
            throw new MalformedGossipException("g:Ask " + e.getMessage());
        }
    }

    private static Duration period(String text) {
        try {
            return Duration.parse(text);
        } catch (DateTimeException e) {
            throw new IllegalArgumentException("every: '" + text + "' (expected: a duration such as PT15M)", e);
        }
    }

    private static OptionalInt runs(@Nullable String text) throws MalformedEnvelopeException {
        return text == null
                ? OptionalInt.empty()
                : OptionalInt.of((int) XmlReader.number("runs", text, Integer.MAX_VALUE));
    }

    /** Name of the body's element. */
    Optional<QName> element() throws MalformedEnvelopeException {
        if (body.isEmpty()) {
            return Optional.empty();
        }
        try (XmlReader reader = XmlReader.ofFragment(body.get())) {
            return Optional.of(reader.name());
        }
    }

    /**
     * The request of one run, as a client would bring it to the shadow that is asked.
     *
     * @param ofOperation {@code wsa:Action}
     */
    byte[] request(String id, String ofOperation) {
        EnvelopeWriter request = EnvelopeWriter.forAction(ofOperation).messageId(id);
        if (!choice.isEmpty()) {
            XmlWriter block = new XmlWriter().start(Gossip1.GOSSIP);
            choice.forEach(block::attribute);
            request.header(block.end().toBytes());
        }
        stylesheet.ifPresent(request::header);
        body.ifPresent(element -> request.body(element.getBytes(UTF_8)));
        return request.toBytes();
    }
}
