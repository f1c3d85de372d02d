package org.grapevine.peer.service;

import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.bind.annotation.XmlType;
import java.util.ArrayList;
import java.util.List;
import org.grapevine.core.membership.PeerEntry;
import org.jspecify.annotations.Nullable;

/** Answers {@link ExchangeView}: the shadow asked comes first. Nothing changes it once made. */
@XmlRootElement(name = "ExchangeViewResponse")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "ExchangeViewResponse")
public final class ExchangeViewResponse {

    @XmlElement(name = "Entry")
    private @Nullable List<@Nullable EntryWords> entries;

    /** For JAXB. */
    ExchangeViewResponse() {}

    static ExchangeViewResponse of(List<PeerEntry> entries) {
        ExchangeViewResponse message = new ExchangeViewResponse();
        message.entries = new ArrayList<>(entries.stream().map(EntryWords::of).toList());
        return message;
    }

    /** @throws IllegalArgumentException for the first thing that is wrong */
    List<PeerEntry> toEntries() {
        return EntryWords.entries(entries, Peers1.MAX_ENTRIES);
    }
}
