package org.grapevine.dpws.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** All that an endpoint says about itself: the content of {@code wsx:Metadata}, in order. */
public record Metadata(List<MetadataSection> sections) {

    public Metadata {
        sections = List.copyOf(sections);
    }

    /** The metadata of a device: one section each (R2038, R2039, R2040). */
    public static Metadata ofDevice(ThisModel model, ThisDevice device, Optional<Relationship> relationship) {
        List<MetadataSection> sections = new ArrayList<>();
        sections.add(new MetadataSection.OfModel(model));
        sections.add(new MetadataSection.OfDevice(device));
        relationship.ifPresent(services -> sections.add(new MetadataSection.OfRelationship(services)));
        return new Metadata(sections);
    }

    /** The first section about the model. */
    public Optional<ThisModel> thisModel() {
        return only(MetadataSection.OfModel.class).map(MetadataSection.OfModel::thisModel);
    }

    /** The first section about the device. */
    public Optional<ThisDevice> thisDevice() {
        return only(MetadataSection.OfDevice.class).map(MetadataSection.OfDevice::thisDevice);
    }

    /** All relationships together (R2029). */
    public Optional<Relationship> relationship() {
        return sections.stream()
                .filter(MetadataSection.OfRelationship.class::isInstance)
                .map(section -> ((MetadataSection.OfRelationship) section).relationship())
                .reduce(Relationship::mergedWith);
    }

    /** The sections that a GetMetadata asks for; none given means any. */
    public Metadata select(Optional<String> dialect, Optional<String> identifier) {
        return new Metadata(sections.stream()
                .filter(section -> dialect.isEmpty() || isSameDialect(dialect.get(), section.dialect()))
                .filter(section -> identifier.isEmpty() || identifier.equals(section.identifier()))
                .toList());
    }

    /** Some stacks write the dialect of WSDL without the slash at its end. */
    private static boolean isSameDialect(String asked, String own) {
        return own.equals(asked) || (own.equals(MetadataSection.WSDL_DIALECT) && own.equals(asked + "/"));
    }

    private <T extends MetadataSection> Optional<T> only(Class<T> kind) {
        return sections.stream().filter(kind::isInstance).map(kind::cast).findFirst();
    }
}
