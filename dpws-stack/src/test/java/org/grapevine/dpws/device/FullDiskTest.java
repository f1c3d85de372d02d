package org.grapevine.dpws.device;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.grapevine.dpws.device.Loopback.PATIENCE;
import static org.grapevine.dpws.device.Loopback.everything;
import static org.grapevine.dpws.device.Loopback.find;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;
import org.grapevine.dpws.discovery.ProxySettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A host whose disk is full for a while. */
class FullDiskTest {

    private final AtomicBoolean full = new AtomicBoolean();

    @TempDir
    private Path folder = Path.of("unset");

    private Loopback net;

    @BeforeEach
    void open() throws Exception {
        net = new Loopback();
    }

    @AfterEach
    void close() {
        net.close();
    }

    private DeviceHost host() throws Exception {
        return net.hostWith(settings ->
                settings.withStateFile(folder.resolve("state")).withStateWriter(StateWriter.unlessFull(full::get)));
    }

    @Test
    void devicesStartAndChangeAllTheSame() throws Exception {
        DeviceHost host = host();
        full.set(true);
        Device lamp = Device.named("Lamp").host(new Lamp.Simple()).start(host);
        long version = find(net.host(), everything()).metadataVersion();

        lamp.change(words -> words.firmwareVersion("2")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);

        assertThat(find(net.host(), everything()).metadataVersion()).isEqualTo(version + 1);
        assertThat(host.dropped().failedWrites()).isGreaterThanOrEqualTo(3);
    }

    @Test
    void nothingIsForgottenThatFindsRoomBeforeTheEnd() throws Exception {
        DeviceHost host = host();
        full.set(true);
        Device lamp = Device.named("Lamp").start(host);
        lamp.change(words -> words.firmwareVersion("2")).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        long version = find(net.host(), everything()).metadataVersion();
        full.set(false);
        host.close();

        assertThat(Files.readAllLines(folder.resolve("state"), UTF_8))
                .anyMatch(line -> line.startsWith(version + " ")
                        && line.endsWith(" " + lamp.epr().address()));
    }

    @Test
    void aProxySavesItsEntriesAsSoonAsThereIsRoom() throws Exception {
        DeviceHost host = host();
        HostedProxy.Options options = HostedProxy.Options.of(host)
                .withStateFile(folder.resolve("proxy"))
                .withSettings(ProxySettings.defaults().withLifetime(Duration.ofSeconds(1)));
        try (HostedProxy proxy = HostedProxy.start(host, options)) {
            full.set(true);
            Device unused = Device.named("Lamp").start(net.host());
            awaitCounters(proxy, counters -> counters.failedSaves() >= 2);
            full.set(false);
            awaitCounters(proxy, counters -> counters.saved() >= 1);
            assertThat(proxy.entries().get(10, TimeUnit.SECONDS)).hasSize(1);
        }
    }

    private static void awaitCounters(HostedProxy proxy, Predicate<HostedProxy.Counters> wanted) throws Exception {
        long end = System.nanoTime() + PATIENCE.toNanos();
        while (!wanted.test(proxy.counters().get(10, TimeUnit.SECONDS))) {
            assertThat(System.nanoTime()).isLessThan(end);
        }
    }
}
