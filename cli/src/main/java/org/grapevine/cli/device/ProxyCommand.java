package org.grapevine.cli.device;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostedProxy;
import org.grapevine.dpws.discovery.DeviceAnnouncement;
import org.grapevine.dpws.discovery.ProxyEntry;
import org.grapevine.dpws.discovery.ProxySettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code grapevine proxy}: a Discovery Proxy. */
@Command(name = "proxy", description = "Run a Discovery Proxy until Ctrl-C, and print the devices that come and go.")
public final class ProxyCommand implements Callable<Integer> {

    /** How often it is looked who came and went. */
    private static final long LOOK_MILLIS = 500;

    private static final int LARGEST_CAPACITY = 1_000_000;

    private final Session session;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port for HTTP, so that its address stays the same (default: a free one).")
    private String port = "0";

    @Option(names = "--state", paramLabel = "FILE", description = "Keep what it knows over restarts in this file.")
    private @Nullable Path state;

    @Option(
            names = "--capacity",
            paramLabel = "N",
            defaultValue = "20000",
            description = {"Most devices that it remembers (default: ${DEFAULT-VALUE})."})
    private String capacity = "20000";

    @Option(
            names = "--suppression",
            description = "Answer multicast Probes with a Hello that leads clients here, which quiets the network.")
    private boolean suppression;

    @Option(
            names = "--for",
            paramLabel = "SECONDS",
            defaultValue = "",
            description = "End by itself after so many seconds (default: run until Ctrl-C).")
    private String seconds = "";

    private final Map<String, DeviceAnnouncement> known = new LinkedHashMap<>();

    public ProxyCommand(Session session) {
        this.session = session;
    }

    @Override
    @SuppressWarnings("try") // The hook is a resource for its closing only.
    public Integer call() throws InterruptedException {
        int httpPort = (int) Values.integer("--port", port, 0, 65_535);
        ProxySettings settings = ProxySettings.defaults()
                .withCapacity((int) Values.integer("--capacity", capacity, 1, LARGEST_CAPACITY))
                .withSuppression(suppression);
        Duration duration = seconds.isEmpty()
                ? Duration.ZERO
                : Values.seconds("--for", seconds, Duration.ofMillis(100), Duration.ofDays(1));
        CountDownLatch end = new CountDownLatch(1);
        try (DeviceHost host = DeviceHost.start(session.hostSettings().withPort(httpPort));
                HostedProxy proxy = HostedProxy.start(host, options(host, settings));
                OnInterrupt leaving = OnInterrupt.run(() -> leave(proxy, host, end))) {
            tellStart(proxy);
            watch(proxy, end, duration);
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
        return ExitCode.DONE;
    }

    private HostedProxy.Options options(DeviceHost host, ProxySettings settings) {
        HostedProxy.Options options = HostedProxy.Options.of(host).withSettings(settings);
        return state == null ? options : options.withStateFile(state);
    }

    private static void leave(HostedProxy proxy, DeviceHost host, CountDownLatch end) {
        end.countDown();
        proxy.close();
        host.close();
    }

    private void tellStart(HostedProxy proxy) {
        Reporter reporter = session.reporter();
        proxy.setAside().ifPresent(file -> {
            reporter.line("the state file could not be read; it is kept as " + file);
            reporter.json(Fields.step("state-set-aside").and("file", file.toString()));
        });
        reporter.line("Discovery Proxy at " + proxy.address() + "; Ctrl-C ends it");
        reporter.json(Fields.step("proxy")
                .and("address", proxy.address().toString())
                .and("endpoint", proxy.epr().address()));
    }

    private void watch(HostedProxy proxy, CountDownLatch end, Duration duration) throws InterruptedException {
        long startedNanos = System.nanoTime();
        while (true) {
            long left = duration.isZero()
                    ? LOOK_MILLIS
                    : duration.toMillis() - TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
            boolean over = end.await(Math.max(1, Math.min(LOOK_MILLIS, left)), TimeUnit.MILLISECONDS);
            if (over) {
                return;
            }
            look(proxy, end);
            if (left <= LOOK_MILLIS && !duration.isZero()) {
                return;
            }
        }
    }

    private void look(HostedProxy proxy, CountDownLatch end) throws InterruptedException {
        List<ProxyEntry> entries;
        try {
            entries = proxy.entries().get(10, TimeUnit.SECONDS);
        } catch (ExecutionException | CompletionException | TimeoutException e) {
            if (end.getCount() == 0) {
                return; // It closes at this moment.
            }
            throw new FailedException("the Discovery Proxy does not say whom it knows: " + e, e);
        }
        Map<String, DeviceAnnouncement> now = new LinkedHashMap<>();
        entries.forEach(entry -> now.put(entry.device().epr().address(), entry.device()));
        now.forEach((epr, device) -> {
            DeviceAnnouncement before = known.put(epr, device);
            if (before == null) {
                tell("came", device);
            } else if (!before.equals(device)) {
                tell("changed", device);
            }
        });
        known.entrySet().removeIf(entry -> {
            boolean left = !now.containsKey(entry.getKey());
            if (left) {
                tell("left", entry.getValue());
            }
            return left;
        });
    }

    private void tell(String what, DeviceAnnouncement device) {
        Reporter reporter = session.reporter();
        reporter.line(what + "  " + device.epr().address() + "  " + String.join(" ", device.xAddrs()));
        reporter.json(Fields.step(what)
                .and("endpoint", device.epr().address())
                .and("types", device.types().stream().map(Object::toString).toList())
                .and("scopes", device.scopes())
                .and("xAddrs", device.xAddrs())
                .and("metadataVersion", device.metadataVersion()));
    }
}
