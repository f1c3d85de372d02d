package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlAttribute;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlSchemaType;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Answers {@link GetStatus}. Nothing changes it once made. */
@XmlRootElement(name = "GetStatusResponse")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "GetStatusResponse")
public final class GetStatusResponse {

    /** Views and entries together, at the least octets, that an answer of a legal size can hold. */
    private static final int MAX_VIEWS = 512;

    /** Views that were left out since the answer would have been too large. */
    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String omitted;

    @XmlElement(name = "View")
    private @Nullable List<@Nullable ViewWords> views;

    /** For JAXB. */
    GetStatusResponse() {}

    /**
     * As many of the views as fit, each with as many entries as fit.
     *
     * @param shown entries of each view at the most
     * @param maxOctets of the whole element
     */
    static GetStatusResponse of(List<ViewReport> reports, int shown, int maxOctets) {
        List<ViewWords> words = new ArrayList<>();
        int left = maxOctets;
        int omitted = 0;
        for (ViewReport report : reports) {
            int frame = ViewWords.octets(report);
            if (frame > left) {
                omitted++;
                continue;
            }
            left -= frame;
            int entries = ViewWords.fitting(report, shown, left);
            left -= ViewWords.octetsOfEntries(report, entries);
            words.add(ViewWords.of(report, entries));
        }
        GetStatusResponse message = new GetStatusResponse();
        message.omitted = Integer.toString(omitted);
        message.views = new ArrayList<>(words);
        return message;
    }

    /** @throws IllegalArgumentException for the first thing that is wrong */
    StatusReport toReport() {
        return new StatusReport(
                Lexical.list("View", views, MAX_VIEWS).stream()
                        .map(ViewWords::toReport)
                        .toList(),
                Lexical.small("omitted", omitted, 0, Integer.MAX_VALUE));
    }
}
