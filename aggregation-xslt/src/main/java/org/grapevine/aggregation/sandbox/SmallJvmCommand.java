package org.grapevine.aggregation.sandbox;

import com.ctc.wstx.stax.WstxInputFactory;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import net.sf.saxon.s9api.Processor;
import org.codehaus.stax2.XMLInputFactory2;
import org.grapevine.aggregation.StrangerStylesheets;
import org.grapevine.core.reply.AggregationFunction;
import org.xmlresolver.XMLResolver;

/** How a small JVM is started: nothing of this one's environment, and only the jars that stylesheets need. */
final class SmallJvmCommand {

    private static final List<Class<?>> NEEDED = List.of(
            StrangerStylesheets.class,
            AggregationFunction.class,
            Processor.class,
            XMLResolver.class,
            WstxInputFactory.class,
            XMLInputFactory2.class);

    private final List<String> command = new ArrayList<>();

    SmallJvmCommand(int heapMegabytes, Limits limits) {
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.add("-Xmx" + heapMegabytes + "m");
        command.add("-XX:MaxMetaspaceSize=64m");
        command.add("-XX:ReservedCodeCacheSize=16m");
        command.add("-XX:+ExitOnOutOfMemoryError");
        // What the JVM itself says when memory runs out must not look like an answer.
        command.add("-XX:+DisplayVMOutputToStderr");
        command.add("-XX:+UseSerialGC");
        command.add("-XX:TieredStopAtLevel=1");
        command.add("-XX:-UsePerfData");
        command.add("-XX:+DisableAttachMechanism");
        command.add("-Xshare:auto");
        command.add("-cp");
        command.add(classPath());
        command.add(SmallJvmMain.class.getName());
        command.addAll(limits.arguments());
    }

    /**
     * Starts a process.
     *
     * @throws IOException if there is no {@code java} where this JVM came from, or it cannot be started
     */
    Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().clear();
        // Without it a JVM does not find jars whose paths are not ASCII.
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.directory(new File(System.getProperty("java.io.tmpdir")));
        builder.redirectError(ProcessBuilder.Redirect.DISCARD);
        return builder.start();
    }

    List<String> command() {
        return List.copyOf(command);
    }

    /** Where each class came from, so that it works from a class path, from a jar with a manifest, and from one big jar. */
    private static String classPath() {
        Set<String> places = new LinkedHashSet<>();
        for (Class<?> needed : NEEDED) {
            CodeSource source = needed.getProtectionDomain().getCodeSource();
            if (source == null || source.getLocation() == null) {
                return System.getProperty("java.class.path");
            }
            try {
                places.add(Path.of(source.getLocation().toURI()).toString());
            } catch (URISyntaxException | RuntimeException e) {
                return System.getProperty("java.class.path");
            }
        }
        return places.stream().collect(Collectors.joining(File.pathSeparator));
    }
}
