package org.grapevine.cli;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.AccessTarget;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The borders that docs draw: what has no IO keeps it so, sockets and threads have their rooms, nothing goes in circles. */
class ArchitectureTest {

    private static JavaClasses classes = new ClassFileImporter().importClasses(List.of());

    @BeforeAll
    static void readAllModules() {
        classes = new ClassFileImporter()
                .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
                .importPackages("org.grapevine");
    }

    private static DescribedPredicate<JavaClass> named(String description, String... names) {
        Set<String> all = Set.of(names);
        return describe(description, javaClass -> all.contains(javaClass.getName()));
    }

    /** What opens sockets or speaks through them. Addresses and failures are values and may be anywhere. */
    private static final DescribedPredicate<JavaClass> SOCKETS = resideInAnyPackage(
                    "java.nio.channels..", "java.net.http..", "javax.net..", "jdk.net..")
            .or(named(
                    "a socket",
                    "java.net.Socket",
                    "java.net.ServerSocket",
                    "java.net.DatagramSocket",
                    "java.net.MulticastSocket",
                    "java.net.URLConnection",
                    "java.net.HttpURLConnection"))
            .and(DescribedPredicate.not(assignableTo(Throwable.class)));

    /** Pools and what makes them. Futures, concurrent collections and the mere Executor start no thread. */
    private static final DescribedPredicate<JavaClass> POOLS = describe(
            "a pool of threads",
            javaClass -> javaClass
                    .getName()
                    .matches(
                            "java\\.util\\.Timer|java\\.util\\.concurrent\\."
                                    + "(ThreadFactory|Executors|ForkJoinPool|(Scheduled)?ThreadPoolExecutor|(Scheduled)?ExecutorService)"));

    /** Thread.currentThread is for everybody: who is interrupted has to pass it on. */
    private static DescribedPredicate<AccessTarget.CodeUnitCallTarget> startOfAThread() {
        return method("java\\.lang\\.Thread", "<init>|start|sleep");
    }

    private static DescribedPredicate<AccessTarget.CodeUnitCallTarget> method(String owners, String names) {
        Pattern owner = Pattern.compile(owners);
        Pattern name = Pattern.compile(names);
        return describe(
                owners + "." + names,
                call -> owner.matcher(call.getOwner().getName()).matches()
                        && name.matcher(call.getName()).matches());
    }

    @Nested
    class TheEngines {

        @Test
        void knowNoNetworkThreadLoggerOrXml() {
            noClasses()
                    .that()
                    .resideInAPackage("org.grapevine.core..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage(
                                    "java.net..",
                                    "java.nio.channels..",
                                    "java.util.concurrent..",
                                    "org.slf4j..",
                                    "javax.xml..")
                            .or(named("a thread", "java.lang.Thread", "java.util.Timer")))
                    .check(classes);
        }

        @Test
        void areToldTheTimeAndTheirRandomness() {
            noClasses()
                    .that()
                    .resideInAPackage("org.grapevine.core..")
                    .should()
                    .callCodeUnitWhere(target(method("java\\.lang\\.System", "nanoTime|currentTimeMillis")
                            .or(method("java\\.time\\..*", "now"))
                            .or(method("java\\.util\\.UUID", "randomUUID"))
                            .or(method("java\\.lang\\.Math", "random"))
                            .or(method("java\\.util\\.Collections", "shuffle"))))
                    .orShould()
                    .dependOnClassesThat(named(
                            "a source of time or randomness",
                            "java.time.Clock",
                            "java.security.SecureRandom",
                            "java.util.Random"))
                    .check(classes);
        }

        @Test
        void dependOnTheJdkOnly() {
            noClasses()
                    .that()
                    .resideInAPackage("org.grapevine.core..")
                    .should()
                    .dependOnClassesThat(DescribedPredicate.not(
                            resideInAnyPackage("org.grapevine.core..", "java..", "org.jspecify.annotations..")))
                    .check(classes);
        }
    }

    @Nested
    class SocketsAndThreads {

        @Test
        void socketsAreOpenedByTransportsOnly() {
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..transport..", "..driver..", "org.grapevine.cluster..")
                    .should()
                    .dependOnClassesThat(SOCKETS)
                    .check(classes);
        }

        /**
         * Exceptions. The cluster, which has processes to itself. ApplicationPool, in which calls of hosted services run: it is part of a device host, and ends with it.
         * SmallJvmMain: it has a JVM to itself.
         * OnInterrupt: what has to happen when the process is told to end, the JVM wants as a thread.
         */
        @Test
        void threadsAreStartedByTransportsAndDriversOnly() {
            noClasses()
                    .that()
                    .resideOutsideOfPackages("..transport..", "..driver..", "org.grapevine.cluster..")
                    .and(DescribedPredicate.not(named(
                            "ApplicationPool, SmallJvmMain and OnInterrupt",
                            "org.grapevine.dpws.device.ApplicationPool",
                            "org.grapevine.aggregation.sandbox.SmallJvmMain",
                            "org.grapevine.cli.console.OnInterrupt")))
                    .should()
                    .callCodeUnitWhere(target(startOfAThread()))
                    .orShould()
                    .dependOnClassesThat(POOLS)
                    .check(classes);
        }

        @Test
        void theProtocolsOfTheStackHaveNeither() {
            noClasses()
                    .that()
                    .resideInAnyPackage(
                            "org.grapevine.dpws.soap..",
                            "org.grapevine.dpws.addressing..",
                            "org.grapevine.dpws.discovery..",
                            "org.grapevine.dpws.eventing..",
                            "org.grapevine.dpws.metadata..",
                            "org.grapevine.gossip.header..",
                            "org.grapevine.policy..")
                    .should()
                    .dependOnClassesThat(
                            SOCKETS.or(POOLS).or(resideInAnyPackage("org.slf4j..", "org.grapevine.dpws.transport..")))
                    .orShould()
                    .callCodeUnitWhere(target(method("java\\.lang\\.System", "nanoTime|currentTimeMillis")
                            .or(method("java\\.time\\..*", "now"))
                            .or(startOfAThread())))
                    .check(classes);
        }
    }

    /** Each package by itself, the module's own at the top too. */
    private static SliceAssignment packagesOf(String module) {
        return new SliceAssignment() {
            @Override
            public SliceIdentifier getIdentifierOf(JavaClass javaClass) {
                String name = javaClass.getPackageName();
                boolean inside = name.equals(module) || name.startsWith(module + ".");
                return inside ? SliceIdentifier.of(name) : SliceIdentifier.ignore();
            }

            @Override
            public String getDescription() {
                return "packages of " + module;
            }
        };
    }

    @Nested
    class Dependencies {

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "org.grapevine.core",
                    "org.grapevine.policy",
                    "org.grapevine.dpws",
                    "org.grapevine.aggregation",
                    "org.grapevine.peer",
                    "org.grapevine.gossip",
                    "org.grapevine.grid",
                    "org.grapevine.simulation",
                    "org.grapevine.cluster",
                    "org.grapevine.cli"
                })
        void haveNoCycleAmongThePackagesOf(String module) {
            slices().assignedFrom(packagesOf(module)).should().beFreeOfCycles().check(classes);
        }

        @Test
        void leadToTheCommandLineAndTheBenchmarksFromNowhere() {
            noClasses()
                    .that()
                    .resideOutsideOfPackages("org.grapevine.cli..", "org.grapevine.benchmarks..")
                    .should()
                    .dependOnClassesThat(resideInAnyPackage("org.grapevine.cli..", "org.grapevine.benchmarks.."))
                    .check(classes);
        }

        @Test
        void leadToTheClusterFromTheCommandLineAndTheBenchmarksOnly() {
            noClasses()
                    .that()
                    .resideOutsideOfPackages(
                            "org.grapevine.cluster..", "org.grapevine.cli..", "org.grapevine.benchmarks..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.grapevine.cluster.."))
                    .check(classes);
        }

        @Test
        void leadToJGroupsFromTheControlPlaneOfTheClusterOnly() {
            noClasses()
                    .that()
                    .resideOutsideOfPackages("org.grapevine.cluster.control..", "org.grapevine.benchmarks..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.jgroups.."))
                    .check(classes);
        }

        @Test
        void ofTheFrameworkDoNotLeadToTheSmartGrid() {
            noClasses()
                    .that()
                    .resideOutsideOfPackages("org.grapevine.grid..", "org.grapevine.cli..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.grapevine.grid.."))
                    .check(classes);
        }

        @Test
        void ofTheSimulatorDoNotLeadToSocketsOrClocks() {
            noClasses()
                    .that()
                    .resideInAPackage("org.grapevine.simulation..")
                    .should()
                    .dependOnClassesThat(SOCKETS.or(resideInAnyPackage(
                            "org.grapevine.dpws.transport..",
                            "org.grapevine.dpws.hosting..",
                            "org.grapevine.dpws.device..",
                            "org.grapevine.gossip.driver..",
                            "org.grapevine.gossip.shadow..")))
                    .orShould()
                    .callCodeUnitWhere(target(method("java\\.lang\\.System", "currentTimeMillis")
                            .or(method("java\\.time\\..*", "now"))
                            .or(method("java\\.lang\\.Math", "random|log|exp|pow"))))
                    .orShould()
                    .dependOnClassesThat(named("a source of randomness", "java.util.Random"))
                    .check(classes);
        }

        @Test
        void amongCommandsGoThroughTheConsoleOnly() {
            noClasses()
                    .that()
                    .resideInAPackage("org.grapevine.cli.console..")
                    .should()
                    .dependOnClassesThat(resideInAPackage("org.grapevine.cli..")
                            .and(DescribedPredicate.not(resideInAPackage("org.grapevine.cli.console.."))))
                    .check(classes);
        }
    }
}
