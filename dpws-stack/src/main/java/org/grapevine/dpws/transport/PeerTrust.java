package org.grapevine.dpws.transport;

import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * Decides for a client whether a server is who it should be: its certificate leads to a trusted one, and names either the host, as it
 * does on the web (RFC 2818), or in a URI among its alternative names the endpoint reference of a device expected at that address.
 */
final class PeerTrust extends X509ExtendedTrustManager {

    private static final int URI_NAME = 6; // RFC 5280, 4.2.1.6: uniformResourceIdentifier

    private final X509ExtendedTrustManager chains;
    private final ExpectedEndpoints endpoints;

    PeerTrust(X509ExtendedTrustManager chains, ExpectedEndpoints endpoints) {
        this.chains = chains;
        this.endpoints = endpoints;
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        String algorithm = engine.getSSLParameters().getEndpointIdentificationAlgorithm();
        if (algorithm == null || algorithm.isEmpty()) {
            throw new CertificateException("peer: its name is not checked (expected: a client that asks for it)");
        }
        try {
            chains.checkServerTrusted(chain, authType, engine);
        } catch (CertificateException notByHost) {
            Set<String> expected = endpoints.at(engine.getPeerHost(), engine.getPeerPort());
            if (!namesOneOf(chain[0], expected)) {
                throw notByHost;
            }
            chains.checkServerTrusted(chain, authType);
        }
    }

    private static boolean namesOneOf(X509Certificate certificate, Set<String> expected) throws CertificateException {
        @Nullable Collection<List<?>> names = certificate.getSubjectAlternativeNames();
        if (names == null || expected.isEmpty()) {
            return false;
        }
        return names.stream()
                .filter(name -> Integer.valueOf(URI_NAME).equals(name.get(0)))
                .anyMatch(name -> expected.contains(String.valueOf(name.get(1))));
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
            throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
            throws CertificateException {
        throw onlyEngines();
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
        throw onlyEngines();
    }

    private static CertificateException onlyEngines() {
        return new CertificateException("peer: cannot be checked this way (expected: as a server, by an engine)");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
        return chains.getAcceptedIssuers();
    }

    /** For settings that name nobody: the JDK refuses to make one of its own without a certificate. */
    static final class Nobody extends X509ExtendedTrustManager {

        private static CertificateException refused() {
            return new CertificateException("peer: not trusted, as nobody is (expected: settings with a trusted one)");
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw refused();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
                throws CertificateException {
            throw refused();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw refused();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
                throws CertificateException {
            throw refused();
        }

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw refused();
        }

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) throws CertificateException {
            throw refused();
        }

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
