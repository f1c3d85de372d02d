package org.grapevine.interop;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where both sides run: on the loopback interface, or each in a network namespace of its own.
 *
 * @param ours address of this stack
 * @param theirs address of the peer
 * @param prefix what starts a peer's command where that address is; empty on loopback
 * @param home the folder of this module
 */
record Bench(InetAddress ours, InetAddress theirs, List<String> prefix, Path home) {

    Bench {
        prefix = List.copyOf(prefix);
    }

    static Bench loopback() throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        return new Bench(loopback, loopback, List.of(), Path.of("").toAbsolutePath());
    }

    /** A peer in Java, with the class path that its own module has. */
    Peer java(String module, String mainClass) throws IOException {
        Path classPath = home.resolve(module).resolve("target/class-path");
        if (!Files.exists(classPath)) {
            throw new IllegalStateException(classPath + ": not there (expected: mvn -pl interop -am verify builds it)");
        }
        return start(
                module,
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:TieredStopAtLevel=1",
                "-Djava.net.preferIPv4Stack=true",
                "-cp",
                home.resolve(module).resolve("target/classes") + ":" + Files.readString(classPath),
                mainClass,
                theirs.getHostAddress());
    }

    /** The program that gsoap/build makes. */
    Peer gsoap() throws IOException {
        return start("gsoap", home.resolve("target/gsoap/peer").toString(), theirs.getHostAddress());
    }

    Peer start(String name, String... command) throws IOException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(List.of(command));
        return new Peer(name, whole, Files.createDirectories(home.resolve("target/peers")));
    }
}
