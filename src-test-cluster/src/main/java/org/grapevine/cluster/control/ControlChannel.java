package org.grapevine.cluster.control;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.Event;
import org.jgroups.JChannel;
import org.jgroups.MergeView;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;

/** A process's place in the group. Any thread. */
final class ControlChannel implements AutoCloseable {

    /** Is told what comes, on threads of JGroups: what one process sends, in its order. */
    interface Listener {

        void heard(ControlChannel channel, Address from, ControlMessage message);

        /**
         * Others are in sight now.
         *
         * @param appeared those that were not in sight before, or that somebody else had in sight until now
         */
        void view(ControlChannel channel, Set<Address> appeared);
    }

    private final JChannel channel;
    private final AtomicLong malformed = new AtomicLong();
    private volatile Set<Address> members = Set.of();

    private ControlChannel(JChannel channel) {
        this.channel = channel;
    }

    /**
     * Joins the group, or founds it if nobody is found.
     *
     * @throws ClusterException with the reason
     */
    static ControlChannel open(
            String cluster, String name, InetAddress bind, int port, Discovery discovery, Listener listener) {
        try {
            JChannel jgroups = new JChannel(ControlStack.of(bind, port, discovery));
            ControlChannel channel = new ControlChannel(jgroups);
            // It would listen to everybody.
            jgroups.getProtocolStack().getTransport().getDiagnosticsHandler().setEnabled(false);
            jgroups.setName(name);
            jgroups.setDiscardOwnMessages(true);
            jgroups.setReceiver(channel.receiver(listener));
            try {
                jgroups.connect(cluster);
            } catch (Exception e) {
                jgroups.close();
                throw e;
            }
            return channel;
        } catch (Exception e) { // JGroups declares no narrower one.
            throw new ClusterException(
                    Phase.JOIN,
                    "control plane at " + bind.getHostAddress() + ":" + port + ": " + rootOf(e)
                            + " (expected: an address and a port of this machine)",
                    e);
        }
    }

    private static String rootOf(Throwable failure) {
        Throwable root = failure;
        for (Throwable cause = root.getCause(); cause != null; cause = cause.getCause()) {
            root = cause;
        }
        return String.valueOf(root.getMessage());
    }

    private Receiver receiver(Listener listener) {
        return new Receiver() {
            @Override
            public void receive(Message message) {
                if (message.getType() != Message.BYTES_MSG || !message.hasArray()) {
                    malformed.incrementAndGet();
                    return;
                }
                byte[] octets = ((BytesMessage) message).getBytes();
                try {
                    listener.heard(ControlChannel.this, message.getSrc(), ControlCodec.decode(octets));
                } catch (IOException e) {
                    // Whoever sent it is no part of this project; there is nobody to tell, so it is counted.
                    malformed.incrementAndGet();
                }
            }

            @Override
            public void viewAccepted(View view) {
                Set<Address> appeared = new LinkedHashSet<>(view.getMembers());
                if (!(view instanceof MergeView)) {
                    appeared.removeAll(members);
                }
                appeared.remove(channel.getAddress());
                members = Set.copyOf(view.getMembers());
                listener.view(ControlChannel.this, appeared);
            }
        };
    }

    /** Where others find it. */
    InetSocketAddress address() {
        IpAddress ip = (IpAddress) channel.down(new Event(Event.GET_PHYSICAL_ADDRESS, channel.getAddress()));
        return new InetSocketAddress(ip.getIpAddress(), ip.getPort());
    }

    String name() {
        return channel.getClusterName();
    }

    boolean sees(Address member) {
        return members.contains(member);
    }

    /** Sends; what goes to somebody who is gone is lost. */
    void send(Address to, ControlMessage message) {
        try {
            channel.send(new BytesMessage(to, ControlCodec.encode(message)));
        } catch (Exception e) { // JGroups declares no narrower one, and has it that the channel is closed.
            throw new IllegalStateException("control plane: closed (expected: open, to send)", e);
        }
    }

    /** Messages that nobody of this project can have sent. */
    long malformed() {
        return malformed.get();
    }

    @Override
    public void close() {
        channel.close();
    }
}
