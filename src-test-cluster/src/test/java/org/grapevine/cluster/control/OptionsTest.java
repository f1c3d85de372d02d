package org.grapevine.cluster.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class OptionsTest {

    private static final Path FOLDER = Path.of("/a folder");

    @Test
    void aChildReadsWhatItsCoordinatorGivesIt() {
        InetSocketAddress coordinator = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4_711);
        List<String> arguments = AgentOptions.childArguments("one", coordinator, 3, FOLDER, Duration.ofSeconds(7));
        AgentOptions options = AgentOptions.ofChild(arguments.toArray(String[]::new));
        assertThat(options.name()).isEqualTo("one");
        assertThat(options.discovery()).isEqualTo(new Discovery.Hosts(List.of(coordinator)));
        assertThat(options.bind()).isEqualTo(coordinator.getAddress());
        assertThat(options.seat()).isEqualTo(3);
        assertThat(options.isChild()).isTrue();
        assertThat(options.folder()).isEqualTo(FOLDER);
        assertThat(options.joinWithin()).isEqualTo(Duration.ofSeconds(7));
    }

    @Test
    void argumentsThatNoCoordinatorGivesAreRefused() {
        assertThatThrownBy(() -> AgentOptions.ofChild("--help"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("arguments: [--help] (expected: name, address, port, seat, folder and ms,"
                        + " as a coordinator gives them)");
    }

    @Test
    void noTwoLocalClustersHaveOneName() {
        assertThat(ClusterOptions.local(1, FOLDER).name())
                .isNotEqualTo(ClusterOptions.local(1, FOLDER).name());
    }

    @Test
    void numbersOutOfRangeAreRefused() {
        ClusterOptions options = ClusterOptions.local(2, FOLDER);
        assertThatThrownBy(() -> ClusterOptions.local(0, FOLDER)).hasMessage("agents: 0 (expected: 1..256)");
        assertThatThrownBy(() -> options.withChildren(3)).hasMessage("children: 3 (expected: 0..2, the agents)");
        assertThatThrownBy(() -> options.withHeapMegabytes(1)).hasMessage("heap: 1 (expected: 16..1048576 MB)");
        assertThatThrownBy(() -> options.withBind(options.bind(), 65_536))
                .hasMessage("port: 65536 (expected: 0..65535)");
        assertThatThrownBy(() -> options.withName("a b"))
                .hasMessage("name: 'a b' (expected: at most 64 letters, digits, dots, hyphens and underscores,"
                        + " a letter or digit first)");
    }

    @Test
    void aGroupHasToBeOne() throws UnknownHostException {
        InetAddress unicast = InetAddress.getByName("10.0.0.1");
        assertThatThrownBy(() -> new Discovery.Multicast(unicast, 1))
                .hasMessage("group: 10.0.0.1 (expected: a multicast address)");
        assertThatThrownBy(() -> new Discovery.Dns(" ")).hasMessage("name: '' (expected: a name of the DNS)");
    }
}
