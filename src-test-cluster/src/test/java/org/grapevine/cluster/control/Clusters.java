package org.grapevine.cluster.control;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** What these tests start clusters with. */
final class Clusters {

    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Clusters() {}

    /** Child processes that pretend. */
    static ClusterOptions local(int agents, Path folder) {
        return ClusterOptions.local(agents, folder)
                .withMain(ScriptedAgent.class.getName())
                .withHeapMegabytes(96)
                .withJvmOptions(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto"));
    }

    static RunRequest request(int devices, String about, String... faults) {
        return RunRequest.of(ScriptedWork.scenario(devices, about), 7)
                .withFaults(List.of(faults))
                .withPatience(PATIENCE, PATIENCE, PATIENCE);
    }
}
