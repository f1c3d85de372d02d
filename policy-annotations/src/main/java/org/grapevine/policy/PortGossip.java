package org.grapevine.policy;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The gossip policy of one port type, from annotations or from a WSDL.
 *
 * @param policy what holds for all operations; null if only the listed operations gossip
 * @param operations what single operations set on top of it, by operation name; the order is kept
 * @param relation the shadow or the original, if one is named
 */
public record PortGossip(
        @Nullable GossipPolicy policy, Map<String, GossipPolicy> operations, @Nullable ShadowRelation relation) {

    public PortGossip {
        operations = Collections.unmodifiableMap(new LinkedHashMap<>(operations));
        if (policy == null && operations.isEmpty()) {
            throw new IllegalArgumentException("policy: none (expected: one for the port type or for an operation)");
        }
    }

    /**
     * Reads the annotations of a service interface.
     *
     * @param operationName the operation that a method stands for, null if it is none
     * @return empty if neither the interface nor a method carries {@link Gossip}
     * @throws PolicyException if a value is impossible, or two methods say different things about one operation
     */
    public static Optional<PortGossip> of(Class<?> serviceInterface, Function<Method, @Nullable String> operationName) {
        Gossip onType = serviceInterface.getAnnotation(Gossip.class);
        Map<String, GossipPolicy> operations = new LinkedHashMap<>();
        for (Method method : annotatedMethods(serviceInterface)) {
            String operation = operationName.apply(method);
            if (operation == null) {
                continue;
            }
            GossipPolicy policy = GossipPolicy.of(method.getAnnotation(Gossip.class));
            GossipPolicy other = operations.putIfAbsent(operation, policy);
            if (other != null && !other.equals(policy)) {
                throw new PolicyException(
                        "@Gossip on " + serviceInterface.getName() + "." + method.getName(),
                        "two different policies for operation " + operation,
                        "one policy per operation");
            }
        }
        if (onType == null && operations.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of(new PortGossip(onType == null ? null : GossipPolicy.of(onType), operations, null));
    }

    /** What applies to an operation, the narrowest value first; empty if that operation does not gossip. */
    public Optional<GossipPolicy> forOperation(String operation) {
        GossipPolicy narrower = operations.get(operation);
        if (narrower == null) {
            return Optional.ofNullable(policy);
        }
        return Optional.of(policy == null ? narrower : narrower.over(policy));
    }

    /** The same policies, changed one by one: to set hash URIs in place of function names, for example. */
    public PortGossip map(Function<GossipPolicy, GossipPolicy> change) {
        Map<String, GossipPolicy> changed = new LinkedHashMap<>();
        operations.forEach((operation, narrower) -> changed.put(operation, change.apply(narrower)));
        return new PortGossip(policy == null ? null : change.apply(policy), changed, relation);
    }

    public PortGossip withRelation(@Nullable ShadowRelation newRelation) {
        return new PortGossip(policy, operations, newRelation);
    }

    /** The order in which a class file lists methods is no promise; names and parameters are one. */
    private static List<Method> annotatedMethods(Class<?> type) {
        return Arrays.stream(type.getMethods())
                .filter(method -> method.isAnnotationPresent(Gossip.class))
                .sorted(Comparator.comparing(Method::getName).thenComparing(Method::toGenericString))
                .toList();
    }
}
