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
import org.grapevine.peer.Peer;
import org.jspecify.annotations.Nullable;

/** Answers {@link GetPeers}. Nothing changes it once made. */
@XmlRootElement(name = "GetPeersResponse")
@XmlAccessorType(XmlAccessType.FIELD)
@XmlType(name = "GetPeersResponse")
public final class GetPeersResponse {

    /** More than any segment has; whoever claims it wants messages to travel without end. */
    private static final int MOST_DEVICES = 10_000_000;

    /** Peers that were drawn, and left out since the answer would have been too large. */
    @XmlAttribute(required = true)
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String omitted;

    /** Estimated devices in the segment that was asked for; absent if no view tells. */
    @XmlAttribute
    @XmlSchemaType(name = "unsignedInt")
    private @Nullable String size;

    @XmlElement(name = "Peer")
    private @Nullable List<@Nullable PeerWords> peers;

    /** For JAXB. */
    GetPeersResponse() {}

    /**
     * As many of the peers as fit, the first of them.
     *
     * @param size estimated devices in the segment that was asked for; 0 for unknown
     * @param maxOctets of the whole element
     */
    static GetPeersResponse of(List<Peer> drawn, int size, long nowMillis, int maxOctets) {
        List<PeerWords> words = new ArrayList<>();
        int octets = 0;
        int omitted = 0;
        for (Peer peer : drawn) {
            int more = PeerWords.octets(peer);
            if (octets + more > maxOctets) {
                omitted++;
            } else {
                octets += more;
                words.add(PeerWords.of(peer, nowMillis));
            }
        }
        GetPeersResponse message = new GetPeersResponse();
        message.omitted = Integer.toString(omitted);
        message.size = size > 0 ? Integer.toString(size) : null;
        message.peers = new ArrayList<>(words);
        return message;
    }

    /**
     * Reads and checks the answer.
     *
     * @param asked how many peers were asked for
     * @throws IllegalArgumentException for the first thing that is wrong
     */
    PeerSource.Drawn toDrawn(int asked, long nowMillis) {
        List<Peer> read = Lexical.list("Peer", peers, asked).stream()
                .map(each -> each.toPeer(nowMillis))
                .toList();
        int left = Lexical.small("omitted", omitted, 0, Peers1.MAX_COUNT);
        int devices = size == null ? 0 : Lexical.small("size", size, 0, MOST_DEVICES);
        return new PeerSource.Drawn(read, left == 0 && read.size() < asked, devices);
    }
}
