package org.grapevine.dpws.transport;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads keys and certificates from files. What is wrong with one is said with its name and what was expected. */
final class TlsFiles {

    private static final Logger LOG = LoggerFactory.getLogger(TlsFiles.class);
    private static final Duration SOON = Duration.ofDays(30);
    private static final long MAX_FILE_BYTES = 1 << 20;
    private static final List<String> KEY_ALGORITHMS = List.of("EC", "RSA", "EdDSA");
    private static final String BEGIN = "-----BEGIN ";
    private static final String DASHES = "-----";

    private TlsFiles() {}

    /** A private key with its certificate and those that lead to its authority. */
    record Identity(PrivateKey key, List<X509Certificate> chain) {
        @Override
        public String toString() {
            return "Identity[" + chain.get(0).getSubjectX500Principal().getName() + "]";
        }
    }

    @SuppressWarnings("ArrayRecordComponent") // A carrier inside this class; never compared.
    private record PemBlock(String type, byte[] content) {}

    static Identity identityFromPem(Path certificates, Path key, Instant now) throws IOException {
        List<X509Certificate> chain = certificatesFromPem(certificates);
        PrivateKey privateKey = keyFromPem(key);
        requireValidNow(certificates, chain, now);
        requirePair(key, privateKey, chain.get(0), certificates);
        return new Identity(privateKey, chain);
    }

    static Identity identityFromPkcs12(Path file, char[] password, Instant now) throws IOException {
        KeyStore store = openStore(file, password);
        try {
            List<String> keys = new ArrayList<>();
            for (String alias : Collections.list(store.aliases())) {
                if (store.isKeyEntry(alias)) {
                    keys.add(alias);
                }
            }
            if (keys.size() != 1) {
                throw refused(file, keys.size() + " private keys", "exactly one; keytool -list shows what it holds");
            }
            PrivateKey key = (PrivateKey) store.getKey(keys.get(0), password);
            List<X509Certificate> chain = new ArrayList<>();
            for (Certificate certificate : store.getCertificateChain(keys.get(0))) {
                chain.add((X509Certificate) certificate);
            }
            requireValidNow(file, chain, now);
            return new Identity(key, List.copyOf(chain));
        } catch (GeneralSecurityException e) {
            throw refused(file, "its key cannot be read: " + e.getMessage(), "the store's password on the key too");
        }
    }

    static List<X509Certificate> trustFromPem(Path file, Instant now) throws IOException {
        List<X509Certificate> found = certificatesFromPem(file);
        warnOfExpired(file, found, now);
        return found;
    }

    static List<X509Certificate> trustFromPkcs12(Path file, char[] password, Instant now) throws IOException {
        KeyStore store = openStore(file, password);
        List<X509Certificate> found = new ArrayList<>();
        try {
            for (String alias : Collections.list(store.aliases())) {
                if (store.getCertificate(alias) instanceof X509Certificate certificate) {
                    found.add(certificate);
                }
            }
        } catch (GeneralSecurityException e) {
            throw refused(file, "its certificates cannot be read: " + e.getMessage(), "a PKCS #12 store");
        }
        if (found.isEmpty()) {
            throw refused(file, "no certificate", "at least one; keytool -importcert adds one");
        }
        warnOfExpired(file, found, now);
        return List.copyOf(found);
    }

    static KeyStore emptyStore() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException("an empty key store cannot be made", e);
        }
        return store;
    }

    private static KeyStore openStore(Path file, char[] password) throws IOException {
        byte[] bytes = read(file, "a PKCS #12 store; keytool -genkeypair makes one");
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(new ByteArrayInputStream(bytes), password);
            return store;
        } catch (IOException e) {
            boolean wrongPassword = e.getCause() instanceof GeneralSecurityException;
            throw refused(
                    file,
                    wrongPassword ? "the password does not open it" : "cannot be read",
                    wrongPassword ? "the password with which it was made" : "a PKCS #12 store");
        } catch (GeneralSecurityException e) {
            throw refused(file, "cannot be read: " + e.getMessage(), "a PKCS #12 store");
        }
    }

    private static List<X509Certificate> certificatesFromPem(Path file) throws IOException {
        String expected = "PEM with certificates; keytool -exportcert -rfc writes one";
        List<X509Certificate> found = new ArrayList<>();
        for (PemBlock block : blocks(file, expected)) {
            if (block.type().equals("CERTIFICATE")) {
                try {
                    found.add((X509Certificate) CertificateFactory.getInstance("X.509")
                            .generateCertificate(new ByteArrayInputStream(block.content())));
                } catch (GeneralSecurityException e) {
                    throw refused(file, "certificate " + (found.size() + 1) + " cannot be read", expected);
                }
            }
        }
        if (found.isEmpty()) {
            throw refused(file, "no certificate", expected);
        }
        return List.copyOf(found);
    }

    private static PrivateKey keyFromPem(Path file) throws IOException {
        String expected = "BEGIN PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt makes it from others";
        for (PemBlock block : blocks(file, expected)) {
            if (block.type().equals("PRIVATE KEY")) {
                return key(file, block.content());
            }
            if (block.type().endsWith("PRIVATE KEY")) {
                throw refused(file, "BEGIN " + block.type(), expected);
            }
        }
        throw refused(file, "no private key", expected);
    }

    private static PrivateKey key(Path file, byte[] content) throws IOException {
        PKCS8EncodedKeySpec spec = new PKCS8EncodedKeySpec(content);
        for (String algorithm : KEY_ALGORITHMS) {
            try {
                return KeyFactory.getInstance(algorithm).generatePrivate(spec);
            } catch (InvalidKeySpecException e) {
                LOG.trace("{} is no key for {}", file, algorithm, e);
            } catch (GeneralSecurityException e) {
                throw refused(file, "the JDK knows no keys of " + algorithm, "a JDK with EC, RSA and EdDSA");
            }
        }
        throw refused(file, "its key cannot be read", "a key of EC, RSA or EdDSA in PKCS #8");
    }

    private static List<PemBlock> blocks(Path file, String expected) throws IOException {
        String text = new String(read(file, expected), StandardCharsets.ISO_8859_1);
        List<PemBlock> blocks = new ArrayList<>();
        int at = text.indexOf(BEGIN);
        while (at >= 0) {
            int typeEnd = text.indexOf(DASHES, at + BEGIN.length());
            String type = typeEnd < 0 ? "" : text.substring(at + BEGIN.length(), typeEnd);
            int end = typeEnd < 0 ? -1 : text.indexOf("-----END " + type + DASHES, typeEnd);
            if (end < 0) {
                throw refused(file, "a block of PEM without its end", expected);
            }
            String base64 = text.substring(typeEnd + DASHES.length(), end);
            try {
                blocks.add(new PemBlock(type.strip(), Base64.getDecoder().decode(base64.replaceAll("\\s", ""))));
            } catch (IllegalArgumentException e) {
                if (!base64.contains(":")) {
                    throw refused(file, "what stands in " + type + " is not Base64", expected);
                }
                // The old form with headers inside, which only encrypted keys have; named by its type later on.
                blocks.add(new PemBlock("ENCRYPTED " + type.strip(), new byte[0]));
            }
            at = text.indexOf(BEGIN, end);
        }
        return blocks;
    }

    private static byte[] read(Path file, String expected) throws IOException {
        try {
            if (Files.size(file) > MAX_FILE_BYTES) {
                throw refused(file, Files.size(file) + " bytes", "at most " + MAX_FILE_BYTES);
            }
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            throw refused(file, "not there", expected);
        }
    }

    private static void requireValidNow(Path file, List<X509Certificate> chain, Instant now) throws IOException {
        for (X509Certificate certificate : chain) {
            Instant from = certificate.getNotBefore().toInstant();
            Instant until = certificate.getNotAfter().toInstant();
            if (now.isAfter(until)) {
                throw refused(
                        file, "certificate of " + subject(certificate) + " expired " + until, "one that is valid now");
            }
            if (now.isBefore(from)) {
                throw refused(
                        file,
                        "certificate of " + subject(certificate) + " is valid from " + from,
                        "one that is valid now; is the clock right?");
            }
            if (now.plus(SOON).isAfter(until)) {
                LOG.warn("{}: certificate of {} expires {}; make a new one in time", file, subject(certificate), until);
            }
        }
    }

    private static void warnOfExpired(Path file, List<X509Certificate> trusted, Instant now) {
        for (X509Certificate certificate : trusted) {
            Instant until = certificate.getNotAfter().toInstant();
            if (now.isAfter(until)) {
                LOG.warn("{}: trusted certificate of {} expired {}", file, subject(certificate), until);
            }
        }
    }

    private static String subject(X509Certificate certificate) {
        return certificate.getSubjectX500Principal().getName();
    }

    /** A key that is not that of the certificate would show only as failed handshakes. */
    private static void requirePair(Path file, PrivateKey key, X509Certificate certificate, Path certificates)
            throws IOException {
        PublicKey publicKey = certificate.getPublicKey();
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "EC" -> "SHA256withECDSA";
                    case "RSA" -> "SHA256withRSA";
                    default -> "EdDSA";
                };
        boolean pair;
        try {
            byte[] text = "a pair".getBytes(StandardCharsets.US_ASCII);
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(text);
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(text);
            pair = signature.verify(signed);
        } catch (GeneralSecurityException e) {
            LOG.debug("{} and {} do not fit", file, certificates, e);
            pair = false;
        }
        if (!pair) {
            throw refused(file, "not the key of " + subject(certificate), "the key of the first in " + certificates);
        }
    }

    private static IOException refused(Path file, String what, String expected) {
        return new IOException(file + ": " + what + " (expected: " + expected + ")");
    }
}
