package org.grapevine.dpws.transport;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Certificates of an authority of their own, made when they are needed by the keytool of the running JDK. One thread. */
public final class TestCertificates {

    public static final String LOOPBACK = "san=ip:127.0.0.1,dns:localhost";

    private static final String PASSWORD = "secret";

    private final Path directory;
    private final Path authority;

    /** Makes the authority; its files go into the directory. */
    public TestCertificates(Path directory) throws IOException {
        this.directory = directory;
        this.authority = directory.resolve("authority.p12");
        keytool("-genkeypair", "-alias", "authority", "-dname", "CN=authority", "-ext", "bc:c", "-validity", "2");
    }

    public static char[] password() {
        return PASSWORD.toCharArray();
    }

    /**
     * A PKCS #12 store with a key and its certificate.
     *
     * @param arguments further ones for keytool, such as "-ext", {@link #LOOPBACK}
     */
    public Path pkcs12(String name, String... arguments) throws IOException, GeneralSecurityException {
        List<String> all =
                new ArrayList<>(List.of("-genkeypair", "-alias", name, "-dname", "CN=" + name, "-signer", "authority"));
        all.addAll(List.of(arguments));
        if (!all.contains("-validity")) {
            all.addAll(List.of("-validity", "1"));
        }
        keytool(all.toArray(String[]::new));
        KeyStore made = store();
        KeyStore own = KeyStore.getInstance("PKCS12");
        own.load(null, password());
        Key key = made.getKey(name, password());
        own.setKeyEntry(name, key, password(), made.getCertificateChain(name));
        Path file = directory.resolve(name + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            own.store(out, password());
        }
        return file;
    }

    /** PEM with the certificates of what {@link #pkcs12} made, or of "authority". */
    public Path certificatePem(String name) throws IOException, GeneralSecurityException {
        StringBuilder text = new StringBuilder("what stands before the first block is a comment\n");
        for (Certificate certificate : store().getCertificateChain(name)) {
            text.append(pem("CERTIFICATE", certificate.getEncoded()));
        }
        return Files.writeString(directory.resolve(name + "-certificate.pem"), text);
    }

    /** PEM with the private key of what {@link #pkcs12} made. */
    public Path keyPem(String name) throws IOException, GeneralSecurityException {
        byte[] key = store().getKey(name, password()).getEncoded();
        return Files.writeString(directory.resolve(name + "-key.pem"), pem("PRIVATE KEY", key));
    }

    /** Has a certificate for 127.0.0.1 and trusts the authority. */
    public TlsSettings settings(String name) throws IOException, GeneralSecurityException {
        return settings(name, LOOPBACK);
    }

    public TlsSettings settings(String name, String alternativeNames) throws IOException, GeneralSecurityException {
        return TlsSettings.none()
                .withIdentityFromPkcs12(pkcs12(name, "-ext", alternativeNames), password())
                .withTrustFromPem(certificatePem("authority"));
    }

    static String pem(String type, byte[] content) {
        return "-----BEGIN " + type + "-----\n"
                + new String(Base64.getMimeEncoder(64, new byte[] {'\n'}).encode(content), US_ASCII)
                + "\n-----END " + type + "-----\n";
    }

    private KeyStore store() throws IOException, GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(authority)) {
            store.load(in, password());
        }
        return store;
    }

    private void keytool(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", authority.toString(), "-storetype", "PKCS12", "-storepass", PASSWORD));
        if (!command.contains("-keyalg")) {
            command.addAll(List.of("-keyalg", "EC", "-groupname", "secp256r1"));
        }
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), UTF_8);
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS) || process.exitValue() != 0) {
                process.destroyForcibly();
                throw new IOException("keytool " + List.of(arguments) + ": " + said);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while keytool ran", e);
        }
    }
}
