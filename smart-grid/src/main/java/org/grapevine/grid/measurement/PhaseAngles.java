package org.grapevine.grid.measurement;

import static org.grapevine.grid.payload.Lexical.decimal;
import static org.grapevine.grid.payload.Lexical.instant;
import static org.grapevine.grid.payload.Lexical.integer;
import static org.grapevine.grid.payload.Lexical.present;
import static org.grapevine.grid.payload.Lexical.require;
import static org.grapevine.grid.payload.Lexical.requireSize;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * An {@link AngleRange} on the wire. Text until {@link #toRange} reads it. Nothing changes it once made, so it may be handed between
 * threads.
 */
@XmlRootElement(name = "phaseAngles")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "PhaseAngles",
        propOrder = {"numDataSources", "leftOut", "halves", "difference"})
public final class PhaseAngles {

    private static final String NEGATIVE = "negative";
    private static final String POSITIVE = "positive";

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "dateTime")
    private @Nullable String at;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String numDataSources;

    @XmlElement(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String leftOut;

    @XmlElement(name = "half", required = true)
    private @Nullable List<Half> halves;

    @XmlElement
    @XmlSchemaType(name = "decimal")
    private @Nullable String difference;

    /** For JAXB. */
    PhaseAngles() {}

    public static PhaseAngles of(AngleRange range) {
        PhaseAngles message = new PhaseAngles();
        message.at = range.at().toString();
        message.numDataSources = Long.toString(range.numDataSources());
        message.leftOut = Long.toString(range.leftOut());
        List<Half> halves = new ArrayList<>();
        range.negative().ifPresent(span -> halves.add(Half.of(NEGATIVE, span)));
        range.positive().ifPresent(span -> halves.add(Half.of(POSITIVE, span)));
        message.halves = halves;
        message.difference = range.difference().map(BigDecimal::toPlainString).orElse(null);
        return message;
    }

    /**
     * Reads and checks the angles.
     *
     * @throws org.grapevine.grid.payload.MalformedPayloadException for the first thing that is wrong
     */
    public AngleRange toRange() {
        List<Half> present = present("half", halves, "one or two halves");
        requireSize("half", present, 1, 2);
        AngleRange range = new AngleRange(
                instant("@at", at),
                integer("numDataSources", numDataSources, 1, AngleRange.MAX_COUNT),
                integer("leftOut", leftOut, 0, AngleRange.MAX_COUNT),
                span(present, NEGATIVE),
                span(present, POSITIVE));
        Optional<BigDecimal> said = Optional.ofNullable(difference).map(text -> decimal("difference", text));
        Optional<BigDecimal> expected = range.difference();
        require(
                said.isPresent() == expected.isPresent()
                        && said.stream().allMatch(degrees -> degrees.compareTo(expected.orElseThrow()) == 0),
                "difference",
                said.map(BigDecimal::toPlainString).orElse("none"),
                expected.map(BigDecimal::toPlainString).orElse("none"));
        return range;
    }

    private static Optional<AngleSpan> span(List<Half> halves, String side) {
        List<AngleSpan> spans = halves.stream()
                .filter(half -> side.equals(half.side))
                .map(Half::toSpan)
                .toList();
        requireSize("half of the side " + side, spans, 0, 1);
        return spans.stream().findFirst();
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(
            name = "Half",
            propOrder = {"lowest", "highest"})
    private static final class Half {

        @XmlAttribute(required = true)
        private @Nullable String side;

        @XmlElement(required = true)
        @XmlSchemaType(name = "decimal")
        private @Nullable String lowest;

        @XmlElement(required = true)
        @XmlSchemaType(name = "decimal")
        private @Nullable String highest;

        static Half of(String side, AngleSpan span) {
            Half half = new Half();
            half.side = side;
            half.lowest = span.lowest().toPlainString();
            half.highest = span.highest().toPlainString();
            return half;
        }

        AngleSpan toSpan() {
            return new AngleSpan(decimal("half/lowest", lowest), decimal("half/highest", highest));
        }
    }
}
