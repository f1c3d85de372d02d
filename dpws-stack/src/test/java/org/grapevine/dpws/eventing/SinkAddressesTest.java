package org.grapevine.dpws.eventing;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** To which addresses a device posts because a stranger asked it to. */
class SinkAddressesTest {

    private static SinkAddresses of(String own) throws Exception {
        InetAddress address = InetAddress.getByName(own);
        return SinkAddresses.of(() -> List.of(address), true);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://10.0.0.9/x",
                "https://10.0.0.9:8443/x?y=1",
                "http://client.example/x",
                "http://[fd00::1]:80/",
                "HTTP://10.0.0.1/own"
            })
    void takesUnicastAddressesOfHttp(String address) throws Exception {
        assertThat(of("10.0.0.1").usable(address)).isPresent();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://127.0.0.1/x",
                "http://127.1/x",
                "http://2130706433/x",
                "http://0x7f000001/x",
                "http://0x7f.1/x",
                "http://localhost:8080/x",
                "http://any.localhost/x",
                "http://[::1]/x",
                "http://[::ffff:127.0.0.1]/x",
                "http://169.254.169.254/latest/meta-data",
                "http://[fe80::1]/x",
                "http://224.0.0.1/x",
                "http://239.255.255.250:3702/",
                "http://[ff02::c]/x",
                "http://0.0.0.0/x",
                "http://[::]/x",
                "http://0.1.2.3/x",
                "http://255.255.255.255/x",
                "http://user@10.0.0.9/x",
                "http://10.0.0.9:0/x",
                "http://10.0.0.9:65536/x",
                "http://10.0.0.9/x#y",
                "http:///x",
                "ftp://10.0.0.9/x",
                "soap.udp://10.0.0.9:3702",
                "file:///etc/passwd",
                "urn:uuid:1",
                "//10.0.0.9/x",
                "x y",
                ""
            })
    void refusesTheRest(String address) throws Exception {
        assertThat(of("10.0.0.1").usable(address)).isEmpty();
    }

    @Test
    void refusesAddressesThatAreTooLong() throws Exception {
        String start = "http://10.0.0.9/";
        assertThat(of("10.0.0.1").usable(start + "x".repeat(2_048 - start.length())))
                .isPresent();
        assertThat(of("10.0.0.1").usable(start + "x".repeat(2_049 - start.length())))
                .isEmpty();
    }

    @Test
    void reachesLoopbackFromLoopbackAndLinkLocalFromLinkLocal() throws Exception {
        assertThat(of("127.0.0.1").usable("http://localhost:8080/x")).isPresent();
        assertThat(of("::1").usable("http://[::1]:8080/x")).isPresent();
        assertThat(of("169.254.7.7").usable("http://169.254.7.8/x")).isPresent();
        assertThat(of("169.254.7.7").usable("http://127.0.0.1/x")).isEmpty();
    }

    @Test
    void asksForTheDevicesAddressesEachTime() throws Exception {
        List<InetAddress> own = new ArrayList<>(List.of(InetAddress.getByName("10.0.0.1")));
        SinkAddresses changing = SinkAddresses.of(() -> own, true);

        assertThat(changing.usable("http://127.0.0.1/x")).isEmpty();
        own.add(InetAddress.getLoopbackAddress());
        assertThat(changing.usable("http://127.0.0.1/x")).isPresent();
    }

    @Test
    void takesNoNamesIfNoneAreWanted() throws Exception {
        InetAddress own = InetAddress.getByName("10.0.0.1");
        SinkAddresses literal = SinkAddresses.of(() -> List.of(own), false);

        assertThat(literal.usable("http://client.example/x")).isEmpty();
        assertThat(literal.usable("http://10.0.0.9/x")).isPresent();
    }
}
