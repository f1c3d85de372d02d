package org.grapevine.cluster.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.grapevine.cluster.plan.WorkPlan;
import org.grapevine.cluster.record.Entry;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.ReplyMode;
import org.grapevine.core.reply.AggregationException;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.device.HostedService;
import org.grapevine.dpws.device.NotificationSink;
import org.grapevine.dpws.hosting.InvocationReply;
import org.grapevine.dpws.soap.EnvelopeWriter;
import org.grapevine.gossip.client.ClientMessage;
import org.grapevine.gossip.client.GossipAnswer;
import org.grapevine.gossip.client.GossipChoice;
import org.grapevine.gossip.client.GossipClient;
import org.grapevine.gossip.client.GossipEntry;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.simulation.scenario.Workload;
import org.jspecify.annotations.Nullable;

/**
 * The clients of one agent: hands each push and request of the work plan to the shadow of its device, as whoever has something to
 * say would. They have a host of their own, to which the faults of the network do nothing: a client sits beside its device.
 */
final class Publisher implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** Where nobody announces anything: clients need no discovery. */
    private static final String SILENT_GROUP = "239.255.255.249";

    private static final int WARM_UP_CALLS = 100;
    private static final int SMALL = 300;

    private final long run;
    private final RunClock clock;
    private final Recorder recorder;
    private final Fleet fleet;
    private final DeviceHost host;
    private final NotificationSink sink;
    private final Map<Integer, Client> clients = new HashMap<>(); // guarded by this
    private volatile @Nullable CompletableFuture<GossipEntry> described;

    /** The client of one life of a device: its messages have an order of their own. */
    private record Client(Fleet.Member member, GossipClient gossip) {}

    /**
     * Opens the clients' host.
     *
     * @param like the settings of the devices' host, of which the clients' clock and limits are
     */
    Publisher(long run, RunClock clock, Recorder recorder, Fleet fleet, HostSettings like, int discoveryPort)
            throws IOException {
        this.run = run;
        this.clock = clock;
        this.recorder = recorder;
        this.fleet = fleet;
        HostSettings settings = HostSettings.on(
                        new InetSocketAddress(like.bind().getAddress(), 0), ~like.seed())
                .withDiscovery(new InetSocketAddress(InetAddress.getByName(SILENT_GROUP), discoveryPort), like.timing())
                .withMaxEnvelopeBytes(like.maxEnvelopeBytes())
                .withEventLoops(1, 10_000, 10_000)
                .withMaxKnownDevices(1)
                .withClock(like.clock());
        this.host = DeviceHost.start(settings);
        try {
            this.sink = NotificationSink.open(host, "/answers");
        } catch (RuntimeException e) {
            host.close();
            throw e;
        }
    }

    /** Reads what a shadow says of itself and its service, as every client does first; all devices say the same. */
    CompletableFuture<GossipEntry> describe(Fleet.Member any) {
        CompletableFuture<GossipEntry> known = described;
        if (known == null || known.isCompletedExceptionally()) {
            known = GossipClient.of(host).entry(any.shadow().address(), PATIENCE);
            described = known;
        }
        return known;
    }

    /**
     * Calls a service so often that its first real calls are as quick as all later ones; nothing is recorded of it. Blocks as long as
     * that takes.
     */
    void warmUp(Fleet.Member any) {
        HostedService service = any.shadow().original();
        for (int i = 0; i < WARM_UP_CALLS; i++) {
            byte[] push = body(~run, 0, SMALL, Optional.empty());
            byte[] ask = body(~run, 0, SMALL, Optional.of(SMALL));
            InvocationReply unused = service.invoke(EnvelopeWriter.forAction(action(ClusterService.PUSH))
                    .messageId(host.messageIds().next())
                    .body(push)
                    .toBytes());
            InvocationReply unusedToo = service.invoke(EnvelopeWriter.forAction(action(ClusterService.ASK))
                    .messageId(host.messageIds().next())
                    .body(ask)
                    .toBytes());
        }
    }

    private static String action(String operation) {
        return ClusterService.NAMESPACE + ":" + ClusterService.NAME + ":" + operation;
    }

    /** Carries out a task now. A device that is down does nothing. */
    void carryOut(WorkPlan.Task task) {
        Optional<Fleet.Member> member = fleet.member(task.device());
        if (member.isEmpty()) {
            return;
        }
        recorder.add(new Entry.Published(now(), task.device(), task.number()));
        CompletableFuture<?> unused = describe(member.get())
                .thenCompose(entry -> carryOut(task, member.get(), entry.portType()))
                .exceptionally(failure -> {
                    recorder.add(new Entry.Failed(now(), task.device(), task.number(), reason(failure)));
                    return null;
                });
    }

    private CompletableFuture<Void> carryOut(
            WorkPlan.Task task, Fleet.Member member, ServiceDescription.PortType portType) {
        GossipEntry entry = new GossipEntry(
                member.shadow().address(), member.shadow().original().address(), portType);
        GossipClient client = client(task.device(), member);
        if (task.workload() instanceof Workload.Push push) {
            return push(task, push, entry, client);
        } else if (task.workload() instanceof Workload.Request request) {
            return request(task, request, entry, client);
        }
        throw new AssertionError("unhandled: " + task.workload());
    }

    private synchronized GossipClient client(int device, Fleet.Member member) {
        Client known = clients.get(device);
        if (known == null || !known.member().equals(member)) {
            known = new Client(member, GossipClient.of(host));
            clients.put(device, known);
        }
        return known.gossip();
    }

    private CompletableFuture<Void> push(
            WorkPlan.Task task, Workload.Push push, GossipEntry entry, GossipClient client) {
        ClientMessage message = message(task, push.bytes(), Optional.empty(), ScenarioPolicy.choice(push));
        return client.send(List.of(entry), message, PATIENCE).accepted().thenAccept(taken -> {});
    }

    private CompletableFuture<Void> request(
            WorkPlan.Task task, Workload.Request request, GossipEntry entry, GossipClient client) {
        ClientMessage message =
                message(task, request.bytes(), Optional.of(request.answerBytes()), ScenarioPolicy.choice(request));
        if (request.replies().mode() != ReplyMode.COLLECT) {
            return client.ask(List.of(entry), message).thenAccept(answer -> completed(task, answer, read(answer)));
        }
        Collected all = new Collected();
        return client.collect(sink, List.of(entry), message, sample -> {
                    CountedText one = read(sample.value());
                    all.add(one);
                    recorder.add(new Entry.Collected(
                            now(),
                            task.device(),
                            task.number(),
                            one.who().stream().boxed().toList()));
                })
                .end()
                .thenAccept(answer -> completed(task, answer, all.sum()));
    }

    /** Values of single devices, one after the other. */
    private static final class Collected {
        private CountedText sum = new CountedText(new BitSet(), 0, 0); // guarded by this

        synchronized void add(CountedText one) {
            sum = sum.plus(one);
        }

        synchronized CountedText sum() {
            return sum;
        }
    }

    private void completed(WorkPlan.Task task, GossipAnswer answer, CountedText counted) {
        Completeness completeness = answer.completeness();
        recorder.add(
                new Entry.Completed(now(), task.device(), task.number(), counted.who(), counted.sum(), completeness));
    }

    private static CountedText read(GossipAnswer answer) {
        return read(answer.value().orElseThrow(() -> new IllegalStateException("answer: empty (expected: a value)")));
    }

    private static CountedText read(byte[] value) {
        try {
            return DeviceSets.read(value);
        } catch (AggregationException e) {
            throw new IllegalStateException(e);
        }
    }

    private ClientMessage message(WorkPlan.Task task, int bytes, Optional<Integer> answer, GossipChoice choice) {
        return ClientMessage.of(body(run, task.number(), bytes, answer)).with(choice);
    }

    private static byte[] body(long ofRun, int message, int bytes, Optional<Integer> answer) {
        String operation = answer.isPresent() ? ClusterService.ASK : ClusterService.PUSH;
        String wanted =
                answer.map(characters -> "<answer>" + characters + "</answer>").orElse("");
        String body = "<c:" + operation + " xmlns:c=\"" + ClusterService.NAMESPACE + "\"><run>" + ofRun
                + "</run><message>" + message + "</message>" + wanted + "<padding>";
        String end = "</padding></c:" + operation + ">";
        return (body + ".".repeat(Math.max(0, bytes - body.length() - end.length())) + end).getBytes(UTF_8);
    }

    private long now() {
        return Math.max(0, clock.micros());
    }

    private static String reason(Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null ? failure.getCause() : failure;
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        host.close();
    }
}
