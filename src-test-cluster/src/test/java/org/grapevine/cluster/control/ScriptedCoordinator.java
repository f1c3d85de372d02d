package org.grapevine.cluster.control;

import java.nio.file.Path;
import java.time.Duration;

/** The main class of a coordinator that is to be killed while its run goes on. */
public final class ScriptedCoordinator {

    private ScriptedCoordinator() {}

    /** Works in the folder that is its argument. */
    public static void main(String... arguments) {
        ClusterOptions options = Clusters.local(3, Path.of(arguments[0])).withChildren(2);
        Cluster cluster = Cluster.start(
                options.withName(AgentOptions.DEFAULT_NAME),
                address -> System.out.println("port " + address.getPort()));
        cluster.run(Clusters.request(6, "nothing").lasting(Duration.ofHours(1)), new RunListener() {
            private boolean told;

            @Override
            public void running(long micros, long ofMicros) {
                if (!told) {
                    told = true;
                    System.out.println("running");
                }
            }
        });
    }
}
