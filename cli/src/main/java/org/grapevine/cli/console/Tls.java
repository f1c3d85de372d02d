package org.grapevine.cli.console;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.grapevine.dpws.transport.TlsSettings;

/** Reads certificates and keys that options or files name. */
public final class Tls {

    /** Holds the password of a PKCS #12 store; an option would be seen by every user of the machine. */
    public static final String PASSWORD_VARIABLE = "GRAPEVINE_KEY_PASSWORD";

    private Tls() {}

    /**
     * Reads the files.
     *
     * @param certificate PEM, with a key beside it, or a PKCS #12 store ({@code .p12}, {@code .pfx}) that has both
     * @param key PEM
     * @param trust PEM files with those who are trusted
     * @throws UsageException naming what is missing, or the file and what is wrong with it
     */
    public static TlsSettings read(
            String certificateName, Optional<Path> certificate, String keyName, Optional<Path> key, List<Path> trust) {
        boolean store = certificate.filter(Tls::isStore).isPresent();
        if (certificate.isPresent() && !store && key.isEmpty()) {
            throw UsageException.of(keyName, "none", "the key of " + certificate.get() + ", or a .p12 that has both");
        }
        if (key.isPresent() && (certificate.isEmpty() || store)) {
            throw UsageException.of(
                    certificateName, certificate.map(Path::toString).orElse("none"), "a PEM file");
        }
        try {
            TlsSettings tls = TlsSettings.none();
            if (store) {
                tls = tls.withIdentityFromPkcs12(certificate.get(), password());
            } else if (certificate.isPresent() && key.isPresent()) {
                tls = tls.withIdentityFromPem(certificate.get(), key.get());
            }
            for (Path file : trust) {
                tls = isStore(file) ? tls.withTrustFromPkcs12(file, password()) : tls.withTrustFromPem(file);
            }
            return tls;
        } catch (IOException e) {
            throw new UsageException(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean isStore(Path file) {
        String name = file.toString().toLowerCase(Locale.ROOT);
        return name.endsWith(".p12") || name.endsWith(".pfx");
    }

    private static char[] password() {
        String password = System.getenv(PASSWORD_VARIABLE);
        if (password == null) {
            throw UsageException.of(PASSWORD_VARIABLE, "not set", "the password of the .p12 file, in the environment");
        }
        return password.toCharArray();
    }
}
