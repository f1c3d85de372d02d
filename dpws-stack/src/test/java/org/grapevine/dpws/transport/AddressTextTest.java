package org.grapevine.dpws.transport;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 5952, 4; rows D14 and U1. */
class AddressTextTest {

    @ParameterizedTest
    @CsvSource({
        "192.0.2.1, 192.0.2.1",
        "0:0:0:0:0:0:0:1, ::1",
        "0:0:0:0:0:0:0:0, ::",
        "2001:0DB8:0:0:0:0:2:1, 2001:db8::2:1",
        "2001:db8:0:1:1:1:1:1, 2001:db8:0:1:1:1:1:1",
        "2001:0:0:1:0:0:0:1, 2001:0:0:1::1",
        "2001:db8:0:0:1:0:0:1, 2001:db8::1:0:0:1",
        "fd00:0:0:0:0:0:0:0, fd00::",
        "1:2:3:4:5:6:7:8, 1:2:3:4:5:6:7:8"
    })
    void isShort(String literal, String expected) throws Exception {
        InetAddress address = InetAddress.getByName(literal);
        assertThat(AddressText.of(address)).isEqualTo(expected);
        assertThat(InetAddress.getByName(AddressText.of(address))).isEqualTo(address);
    }

    @Test
    void hasNoZoneThatStrangersCouldNotUse_D14() throws Exception {
        InetAddress local =
                Inet6Address.getByAddress(null, InetAddress.getByName("fe80::1").getAddress(), 7);
        assertThat(local.getHostAddress()).contains("%");
        assertThat(AddressText.of(local)).isEqualTo("fe80::1");
        assertThat(AddressText.authority(new InetSocketAddress(local, 80))).isEqualTo("[fe80::1]:80");
    }

    @ParameterizedTest
    @CsvSource({"::1, [::1]:3702", "127.0.0.1, 127.0.0.1:3702"})
    void standsInBracketsBesideAPort_U1(String literal, String expected) throws Exception {
        assertThat(AddressText.authority(new InetSocketAddress(literal, 3702))).isEqualTo(expected);
    }
}
