package org.grapevine.dpws.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TlsSettingsTest {

    private static Path directory;
    private static TestCertificates certificates;
    private static Path lamp;

    @BeforeAll
    static void makeCertificates(@TempDir Path temporary) throws Exception {
        directory = temporary;
        certificates = new TestCertificates(directory);
        lamp = certificates.pkcs12("lamp", "-ext", TestCertificates.LOOPBACK);
    }

    private static Path file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content);
    }

    @Nested
    class AnIdentity {

        @Test
        void comesFromAPkcs12Store() throws Exception {
            TlsSettings settings = TlsSettings.none().withIdentityFromPkcs12(lamp, TestCertificates.password());
            assertThat(settings.certificates())
                    .extracting(
                            certificate -> certificate.getSubjectX500Principal().getName())
                    .containsExactly("CN=lamp", "CN=authority");
            assertThat(settings.expires().orElseThrow())
                    .isBetween(
                            Instant.now(),
                            Instant.now().plus(Duration.ofDays(1)).plusSeconds(60));
            assertThat(settings).hasToString("TlsSettings[CN=lamp, 0 trusted, clients NONE, [TLSv1.3]]");
        }

        @ParameterizedTest
        @ValueSource(strings = {"EC", "RSA", "Ed25519"})
        void comesFromPemFilesWithAKeyOfAnyUsualKind(String algorithm) throws Exception {
            String name = "pem-" + algorithm;
            certificates.pkcs12(name, "-keyalg", algorithm);
            TlsSettings settings = TlsSettings.none()
                    .withIdentityFromPem(certificates.certificatePem(name), certificates.keyPem(name));
            assertThat(settings.certificates().get(0).getSubjectX500Principal().getName())
                    .isEqualTo("CN=" + name);
        }

        @Test
        void withAWrongPasswordIsRefused() {
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPkcs12(lamp, "wrong".toCharArray()))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            lamp + ": the password does not open it (expected: the password with which it was made)");
        }

        @Test
        void thatIsNotThereIsRefused() {
            Path nowhere = directory.resolve("nowhere");
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPkcs12(nowhere, new char[0]))
                    .hasMessage(nowhere + ": not there (expected: a PKCS #12 store; keytool -genkeypair makes one)");
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPem(nowhere, nowhere))
                    .hasMessage(nowhere
                            + ": not there (expected: PEM with certificates; keytool -exportcert -rfc writes one)");
        }

        @Test
        void inAStoreThatIsNoneIsRefused() throws Exception {
            Path junk = file("junk.p12", "junk");
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPkcs12(junk, TestCertificates.password()))
                    .hasMessage(junk + ": cannot be read (expected: a PKCS #12 store)");
        }

        @Test
        void amongSeveralIsRefused() {
            Path all = directory.resolve("authority.p12");
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPkcs12(all, TestCertificates.password()))
                    .hasMessageStartingWith(all + ": ")
                    .hasMessageEndingWith(" private keys (expected: exactly one; keytool -list shows what it holds)");
        }

        @Test
        void withTheKeyOfAnotherIsRefused() throws Exception {
            certificates.pkcs12("other");
            Path certificate = certificates.certificatePem("lamp");
            Path key = certificates.keyPem("other");
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPem(certificate, key))
                    .hasMessage(
                            key + ": not the key of CN=lamp (expected: the key of the first in " + certificate + ")");
        }

        @ParameterizedTest
        @ValueSource(strings = {"RSA PRIVATE KEY", "EC PRIVATE KEY", "ENCRYPTED PRIVATE KEY"})
        void withAKeyOfAnotherFormIsToldHowToConvertIt(String type) throws Exception {
            Path key = file("form.pem", TestCertificates.pem(type, new byte[] {1, 2, 3}));
            Path certificate = certificates.certificatePem("lamp");
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPem(certificate, key))
                    .hasMessage(key + ": BEGIN " + type
                            + " (expected: BEGIN PRIVATE KEY; openssl pkcs8 -topk8 -nocrypt makes it from others)");
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "no private key|nothing",
                    "a block of PEM without its end|-----BEGIN PRIVATE KEY-----\nAAAA",
                    "a block of PEM without its end|-----BEGIN PRIVATE KEY",
                    "what stands in PRIVATE KEY is not Base64|-----BEGIN PRIVATE KEY-----\n!!\n-----END PRIVATE KEY-----",
                    "its key cannot be read|-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----"
                })
        void withABrokenKeyFileIsRefused(String example) throws Exception {
            String[] parts = example.split("\\|", 2);
            Path key = file("broken.pem", parts[1]);
            Path certificate = certificates.certificatePem("lamp");
            assertThatThrownBy(() -> TlsSettings.none().withIdentityFromPem(certificate, key))
                    .isInstanceOf(IOException.class)
                    .hasMessageStartingWith(key + ": " + parts[0] + " (expected: ");
        }

        @Test
        void thatExpiredOrIsNotValidYetIsRefused() throws Exception {
            Instant until = TlsSettings.none()
                    .withIdentityFromPkcs12(lamp, TestCertificates.password())
                    .expires()
                    .orElseThrow();
            TlsSettings later = TlsSettings.none(Clock.fixed(until.plusSeconds(1), ZoneOffset.UTC));
            assertThatThrownBy(() -> later.withIdentityFromPkcs12(lamp, TestCertificates.password()))
                    .isInstanceOf(IOException.class)
                    .hasMessage(
                            lamp + ": certificate of CN=lamp expired " + until + " (expected: one that is valid now)");
            TlsSettings earlier = TlsSettings.none(Clock.fixed(until.minus(Duration.ofDays(9)), ZoneOffset.UTC));
            assertThatThrownBy(() -> earlier.withIdentityFromPkcs12(lamp, TestCertificates.password()))
                    .hasMessageContaining("certificate of CN=lamp is valid from ")
                    .hasMessageEndingWith("(expected: one that is valid now; is the clock right?)");
        }
    }

    @Nested
    class Trust {

        @Test
        void comesFromPemAndPkcs12AndAddsUp() throws Exception {
            TlsSettings settings = TlsSettings.none()
                    .withTrustFromPem(certificates.certificatePem("authority"))
                    .withTrustFromPkcs12(lamp, TestCertificates.password());
            assertThat(settings).hasToString("TlsSettings[no certificate, 2 trusted, clients NONE, [TLSv1.3]]");
        }

        @Test
        void fromAFileWithoutCertificatesIsRefused() throws Exception {
            Path empty = file("empty.pem", "");
            assertThatThrownBy(() -> TlsSettings.none().withTrustFromPem(empty))
                    .hasMessage(
                            empty
                                    + ": no certificate (expected: PEM with certificates; keytool -exportcert -rfc writes one)");
        }

        @Test
        void fromAFileTooLargeToBeOneIsRefused() throws Exception {
            Path large = Files.write(directory.resolve("large"), new byte[(1 << 20) + 1]);
            assertThatThrownBy(() -> TlsSettings.none().withTrustFromPem(large))
                    .hasMessage(large + ": 1048577 bytes (expected: at most 1048576)");
        }
    }

    @Nested
    class AServer {

        private final HttpServerOptions options =
                HttpServerOptions.on(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));

        @Test
        void withoutCertificateIsRefused() {
            assertThatThrownBy(() -> options.withTls(TlsSettings.none()))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("tls: no certificate (expected: one for a server)");
        }

        @Test
        void thatAsksForCertificatesAndTrustsNobodyIsRefused() throws Exception {
            TlsSettings settings = TlsSettings.none()
                    .withIdentityFromPkcs12(lamp, TestCertificates.password())
                    .withClientAuthentication(TlsSettings.ClientAuthentication.NEEDED);
            assertThatThrownBy(() -> options.withTls(settings))
                    .hasMessage(
                            "tls: client authentication NEEDED without a trusted certificate (expected: at least one)");
        }
    }

    @Nested
    class ExpectedEndpointsOfAClient {

        private final ExpectedEndpoints endpoints = new ExpectedEndpoints();

        @Test
        void areThoseOfTheHostAndPort() {
            endpoints.expect(URI.create("https://[::1]:8443/a"), "urn:uuid:1");
            endpoints.expect(URI.create("https://LAMP.test/a"), "urn:uuid:2");
            assertThat(endpoints.at("::1", 8443)).containsExactly("urn:uuid:1");
            assertThat(endpoints.at("lamp.test", 443)).containsExactly("urn:uuid:2");
            assertThat(endpoints.at("lamp.test", 8443)).isEmpty();
            assertThat(endpoints.at(null, -1)).isEmpty();
        }

        @Test
        void areBoundedAndTheEldestGo() {
            URI crowded = URI.create("https://crowded.test/");
            for (int i = 0; i <= ExpectedEndpoints.MAX_ENDPOINTS_PER_PEER; i++) {
                endpoints.expect(crowded, "urn:uuid:" + i);
            }
            assertThat(endpoints.at("crowded.test", 443))
                    .hasSize(ExpectedEndpoints.MAX_ENDPOINTS_PER_PEER)
                    .doesNotContain("urn:uuid:0");
            assertThat(endpoints.forgotten()).isEqualTo(1);
            for (int i = 0; i < ExpectedEndpoints.MAX_PEERS; i++) {
                endpoints.expect(URI.create("https://h" + i + "/"), "urn:uuid:x");
            }
            assertThat(endpoints.at("crowded.test", 443)).isEmpty();
            assertThat(endpoints.forgotten()).isEqualTo(1 + ExpectedEndpoints.MAX_ENDPOINTS_PER_PEER);
        }
    }
}
