package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import javax.xml.namespace.QName;
import org.grapevine.core.membership.MembershipConfig;
import org.grapevine.core.membership.MembershipDrop;
import org.grapevine.core.membership.MembershipStats;
import org.grapevine.core.membership.Standing;
import org.grapevine.core.message.Segment;
import org.grapevine.peer.SegmentView;
import org.jspecify.annotations.Nullable;

/** A {@link ViewReport} on the wire. Nothing changes it once made. */
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(
        name = "View",
        propOrder = {"portType", "segment", "self", "dropped", "entries"})
final class ViewWords {

    private static final long MOST = 999_999_999_999_999_999L;

    @XmlAttribute(required = true)
    private @Nullable String kind;

    /** Estimated devices in the segment. */
    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String size;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String links;

    @XmlAttribute(name = "entries", required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String entryCount;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String suspects;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String contacts;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedLong")
    private @Nullable String sent;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedLong")
    private @Nullable String received;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedLong")
    private @Nullable String probes;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedLong")
    private @Nullable String unanswered;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedLong")
    private @Nullable String declaredDead;

    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedLong")
    private @Nullable String contradicted;

    @XmlElement(name = "PortType", required = true)
    private @Nullable QName portType;

    @XmlElement(name = "Segment", required = true)
    @XmlSchemaType(name = "anyURI")
    private @Nullable String segment;

    @XmlElement(name = "Self", required = true)
    private @Nullable EntryWords self;

    @XmlElement(name = "Dropped")
    private @Nullable List<@Nullable Dropped> dropped;

    @XmlElement(name = "Entry")
    private @Nullable List<@Nullable EntryWords> entries;

    /** For JAXB. */
    ViewWords() {}

    /** @param shown how many of the entries, the first ones */
    static ViewWords of(ViewReport report, int shown) {
        MembershipStats stats = report.status().stats();
        ViewWords words = new ViewWords();
        words.kind = name(report.status().kind());
        words.size = Integer.toString(stats.size());
        words.links = Integer.toString(stats.links());
        words.entryCount = Integer.toString(stats.entries());
        words.suspects = Integer.toString(stats.suspects());
        words.contacts = Integer.toString(stats.contacts());
        words.sent = Long.toString(stats.sent());
        words.received = Long.toString(stats.received());
        words.probes = Long.toString(stats.probes());
        words.unanswered = Long.toString(stats.unanswered());
        words.declaredDead = Long.toString(stats.declaredDead());
        words.contradicted = Long.toString(stats.contradicted());
        words.portType = report.portType();
        words.segment = report.segment().scope();
        words.self = EntryWords.of(report.self());
        words.dropped = new ArrayList<>();
        for (Map.Entry<MembershipDrop, Long> each : new TreeMap<>(stats.dropped()).entrySet()) {
            words.dropped.add(Dropped.of(each.getKey(), each.getValue()));
        }
        words.entries = new ArrayList<>(report.status().standings().stream()
                .limit(shown)
                .map(EntryWords::of)
                .toList());
        return words;
    }

    /** Octets that it takes at the most, without its entries. */
    static int octets(ViewReport report) {
        int reasons = report.status().stats().dropped().size();
        return new Octets(700 + 80 * reasons + EntryWords.octets(report.self()))
                .add(report.portType())
                .add(report.segment().scope())
                .sum();
    }

    /** How many of the first entries take no more than that many octets. */
    static int fitting(ViewReport report, int shown, int maxOctets) {
        int fitting = 0;
        int octets = 0;
        for (Standing standing : report.status().standings()) {
            octets += EntryWords.octets(standing.peer());
            if (fitting >= shown || octets > maxOctets) {
                break;
            }
            fitting++;
        }
        return fitting;
    }

    static int octetsOfEntries(ViewReport report, int shown) {
        return report.status().standings().stream()
                .limit(shown)
                .mapToInt(standing -> EntryWords.octets(standing.peer()))
                .sum();
    }

    /** @throws IllegalArgumentException for the first thing that is wrong */
    ViewReport toReport() {
        List<Standing> standings = Lexical.list("Entry", entries, Peers1.MAX_SHOWN).stream()
                .map(EntryWords::toStanding)
                .toList();
        Map<MembershipDrop, Long> drops = new EnumMap<>(MembershipDrop.class);
        for (Dropped each : Lexical.list("Dropped", dropped, MembershipDrop.values().length)) {
            drops.put(each.reason(), Lexical.integer("Dropped count", each.count, 0, MOST));
        }
        MembershipStats stats = new MembershipStats(
                Lexical.small("links", links, 0, Integer.MAX_VALUE),
                Lexical.small("entries", entryCount, 0, Integer.MAX_VALUE),
                Lexical.small("suspects", suspects, 0, Integer.MAX_VALUE),
                Lexical.small("contacts", contacts, 0, Integer.MAX_VALUE),
                Lexical.small("size", size, 0, Integer.MAX_VALUE),
                Lexical.integer("sent", sent, 0, MOST),
                Lexical.integer("received", received, 0, MOST),
                Lexical.integer("probes", probes, 0, MOST),
                Lexical.integer("unanswered", unanswered, 0, MOST),
                Lexical.integer("declaredDead", declaredDead, 0, MOST),
                Lexical.integer("contradicted", contradicted, 0, MOST),
                drops);
        return new ViewReport(
                Lexical.qname("PortType", portType),
                new Segment(Lexical.word("Segment", segment)),
                Lexical.present("Self", self, "an entry").toEntry(),
                new SegmentView.Status(constant("kind", MembershipConfig.Kind.values(), kind), standings, stats));
    }

    private static String name(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static <E extends Enum<E>> E constant(String what, E[] all, @Nullable String text) {
        List<String> names = new ArrayList<>();
        for (E constant : all) {
            if (name(constant).equals(text)) {
                return constant;
            }
            names.add(name(constant));
        }
        throw Lexical.refused(what, String.valueOf(text), String.join(" | ", names));
    }

    /** How often something was refused, and why. */
    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(name = "Dropped")
    private static final class Dropped {

        @XmlAttribute(required = true)
        private @Nullable String reason;

        @XmlAttribute(required = true)
        @XmlSchemaType(name = "unsignedLong")
        private @Nullable String count;

        static Dropped of(MembershipDrop reason, long count) {
            Dropped words = new Dropped();
            words.reason = name(reason);
            words.count = Long.toString(count);
            return words;
        }

        MembershipDrop reason() {
            return constant("Dropped reason", MembershipDrop.values(), reason);
        }
    }
}
