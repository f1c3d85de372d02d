package org.grapevine.simulation.mutation;

import java.io.IOException;
import java.io.InputStream;
import java.io.StringWriter;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.function.LongFunction;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;
import org.grapevine.core.engine.GossipEngine;
import org.jspecify.annotations.Nullable;

/**
 * The simulator with one mutant in its engine: all of the project's classes once more, those of the mutant from where it was
 * compiled to, the others from where they always are.
 */
final class MutantClasses extends ClassLoader {

    private static final String OURS = "org.grapevine.";

    private final Path mutated;

    private MutantClasses(Path mutated, ClassLoader others) {
        super(others);
        this.mutated = mutated;
    }

    /**
     * Plants a mutant and compiles it.
     *
     * @param directory for the source and the classes; empty
     * @return what happens in the run of a seed: null if no promise is broken, else the checker and what it found
     */
    static LongFunction<@Nullable String> of(Mutant mutant, Path directory) throws IOException {
        Path source = engineSources().resolve(mutant.file());
        Path planted = directory.resolve(mutant.file());
        Files.writeString(planted, mutant.plantedIn(Files.readString(source)));
        compile(mutant, planted, directory);
        return new MutantClasses(directory, MutantClasses.class.getClassLoader()).runs();
    }

    /** Without a mutant: what the same way of running makes of the engine as it is. */
    static LongFunction<@Nullable String> healthy(Path directory) {
        return new MutantClasses(directory, MutantClasses.class.getClassLoader()).runs();
    }

    private static Path engineSources() {
        Path module = Path.of("").toAbsolutePath();
        return Objects.requireNonNull(module.getParent())
                .resolve("gossip-core/src/main/java")
                .resolve(GossipEngine.class.getPackageName().replace('.', '/'));
    }

    private static void compile(Mutant mutant, Path source, Path directory) {
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        if (compiler == null) {
            throw new IllegalStateException("no Java compiler (expected: a JDK, not a JRE)");
        }
        StringWriter complaints = new StringWriter();
        boolean compiled = compiler.getTask(
                        complaints,
                        null,
                        null,
                        List.of("-proc:none", "-d", directory.toString(), "-classpath", classPath()),
                        null,
                        compiler.getStandardFileManager(null, null, null).getJavaFileObjects(source))
                .call();
        if (!compiled) {
            throw new IllegalStateException(mutant + " does not compile: " + complaints);
        }
    }

    private static String classPath() {
        return placeOf(GossipEngine.class) + System.getProperty("path.separator") + placeOf(Nullable.class);
    }

    private static Path placeOf(Class<?> type) {
        URL place = type.getProtectionDomain().getCodeSource().getLocation();
        try {
            return Path.of(place.toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("a place of classes that is no path: " + place, e);
        }
    }

    @SuppressWarnings("unchecked") // MutantRun is one, and only its class loader is another.
    private LongFunction<@Nullable String> runs() {
        try {
            return (LongFunction<@Nullable String>) loadClass(MutantRun.class.getName())
                    .getDeclaredConstructor()
                    .newInstance();
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        if (!name.startsWith(OURS)) {
            return super.loadClass(name, resolve);
        }
        synchronized (getClassLoadingLock(name)) {
            Class<?> loaded = findLoadedClass(name);
            return loaded == null ? define(name) : loaded;
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        String file = name.replace('.', '/') + ".class";
        Path mutatedFile = mutated.resolve(file);
        try (InputStream in =
                Files.exists(mutatedFile) ? Files.newInputStream(mutatedFile) : getResourceAsStream(file)) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new ClassNotFoundException(name, e);
        }
    }
}
