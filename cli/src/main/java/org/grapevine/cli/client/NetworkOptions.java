package org.grapevine.cli.client;

import java.net.URI;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.grapevine.cli.console.Session;
import org.grapevine.cli.console.Tls;
import org.grapevine.cli.console.UsageException;
import org.grapevine.cli.console.Values;
import org.grapevine.dpws.discovery.DiscoveryMode;
import org.grapevine.dpws.transport.TlsSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How a client reaches devices: by which kind of discovery, and with which certificates. */
final class NetworkOptions {

    @Option(
            names = "--proxy",
            paramLabel = "URL",
            description = "Ask this Discovery Proxy; the network is asked only if it gives no answer.")
    private @Nullable String proxy;

    @Option(
            names = "--follow-proxies",
            description = "Ask whichever Discovery Proxy announces itself; anybody may say that it is one.")
    private boolean followProxies;

    @Option(
            names = "--legacy",
            description =
                    "Also ask in WS-Discovery 2005/04: printers, cameras, Windows. They can be found, not talked to.")
    private boolean legacy;

    @Option(
            names = "--cert",
            paramLabel = "FILE",
            description = "Own certificate for HTTPS: PEM with --key, or a .p12, whose password is in "
                    + Tls.PASSWORD_VARIABLE + ".")
    private @Nullable Path certificate;

    @Option(names = "--key", paramLabel = "FILE", description = "Private key of --cert, PEM without a password.")
    private @Nullable Path key;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "Certificates of those who are trusted by HTTPS, PEM. May be repeated.")
    private List<Path> trust = new ArrayList<>();

    /** The proxy that is asked, if one was named. */
    Optional<URI> proxy() {
        return Optional.ofNullable(proxy).map(text -> Values.httpAddress("--proxy", text));
    }

    boolean legacy() {
        return legacy;
    }

    DiscoveryMode mode() {
        if (proxy != null && followProxies) {
            throw UsageException.of("--follow-proxies", "together with --proxy", "one of them");
        }
        DiscoveryMode mode = proxy().map(DiscoveryMode::proxyAt)
                .orElseGet(followProxies ? DiscoveryMode::followingProxies : DiscoveryMode::adHoc);
        return mode.withLegacy(legacy);
    }

    /** Whether this client can show who it is, and serve HTTPS. */
    boolean hasCertificate() {
        return certificate != null;
    }

    /** Empty if no file was named. */
    Optional<TlsSettings> tls() {
        if (certificate == null && key == null && trust.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(
                Tls.read("--cert", Optional.ofNullable(certificate), "--key", Optional.ofNullable(key), trust));
    }

    /** The network with these options, checked before anything is sent. */
    Network open(Session session) {
        return new Network(session, mode(), tls());
    }
}
