package org.grapevine.dpws.transport;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * How TLS is spoken, by an {@link HttpServer} and by an {@link HttpSender} (DPWS 1.1, secure channel): the own certificate, whom to
 * trust, whether clients must show a certificate, and which protocols. Nobody is trusted who was not named: the certificate
 * authorities of the JDK count for nothing here. TLS 1.3 unless {@link #withTls12} adds its predecessor; older ones are never spoken.
 *
 * <p>Files are read once, by the methods that name them, which throw an IOException that says which file, what is wrong with it and
 * what was expected. Immutable; for any number of threads. Its text form shows no secret.
 */
public final class TlsSettings {

    /** What a server asks of its clients. */
    public enum ClientAuthentication {
        /** No certificate. */
        NONE,
        /** A certificate if the client has one; one that is not trusted is refused. */
        WANTED,
        /** A trusted certificate; without it there is no connection. */
        NEEDED
    }

    private static final List<String> TLS13 = List.of("TLSv1.3");
    private static final List<String> TLS12_TOO = List.of("TLSv1.3", "TLSv1.2");

    private final Optional<TlsFiles.Identity> identity;
    private final List<X509Certificate> trusted;
    private final ClientAuthentication clientAuthentication;
    private final List<String> protocols;
    private final Clock clock;

    private TlsSettings(
            Optional<TlsFiles.Identity> identity,
            List<X509Certificate> trusted,
            ClientAuthentication clientAuthentication,
            List<String> protocols,
            Clock clock) {
        this.identity = identity;
        this.trusted = List.copyOf(trusted);
        this.clientAuthentication = clientAuthentication;
        this.protocols = protocols;
        this.clock = clock;
    }

    /** No own certificate, nobody trusted, no client authentication, TLS 1.3. */
    public static TlsSettings none() {
        return none(Clock.systemUTC());
    }

    static TlsSettings none(Clock clock) {
        return new TlsSettings(Optional.empty(), List.of(), ClientAuthentication.NONE, TLS13, clock);
    }

    /**
     * With an own certificate from PEM files.
     *
     * @param certificates the own certificate first, then those that lead to its authority
     * @param key the private key in PKCS #8 without a password ({@code BEGIN PRIVATE KEY}): RSA, EC or EdDSA
     * @throws IOException naming the file, if one cannot be read, the key is not that of the certificate, or a certificate is
     *     expired or not valid yet
     */
    public TlsSettings withIdentityFromPem(Path certificates, Path key) throws IOException {
        return withIdentity(TlsFiles.identityFromPem(certificates, key, clock.instant()));
    }

    /**
     * With an own certificate from a PKCS #12 store, such as keytool makes.
     *
     * @param password of the store and of the key in it; not kept
     * @throws IOException naming the file, if it cannot be read, has not exactly one private key, or its certificate is expired or
     *     not valid yet
     */
    public TlsSettings withIdentityFromPkcs12(Path store, char[] password) throws IOException {
        return withIdentity(TlsFiles.identityFromPkcs12(store, password, clock.instant()));
    }

    private TlsSettings withIdentity(TlsFiles.Identity own) {
        return new TlsSettings(Optional.of(own), trusted, clientAuthentication, protocols, clock);
    }

    /**
     * Trusts every certificate in a PEM file, and what those that are authorities have signed; adds to whom is trusted already.
     *
     * @throws IOException naming the file, if it cannot be read or has no certificate
     */
    public TlsSettings withTrustFromPem(Path certificates) throws IOException {
        return withTrust(TlsFiles.trustFromPem(certificates, clock.instant()));
    }

    /** As {@link #withTrustFromPem}, from the certificates of a PKCS #12 store. */
    public TlsSettings withTrustFromPkcs12(Path store, char[] password) throws IOException {
        return withTrust(TlsFiles.trustFromPkcs12(store, password, clock.instant()));
    }

    private TlsSettings withTrust(List<X509Certificate> more) {
        List<X509Certificate> all = new ArrayList<>(trusted);
        all.addAll(more);
        return new TlsSettings(identity, all, clientAuthentication, protocols, clock);
    }

    /** Counts for servers only. */
    public TlsSettings withClientAuthentication(ClientAuthentication wish) {
        return new TlsSettings(identity, trusted, wish, protocols, clock);
    }

    /** Speaks TLS 1.2 too, for peers that know no other. */
    public TlsSettings withTls12() {
        return new TlsSettings(identity, trusted, clientAuthentication, TLS12_TOO, clock);
    }

    public ClientAuthentication clientAuthentication() {
        return clientAuthentication;
    }

    /** As the JDK names them, the newest first. */
    public List<String> protocols() {
        return protocols;
    }

    /** The own certificate and those that lead to its authority; empty without one. */
    public List<X509Certificate> certificates() {
        return identity.map(TlsFiles.Identity::chain).orElse(List.of());
    }

    /** When the first of the own certificates expires; peers refuse it from then on. */
    public Optional<Instant> expires() {
        return certificates().stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo);
    }

    /**
     * Refuses what a server cannot work with.
     *
     * @throws IllegalArgumentException without a certificate, or if nobody is trusted though clients are asked for theirs
     */
    public void requireFitForServer() {
        Arguments.require(identity.isPresent(), "tls: no certificate (expected: one for a server)");
        Arguments.require(
                clientAuthentication == ClientAuthentication.NONE || !trusted.isEmpty(),
                "tls: client authentication %s without a trusted certificate (expected: at least one)",
                clientAuthentication);
    }

    SSLContext serverContext() {
        return context(new TrustManager[] {trust()});
    }

    SSLContext clientContext(ExpectedEndpoints endpoints) {
        return context(new TrustManager[] {new PeerTrust(trust(), endpoints)});
    }

    private SSLContext context(TrustManager[] trust) {
        try {
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys(), trust, null);
            return context;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot speak TLS with these settings", e);
        }
    }

    private KeyManager @Nullable [] keys() throws GeneralSecurityException {
        if (identity.isEmpty()) {
            return new KeyManager[0];
        }
        // The store lives in memory only; its password protects nothing.
        char[] password = "in memory".toCharArray();
        KeyStore store = TlsFiles.emptyStore();
        TlsFiles.Identity own = identity.get();
        store.setKeyEntry("own", own.key(), password, own.chain().toArray(X509Certificate[]::new));
        KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, password);
        return factory.getKeyManagers();
    }

    private X509ExtendedTrustManager trust() {
        if (trusted.isEmpty()) {
            return new PeerTrust.Nobody();
        }
        try {
            KeyStore store = TlsFiles.emptyStore();
            for (int i = 0; i < trusted.size(); i++) {
                store.setCertificateEntry("trusted-" + i, trusted.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            factory.init(store);
            for (TrustManager manager : factory.getTrustManagers()) {
                if (manager instanceof X509ExtendedTrustManager known) {
                    return known;
                }
            }
            throw new IllegalStateException("the JDK has no trust manager for X.509 (expected: one)");
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the JDK cannot check certificates", e);
        }
    }

    @Override
    public String toString() {
        return "TlsSettings["
                + identity.map(own ->
                                own.chain().get(0).getSubjectX500Principal().getName())
                        .orElse("no certificate")
                + ", " + trusted.size() + " trusted, clients " + clientAuthentication + ", " + protocols + "]";
    }
}
