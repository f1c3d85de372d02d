package org.grapevine.cli.client;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.grapevine.cli.console.Fields;
import org.grapevine.cli.console.Reporter;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.metadata.Hosted;
import org.grapevine.gossip.client.ServiceDescription;
import org.grapevine.policy.EffectiveGossip;
import org.grapevine.policy.Gossip;
import org.grapevine.policy.GossipPolicy;
import org.grapevine.policy.PortGossip;
import org.grapevine.policy.Replies;
import org.grapevine.policy.ShadowRelation;

/** A hosted service as people and programs see it. */
final class ServiceReport {

    private ServiceReport() {}

    /** The first address that HTTP reaches. */
    static Optional<String> httpAddress(Hosted service) {
        return addresses(service).stream()
                .filter(address -> address.startsWith("http://") || address.startsWith("https://"))
                .findFirst();
    }

    private static List<String> addresses(Hosted service) {
        return service.eprs().stream().map(EndpointReference::address).toList();
    }

    /** A service as its relationship metadata has it. */
    static Fields fields(Hosted service) {
        return Fields.nested()
                .and("serviceId", service.serviceId())
                .and("types", DiscoverCommand.texts(service.types()))
                .and("addresses", addresses(service));
    }

    /** A service with what its WSDL says. */
    static void tell(Reporter reporter, Hosted service, Optional<ServiceDescription> description, String failure) {
        reporter.line("service " + service.serviceId());
        reporter.field("types", DiscoverCommand.texts(service.types()));
        reporter.field("addresses", addresses(service));
        List<ServiceDescription.PortType> portTypes =
                description.map(ServiceDescription::portTypes).orElse(List.of());
        Optional<String> shadowOf = relation(portTypes, ShadowRelation.Role.SHADOW_OF);
        Optional<String> shadowedBy = relation(portTypes, ShadowRelation.Role.SHADOWED_BY);
        shadowOf.ifPresent(address -> reporter.field("shadow of", address));
        shadowedBy.ifPresent(address -> reporter.field("shadowed by", address));
        List<List<String>> rows = new ArrayList<>();
        List<List<String>> events = new ArrayList<>();
        List<List<String>> values = new ArrayList<>();
        List<Fields> operations = new ArrayList<>();
        for (ServiceDescription.PortType portType : portTypes) {
            for (ServiceDescription.Operation operation : portType.operations()) {
                if (operation.isEvent()) {
                    String open = portType.eventSource() ? "" : "  (not marked wse:EventSource)";
                    events.add(List.of(operation.name(), operation.style().toString(), operation.action() + open));
                } else {
                    String last = portType.hasPolicy() ? gossip(operation) : operation.action();
                    rows.add(List.of(operation.name(), operation.style().toString(), last));
                }
                values(portType, operation).forEach(value -> values.add(value.row(operation.name())));
                operations.add(fields(portType, operation));
            }
        }
        reporter.table("  operation   ", rows);
        reporter.table("  event       ", events);
        reporter.table("  policy      ", values);
        if (description.isEmpty()) {
            reporter.field("description", "failed: " + failure);
        }
        reporter.json(Fields.step("service")
                .and("serviceId", service.serviceId())
                .and("types", DiscoverCommand.texts(service.types()))
                .and("addresses", addresses(service))
                .and("shadowOf", shadowOf.orElse(null))
                .and("shadowedBy", shadowedBy.orElse(null))
                .and(
                        "eventSources",
                        portTypes.stream()
                                .filter(ServiceDescription.PortType::eventSource)
                                .map(portType -> portType.name().toString())
                                .toList())
                .and("operations", operations)
                .and("failure", description.isEmpty() ? failure : null));
    }

    private static Optional<String> relation(List<ServiceDescription.PortType> portTypes, ShadowRelation.Role role) {
        return portTypes.stream()
                .flatMap(portType -> portType.relation().stream())
                .filter(relation -> relation.role() == role)
                .map(ShadowRelation::address)
                .findFirst();
    }

    private static Fields fields(ServiceDescription.PortType portType, ServiceDescription.Operation operation) {
        return Fields.nested()
                .and("portType", portType.name().toString())
                .and("name", operation.name())
                .and("style", operation.style().toString())
                .and("action", operation.action())
                .and("element", operation.element().map(Object::toString).orElse(null))
                .and("gossiped", operation.isGossiped())
                .and("gossip", operation.policy().map(ServiceReport::fields).orElse(null))
                .and(
                        "policy",
                        values(portType, operation).stream().map(Value::fields).toList());
    }

    /**
     * One value of the policy of an operation.
     *
     * @param from where it comes from: the operation's own policy, that of the service, or nowhere, so that the default counts
     */
    private record Value(String name, String value, String from) {

        List<String> row(String operation) {
            return List.of(operation, name, from, value);
        }

        Fields fields() {
            return Fields.nested().and("name", name).and("value", value).and("from", from);
        }
    }

    /** Every value that counts for an operation; none if it is not gossiped. */
    private static List<Value> values(ServiceDescription.PortType portType, ServiceDescription.Operation operation) {
        if (portType.gossip().isEmpty() || operation.policy().isEmpty() || !operation.isGossiped()) {
            return List.of();
        }
        PortGossip gossip = portType.gossip().get();
        GossipPolicy own = gossip.operations().getOrDefault(operation.name(), GossipPolicy.UNSET);
        GossipPolicy ofService = gossip.policy() == null ? GossipPolicy.UNSET : gossip.policy();
        Set<String> byOperation = own.words().keySet();
        Set<String> byService = ofService.words().keySet();
        List<Value> values = new ArrayList<>();
        operation.policy().get().words().forEach((name, value) -> {
            String from = byOperation.contains(name) ? "operation" : byService.contains(name) ? "service" : "default";
            values.add(new Value(name, value, from));
        });
        return values;
    }

    private static Fields fields(EffectiveGossip gossip) {
        Fields fields = Fields.nested()
                .and("variant", gossip.variant().wireName())
                .and("fanout", orAuto(gossip.fanout()))
                .and("rounds", orAuto(gossip.rounds()))
                .and("binding", gossip.binding().wireName())
                .and("priority", gossip.priority().wireName())
                .and("lifetimeMs", gossip.lifetime().toMillis())
                .and("repairMs", gossip.repair().toMillis())
                .and("scopes", gossip.scopes() == null ? null : gossip.scopes().uris())
                .and("trust", gossip.trust().wireName())
                .and("replies", gossip.replies().wireName());
        if (gossip.replies() != Replies.NONE) {
            fields.and("aggregation", gossip.aggregation())
                    .and("minReplies", gossip.minReplies())
                    .and("timeoutMs", gossip.timeout().toMillis());
        }
        return fields;
    }

    private static String gossip(ServiceDescription.Operation operation) {
        if (operation.policy().isEmpty()) {
            return "not gossiped";
        }
        if (!operation.isGossiped()) {
            return "not gossiped: nothing merges its answers";
        }
        EffectiveGossip gossip = operation.policy().get();
        StringBuilder text = new StringBuilder(gossip.variant().wireName())
                .append(", fanout ")
                .append(orAuto(gossip.fanout()))
                .append(", rounds ")
                .append(orAuto(gossip.rounds()))
                .append(", ")
                .append(gossip.binding().wireName())
                .append(", lifetime ")
                .append(Network.seconds(gossip.lifetime()))
                .append(", repair ")
                .append(gossip.repair().equals(GossipPolicy.NO_REPAIR) ? "none" : Network.seconds(gossip.repair()));
        if (gossip.scopes() != null) {
            text.append(", scopes ").append(String.join(" ", gossip.scopes().uris()));
        }
        if (gossip.replies() != Replies.NONE) {
            Duration timeout = gossip.timeout();
            text.append(", replies ")
                    .append(gossip.replies().wireName())
                    .append(" within ")
                    .append(Network.seconds(timeout));
            if (gossip.minReplies() > 0) {
                text.append(", at least ").append(gossip.minReplies());
            }
            if (gossip.aggregation() != null) {
                text.append(", ").append(gossip.aggregation());
            }
        }
        return text.toString();
    }

    private static String orAuto(int number) {
        return number == Gossip.AUTO ? "auto" : Integer.toString(number);
    }
}
