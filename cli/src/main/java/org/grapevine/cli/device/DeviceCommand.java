package org.grapevine.cli.device;

import java.io.IOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.OnInterrupt;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.Tls;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.core.engine.GossipConfig;
import org.grapevine.dpws.device.DeviceHost;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.transport.TlsSettings;
import org.grapevine.gossip.driver.DriverOptions;
import org.grapevine.gossip.legacy.LegacyOptions;
import org.grapevine.gossip.shadow.GossipExtension;
import org.grapevine.gossip.shadow.ShadowService;
import org.grapevine.grid.appliance.Appliance;
import org.grapevine.grid.device.GridNode;
import org.grapevine.grid.device.XsltAggregations;
import org.grapevine.grid.sample.DeviceRole;
import org.grapevine.grid.sample.SampleAppliances;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.policy.PolicyException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code grapevine device FILE.yaml}. */
@Command(
        name = "device",
        description = {
            "Runs the devices of a file until Ctrl-C, and prints every tariff that reaches one.",
            "docs/device-file.md describes the file; examples/ has some."
        })
public final class DeviceCommand implements Callable<Integer> {

    private final Session session;

    @Parameters(paramLabel = "FILE", description = "The device file (YAML).")
    private String file = "";

    @Option(
            names = "--for",
            paramLabel = "SECONDS",
            defaultValue = "",
            description = "End by itself after so many seconds (default: run until Ctrl-C).")
    private String seconds = "";

    public DeviceCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws InterruptedException {
        DeviceFile devices = DeviceFile.read(file);
        Duration duration = seconds.isEmpty()
                ? Duration.ZERO
                : Values.seconds("--for", seconds, Duration.ofMillis(100), Duration.ofDays(1));
        try (XsltAggregations aggregations = devices.aggregation().open()) {
            run(devices, aggregations, duration);
        }
        return ExitCode.DONE;
    }

    @SuppressWarnings("try") // The hook is a resource for its closing only.
    private void run(DeviceFile devices, XsltAggregations aggregations, Duration duration) throws InterruptedException {
        GossipExtension gossip = new GossipExtension(
                GossipConfig.defaults(),
                aggregations,
                DriverOptions.defaults(),
                LegacyOptions.defaults(),
                devices.peers());
        gossip.setPolicies((device, service) ->
                Optional.ofNullable(devices.policies().get(service.portType().getLocalPart())));
        CountDownLatch end = new CountDownLatch(1);
        try (DeviceHost host = open(devices, gossip);
                OnInterrupt leaving = OnInterrupt.run(() -> leave(host, end))) {
            start(devices, host);
            report(host, gossip);
            await(end, duration);
        }
    }

    private static void leave(DeviceHost host, CountDownLatch end) {
        host.close();
        end.countDown();
    }

    private static void await(CountDownLatch end, Duration duration) throws InterruptedException {
        if (duration.isZero()) {
            end.await();
        } else {
            // Whichever comes first: the time or Ctrl-C, the devices leave.
            boolean unused = end.await(duration.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private DeviceHost open(DeviceFile devices, GossipExtension gossip) {
        HostSettings settings = settings(devices);
        try {
            DeviceHost host = DeviceHost.start(settings, gossip);
            // Before the first device, which is told to the proxy then.
            devices.presence().proxy().ifPresent(proxy -> host.discovery()
                    .operate(DiscoveryMode.proxyAt(proxy))
                    .join());
            return host;
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What options say wins over the file. */
    private HostSettings settings(DeviceFile devices) {
        DeviceFile.Presence presence = devices.presence();
        boolean ofFile = !session.hasInterfaces() && !presence.interfaces().isEmpty();
        HostSettings settings = session.hostSettings(
                        ofFile
                                ? Session.addresses(file + ": ", String.join(",", presence.interfaces()))
                                : session.networkInterfaces())
                .withPort(devices.port());
        if (presence.state().isPresent()) {
            settings = settings.withStateFile(presence.state().get());
        }
        if (presence.tls().isPresent()) {
            DeviceFile.Certificates files = presence.tls().get();
            TlsSettings tls = Tls.read(
                            file + ": tls.certificate",
                            Optional.of(files.certificate()),
                            file + ": tls.key",
                            files.key(),
                            files.trust())
                    .withClientAuthentication(files.clients());
            settings = settings.withTls(tls);
        }
        return settings;
    }

    private void start(DeviceFile devices, DeviceHost host) {
        SampleAppliances appliances = new SampleAppliances(devices.seed(), devices.zone());
        int started = 0;
        try (Progress progress =
                session.progress("starting devices", devices.devices().size())) {
            for (DeviceFile.Entry entry : devices.devices()) {
                try {
                    start(devices, entry, appliances, host);
                } catch (IllegalArgumentException | PolicyException e) {
                    throw new UsageException(file + ": " + entry.place().name() + ": " + e.getMessage(), e);
                }
                progress.at(++started);
            }
        }
    }

    private void start(DeviceFile devices, DeviceFile.Entry entry, SampleAppliances appliances, DeviceHost host) {
        if (entry.place().role() == DeviceRole.APPLIANCE) {
            Appliance appliance = appliances.appliance(entry.place(), devices.date(), InstantSource.system());
            GridNode.ofAppliance(host, entry.place(), devices.grid(), appliance, this::received);
        } else {
            GridNode.ofConcentrator(
                    host, entry.place(), devices.grid(), devices.zone(), entry.appliances(), this::received);
        }
    }

    private void report(DeviceHost host, GossipExtension gossip) {
        Reporter reporter = session.reporter();
        for (ShadowService shadow : gossip.shadows()) {
            reporter.json(Fields.step("shadow")
                    .and("device", shadow.device().name())
                    .and("endpoint", shadow.device().epr().address())
                    .and("xAddr", shadow.device().address().toString())
                    .and("portType", shadow.original().portType().toString())
                    .and("original", shadow.original().address().toString())
                    .and("shadow", shadow.address().toString())
                    .and("shadowUdp", shadow.peerAddress().value()));
        }
        host.devices().forEach(device -> reporter.line(device.name() + "  " + device.address()));
        reporter.json(Fields.step("ready").and("devices", host.devices().size()));
        reporter.line(host.devices().size() + " devices run; Ctrl-C ends them");
    }

    /** Called by the devices' application threads. */
    private void received(String device, Tariff tariff, boolean taken) {
        session.reporter()
                .json(Fields.step("tariff")
                        .and("device", device)
                        .and("eventId", tariff.eventId())
                        .and("modificationNumber", tariff.modificationNumber())
                        .and("taken", taken));
        session.reporter()
                .line(device + " got tariff " + tariff.eventId() + ", modification " + tariff.modificationNumber()
                        + (taken ? "" : " (not taken: known, older, or for others)"));
    }
}
