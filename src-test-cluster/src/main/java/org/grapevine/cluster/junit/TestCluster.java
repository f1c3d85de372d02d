package org.grapevine.cluster.junit;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.grapevine.cluster.control.ClusterOptions;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Gives the tests of a class a cluster of real processes on this machine: one for the class, started before its first test and ended
 * after its last. Tests, constructors and methods before and after tests may ask for it by a parameter of type
 * {@link RunningCluster}.
 *
 * <pre>{@code
 * @TestCluster(agents = 3, devices = 90)
 * class ATariff {
 *     @Test
 *     void arrivesAlthoughAnAgentDies(RunningCluster cluster) {
 *         assertThat(cluster.report(SCENARIO, 1, "kill 2 at 1s").isKept()).isTrue();
 *     }
 * }
 * }</pre>
 */
@Documented
@Inherited
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@ExtendWith(TestClusterExtension.class)
public @interface TestCluster {

    /** How many processes. */
    int agents();

    /** What <code>${devices}</code> stands for in scenarios. */
    int devices();

    /** Of each process. */
    int heapMegabytes() default 256;

    /** What each process runs. */
    String main() default ClusterOptions.AGENT_MAIN;
}
