package org.grapevine.dpws.metadata;

import java.util.Optional;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.Namespaces;

/** One section of metadata (WS-MetadataExchange 2004, 3): a description in some dialect, or where to fetch it. */
public sealed interface MetadataSection {

    String THIS_MODEL_DIALECT = Namespaces.DPWS + "/ThisModel";
    String THIS_DEVICE_DIALECT = Namespaces.DPWS + "/ThisDevice";
    String RELATIONSHIP_DIALECT = Namespaces.DPWS + "/Relationship";
    String WSDL_DIALECT = Namespaces.WSDL;

    /** What language the description is in. */
    String dialect();

    /** Which description of that dialect it is; for WSDL its target namespace. */
    Optional<String> identifier();

    /** True for the sections that DPWS itself defines. */
    default boolean isOfDpws() {
        return dialect().equals(THIS_MODEL_DIALECT)
                || dialect().equals(THIS_DEVICE_DIALECT)
                || dialect().equals(RELATIONSHIP_DIALECT);
    }

    record OfModel(ThisModel thisModel) implements MetadataSection {
        @Override
        public String dialect() {
            return THIS_MODEL_DIALECT;
        }

        @Override
        public Optional<String> identifier() {
            return Optional.empty();
        }
    }

    record OfDevice(ThisDevice thisDevice) implements MetadataSection {
        @Override
        public String dialect() {
            return THIS_DEVICE_DIALECT;
        }

        @Override
        public Optional<String> identifier() {
            return Optional.empty();
        }
    }

    record OfRelationship(Relationship relationship) implements MetadataSection {
        @Override
        public String dialect() {
            return RELATIONSHIP_DIALECT;
        }

        @Override
        public Optional<String> identifier() {
            return Optional.empty();
        }
    }

    /**
     * A description in the section itself, such as a WSDL, or one of a dialect that means nothing here.
     *
     * @param element its one element, which declares every namespace it needs
     */
    record Inline(String dialect, Optional<String> identifier, String element) implements MetadataSection {}

    /** To be fetched by WS-Transfer Get from this endpoint. */
    record Reference(String dialect, Optional<String> identifier, EndpointReference epr) implements MetadataSection {}

    /** To be fetched by HTTP GET. */
    record Location(String dialect, Optional<String> identifier, String url) implements MetadataSection {
        public Location {
            FieldLimits.requireUri("Location", url);
        }
    }
}
