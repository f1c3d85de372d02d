package org.grapevine.policy;

/**
 * What ties a service and its shadow: each one's WSDL names the other, so that whoever finds either can tell.
 *
 * @param role what the service that carries the policy is to the other one
 * @param address absolute URI of the other one ({@code wsa:Address})
 */
public record ShadowRelation(Role role, String address) {

    /** What a service is to the one that it names. */
    public enum Role {
        /** The bearer is the gossiping shadow of the plain service that it names. */
        SHADOW_OF("ShadowOf"),
        /** The bearer is the plain service, and names its shadow. */
        SHADOWED_BY("ShadowedBy");

        private final String element;

        Role(String element) {
            this.element = element;
        }

        String element() {
            return element;
        }
    }

    public ShadowRelation {
        Ranges.requireAddress(role.element(), address);
    }

    /** The relation that a shadow's WSDL carries. */
    public static ShadowRelation shadowOf(String originalAddress) {
        return new ShadowRelation(Role.SHADOW_OF, originalAddress);
    }

    /** The relation that the original's WSDL carries. */
    public static ShadowRelation shadowedBy(String shadowAddress) {
        return new ShadowRelation(Role.SHADOWED_BY, shadowAddress);
    }
}
