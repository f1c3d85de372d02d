package org.grapevine.cluster.junit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.grapevine.cluster.control.Cluster;
import org.grapevine.cluster.control.ClusterOptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.junit.platform.commons.support.AnnotationSupport;

/** Starts the cluster of a {@link TestCluster}, and ends it. A class inside of such a class has the same one. */
final class TestClusterExtension implements BeforeAllCallback, ParameterResolver {

    private static final ExtensionContext.Namespace NAMESPACE =
            ExtensionContext.Namespace.create(TestClusterExtension.class);

    /** A cluster and the folder of its processes; JUnit closes it after the class. */
    private record Held(RunningCluster running, Path folder) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            running.cluster().close();
            try (Stream<Path> inside = Files.walk(folder)) {
                for (Path path : inside.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(path);
                }
            }
        }
    }

    @Override
    public void beforeAll(ExtensionContext context) {
        AnnotationSupport.findAnnotation(context.getRequiredTestClass(), TestCluster.class)
                .ifPresent(asked ->
                        context.getStore(NAMESPACE).getOrComputeIfAbsent(Held.class, type -> start(asked), Held.class));
    }

    private static Held start(TestCluster asked) {
        Path folder = folder();
        ClusterOptions options = ClusterOptions.local(asked.agents(), folder)
                .withMain(asked.main())
                .withHeapMegabytes(asked.heapMegabytes())
                .withJvmOptions(List.of("-XX:TieredStopAtLevel=1"));
        return new Held(new RunningCluster(Cluster.start(options), asked.agents(), asked.devices()), folder);
    }

    private static Path folder() {
        try {
            return Files.createTempDirectory("test-cluster-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == RunningCluster.class;
    }

    @Override
    public RunningCluster resolveParameter(ParameterContext parameter, ExtensionContext context) {
        return context.getStore(NAMESPACE).get(Held.class, Held.class).running();
    }
}
