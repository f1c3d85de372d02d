package org.grapevine.cli.doctor;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.grapevine.cli.console.ExitCode;
import org.grapevine.cli.console.FailedException;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Progress;
import org.grapevine.cli.console.Reporter;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.Tls;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.device.HostSettings;
import org.grapevine.dpws.transport.AddressText;
import org.grapevine.dpws.transport.HttpServer;
import org.grapevine.dpws.transport.HttpServerOptions;
import org.grapevine.dpws.transport.InterfaceChoice;
import org.grapevine.dpws.transport.LocalInterface;
import org.grapevine.dpws.transport.UdpOptions;
import org.grapevine.dpws.transport.UdpTransport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code grapevine doctor}: is this computer fit for devices? */
@Command(
        name = "doctor",
        description = "Check interfaces, multicast, ports, clock and certificates, and say what to do.")
public final class DoctorCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Session session;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "0",
            description = "Port for HTTP that devices are to have (default: any free one).")
    private String port = "0";

    @Option(names = "--cert", paramLabel = "FILE", description = "Certificate to check: PEM with --key, or a .p12.")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key of --cert, PEM.")
    private @Nullable Path key;

    @Option(names = "--trust", paramLabel = "FILE", description = "Certificates of those who are trusted, PEM.")
    private List<Path> trust = new ArrayList<>();

    private int failed;
    private int warned;

    public DoctorCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() {
        int httpPort = (int) Values.integer("--port", port, 0, 65_535);
        HostSettings settings = session.hostSettings();
        List<InetAddress> addresses = session.networkInterfaces();
        Instant started = Instant.now();
        long startedNanos = System.nanoTime();
        tell(Judgement.java(Runtime.version().feature()));
        List<String> names = interfaces(addresses);
        try (Progress progress = session.progress("checks", addresses.size())) {
            for (int i = 0; i < addresses.size(); i++) {
                check(addresses.get(i), names.get(i), settings, httpPort);
                progress.at(i + 1L);
            }
        }
        certificates();
        tell(Judgement.clock(started, Instant.now(), Duration.ofNanos(System.nanoTime() - startedNanos)));
        Reporter reporter = session.reporter();
        reporter.json(Fields.step("doctor").and("failed", failed).and("warned", warned));
        if (failed > 0) {
            throw new FailedException(failed == 1 ? "1 check failed" : failed + " checks failed");
        }
        reporter.line(warned == 0 ? "all is well" : warned + (warned == 1 ? " warning" : " warnings"));
        return ExitCode.DONE;
    }

    /** The interface of each address. */
    private List<String> interfaces(List<InetAddress> addresses) {
        List<LocalInterface> all = InterfaceChoice.ofThisMachine().interfaces();
        List<String> names = new ArrayList<>();
        for (InetAddress address : addresses) {
            LocalInterface found = all.stream()
                    .filter(each -> each.addresses().contains(address))
                    .findFirst()
                    // All of 127.0.0.0/8 leads back to this machine, but only one address of it is listed.
                    .or(() -> all.stream().filter(LocalInterface::loopback).findFirst())
                    .orElseThrow();
            if (!names.contains(found.name())) {
                tell(Judgement.networkInterface(found));
            }
            names.add(found.name());
        }
        Judgement.elsewhere(all, names).ifPresent(this::tell);
        return names;
    }

    private void check(InetAddress address, String name, HostSettings settings, int httpPort) {
        String subject = name + " " + AddressText.of(address);
        InetSocketAddress group = settings.groupFor(address);
        UdpOptions options = UdpOptions.on(address).withMulticastTtl(settings.multicastTtl());
        Echo echo = new Echo();
        try (UdpTransport udp = UdpTransport.open(options, echo::onDatagram)) {
            // At the port of this socket nobody else can be: what comes there is an echo.
            InetSocketAddress own =
                    new InetSocketAddress(group.getAddress(), udp.localAddress().getPort());
            multicast(udp, own, subject, echo);
            discoveryPort(udp, group, subject);
            tell(Judgement.ttl(subject, settings.multicastTtl(), udp.multicastTtl()));
            tell(Judgement.receiveBuffer(subject, options.receiveBufferBytes(), udp.receiveBufferBytes()));
        } catch (IOException e) {
            tell(Finding.fail("udp", subject, String.valueOf(e.getMessage()), "another --interface"));
        }
        http(new InetSocketAddress(address, httpPort), subject);
    }

    /** Waits for one datagram to come back. */
    private static final class Echo {
        private final byte[] sent = UUID.randomUUID().toString().getBytes(StandardCharsets.US_ASCII);
        private final CountDownLatch heard = new CountDownLatch(1);

        /** On the thread that receives. */
        private void onDatagram(byte[] bytes, InetSocketAddress from, boolean multicast) {
            if (Arrays.equals(bytes, sent)) {
                heard.countDown();
            }
        }

        private boolean await() {
            try {
                return heard.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return false;
            }
        }
    }

    private void multicast(UdpTransport udp, InetSocketAddress group, String subject, Echo echo) {
        String text = AddressText.authority(group);
        try {
            udp.join(group);
        } catch (IOException e) {
            tell(Finding.fail(
                    "multicast",
                    subject,
                    "cannot hear " + text + ": " + e.getMessage(),
                    "an interface with multicast; or use --at and --proxy, which need none"));
            return;
        }
        udp.sendMulticast(group, echo.sent);
        boolean refused = udp.counters().sendErrors() > 0;
        tell(Judgement.multicast(subject, text, refused, !refused && echo.await(), PATIENCE));
    }

    private void discoveryPort(UdpTransport udp, InetSocketAddress group, String subject) {
        String text = AddressText.authority(group);
        try {
            udp.join(group);
            tell(Finding.ok("discovery port", subject, text + " can be heard"));
        } catch (IOException e) {
            tell(Finding.fail(
                    "discovery port",
                    subject,
                    text + " cannot be heard: " + e.getMessage(),
                    "end the program that keeps this port for itself ('ss -ulpn')"));
        }
    }

    private void http(InetSocketAddress bind, String subject) {
        try (HttpServer server = HttpServer.start(HttpServerOptions.on(bind))) {
            String which = bind.getPort() == 0 ? "a free port, now " : "port ";
            tell(Finding.ok("http port", subject, which + server.address().getPort()));
        } catch (IOException e) {
            tell(Finding.fail(
                    "http port",
                    subject,
                    String.valueOf(e.getMessage()),
                    "another --port, or end who has it ('ss -tlpn')"));
        }
    }

    private void certificates() {
        if (certificate == null && key == null && trust.isEmpty()) {
            return;
        }
        try {
            Optional<Instant> expires = Tls.read(
                            "--cert", Optional.ofNullable(certificate), "--key", Optional.ofNullable(key), trust)
                    .expires();
            tell(Judgement.certificate(Instant.now(), expires));
        } catch (UsageException e) {
            tell(Finding.fail("tls", "files", String.valueOf(e.getMessage()), "docs/security.md makes some"));
        }
    }

    private void tell(Finding finding) {
        failed += finding.status() == Finding.Status.FAIL ? 1 : 0;
        warned += finding.status() == Finding.Status.WARN ? 1 : 0;
        Reporter reporter = session.reporter();
        reporter.table(
                "",
                List.of(List.of(
                        pad(finding.status().toString(), 4),
                        pad(finding.check(), 14),
                        finding.subject() + ": " + finding.what())));
        if (!finding.remedy().isEmpty()) {
            reporter.table(" ".repeat(6), List.of(List.of("try", finding.remedy())));
        }
        reporter.json(Fields.step("check")
                .and("status", finding.status().toString())
                .and("check", finding.check())
                .and("subject", finding.subject())
                .and("what", finding.what())
                .and("try", finding.remedy().isEmpty() ? null : finding.remedy()));
    }

    private static String pad(String text, int columns) {
        return text + " ".repeat(Math.max(0, columns - text.length()));
    }
}
