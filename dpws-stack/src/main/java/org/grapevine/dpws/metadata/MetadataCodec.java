package org.grapevine.dpws.metadata;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.xml.namespace.QName;
import org.grapevine.dpws.addressing.EndpointReference;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.dpws.soap.MalformedEnvelopeException.Reason;
import org.grapevine.dpws.soap.Namespaces;
import org.grapevine.dpws.soap.Wsa;
import org.grapevine.dpws.soap.XmlReader;
import org.grapevine.dpws.soap.XmlWriter;
import org.jspecify.annotations.Nullable;

/** {@code wsx:Metadata} as XML and back. Reading ignores what it does not know; writing keeps the order of the schema. */
final class MetadataCodec {

    static final QName METADATA = new QName(Namespaces.WSX, "Metadata");

    private static final QName SECTION = new QName(Namespaces.WSX, "MetadataSection");
    private static final QName REFERENCE = new QName(Namespaces.WSX, "MetadataReference");
    private static final QName LOCATION = new QName(Namespaces.WSX, "Location");
    private static final QName THIS_MODEL = dpws("ThisModel");
    private static final QName THIS_DEVICE = dpws("ThisDevice");
    private static final QName RELATIONSHIP = dpws("Relationship");
    private static final QName HOST = dpws("Host");
    private static final QName HOSTED = dpws("Hosted");
    private static final QName TYPES = dpws("Types");
    private static final QName SERVICE_ID = dpws("ServiceId");
    private static final QName MANUFACTURER = dpws("Manufacturer");
    private static final QName MANUFACTURER_URL = dpws("ManufacturerUrl");
    private static final QName MODEL_NAME = dpws("ModelName");
    private static final QName MODEL_NUMBER = dpws("ModelNumber");
    private static final QName MODEL_URL = dpws("ModelUrl");
    private static final QName PRESENTATION_URL = dpws("PresentationUrl");
    private static final QName FRIENDLY_NAME = dpws("FriendlyName");
    private static final QName FIRMWARE_VERSION = dpws("FirmwareVersion");
    private static final QName SERIAL_NUMBER = dpws("SerialNumber");
    private static final QName LANG = new QName(Namespaces.XML, "lang");

    private MetadataCodec() {}

    static byte[] write(Metadata metadata) {
        XmlWriter writer = new XmlWriter().start(METADATA);
        metadata.sections().forEach(section -> write(writer, section));
        return writer.end().toBytes();
    }

    private static void write(XmlWriter writer, MetadataSection section) {
        writer.start(SECTION).attribute("Dialect", section.dialect());
        section.identifier().ifPresent(identifier -> writer.attribute("Identifier", identifier));
        if (section instanceof MetadataSection.OfModel model) {
            write(writer, model.thisModel());
        } else if (section instanceof MetadataSection.OfDevice device) {
            write(writer, device.thisDevice());
        } else if (section instanceof MetadataSection.OfRelationship relationship) {
            write(writer, relationship.relationship());
        } else if (section instanceof MetadataSection.Inline inline) {
            writer.raw(inline.element());
        } else if (section instanceof MetadataSection.Reference reference) {
            writer.endpointReference(REFERENCE, reference.epr());
        } else if (section instanceof MetadataSection.Location location) {
            writer.element(LOCATION, location.url());
        } else {
            throw new AssertionError("unhandled: " + section);
        }
        writer.end();
    }

    private static void write(XmlWriter writer, ThisModel model) {
        writer.start(THIS_MODEL);
        writeTexts(writer, MANUFACTURER, model.manufacturers());
        writeOptional(writer, MANUFACTURER_URL, model.manufacturerUrl());
        writeTexts(writer, MODEL_NAME, model.modelNames());
        writeOptional(writer, MODEL_NUMBER, model.modelNumber());
        writeOptional(writer, MODEL_URL, model.modelUrl());
        writeOptional(writer, PRESENTATION_URL, model.presentationUrl());
        writer.end();
    }

    private static void write(XmlWriter writer, ThisDevice device) {
        writer.start(THIS_DEVICE);
        writeTexts(writer, FRIENDLY_NAME, device.friendlyNames());
        writeOptional(writer, FIRMWARE_VERSION, device.firmwareVersion());
        writeOptional(writer, SERIAL_NUMBER, device.serialNumber());
        writer.end();
    }

    private static void write(XmlWriter writer, Relationship relationship) {
        writer.start(RELATIONSHIP).attribute("Type", Relationship.HOST_TYPE);
        relationship.host().ifPresent(host -> {
            writer.start(HOST).endpointReference(Wsa.ENDPOINT_REFERENCE, host.epr());
            if (!host.types().isEmpty()) {
                writer.start(TYPES).qnames(host.types()).end();
            }
            writer.end();
        });
        for (Hosted hosted : relationship.hosted()) {
            writer.start(HOSTED);
            hosted.eprs().forEach(epr -> writer.endpointReference(Wsa.ENDPOINT_REFERENCE, epr));
            writer.start(TYPES).qnames(hosted.types()).end();
            writer.element(SERVICE_ID, hosted.serviceId());
            writer.end();
        }
        writer.end();
    }

    private static void writeTexts(XmlWriter writer, QName element, List<LocalizedText> texts) {
        for (LocalizedText text : texts) {
            writer.start(element);
            if (!text.language().isEmpty()) {
                writer.attribute(LANG, text.language());
            }
            writer.text(text.text()).end();
        }
    }

    private static void writeOptional(XmlWriter writer, QName element, Optional<String> value) {
        value.ifPresent(present -> writer.element(element, present));
    }

    /** The cursor stands on {@code wsx:Metadata}. */
    static Metadata read(XmlReader reader) throws MalformedEnvelopeException {
        List<MetadataSection> sections = new ArrayList<>();
        while (reader.nextChild()) {
            if (reader.is(SECTION)) {
                readSection(reader).ifPresent(sections::add);
            } else {
                reader.skip();
            }
        }
        return new Metadata(sections);
    }

    /** A section without content says nothing, so it is left away; of several contents the first counts. */
    private static Optional<MetadataSection> readSection(XmlReader reader) throws MalformedEnvelopeException {
        Optional<String> dialect = reader.attribute("Dialect").map(String::strip);
        if (dialect.isEmpty()) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, "MetadataSection: has no Dialect");
        }
        Optional<String> identifier = reader.attribute("Identifier").map(String::strip);
        MetadataSection section = null;
        while (reader.nextChild()) {
            if (section == null) {
                section = readContent(reader, dialect.get(), identifier);
            } else {
                reader.skip();
            }
        }
        return Optional.ofNullable(section);
    }

    /** The cursor stands on the one element of a section. */
    static MetadataSection readContent(XmlReader reader, String dialect, Optional<String> identifier)
            throws MalformedEnvelopeException {
        if (reader.is(REFERENCE)) {
            return new MetadataSection.Reference(dialect, identifier, reader.endpointReference());
        }
        if (reader.is(LOCATION)) {
            String url = reader.token();
            return checked(() -> new MetadataSection.Location(dialect, identifier, url));
        }
        if (dialect.equals(MetadataSection.THIS_MODEL_DIALECT) && reader.is(THIS_MODEL)) {
            return new MetadataSection.OfModel(readThisModel(reader));
        }
        if (dialect.equals(MetadataSection.THIS_DEVICE_DIALECT) && reader.is(THIS_DEVICE)) {
            return new MetadataSection.OfDevice(readThisDevice(reader));
        }
        boolean hostType = reader.attribute("Type")
                .map(String::strip)
                .filter(Relationship.HOST_TYPE::equals)
                .isPresent();
        if (dialect.equals(MetadataSection.RELATIONSHIP_DIALECT) && reader.is(RELATIONSHIP) && hostType) {
            return new MetadataSection.OfRelationship(readRelationship(reader));
        }
        return new MetadataSection.Inline(dialect, identifier, reader.standalone());
    }

    private static ThisModel readThisModel(XmlReader reader) throws MalformedEnvelopeException {
        List<LocalizedText> manufacturers = new ArrayList<>();
        List<LocalizedText> modelNames = new ArrayList<>();
        Optional<String> manufacturerUrl = Optional.empty();
        Optional<String> modelNumber = Optional.empty();
        Optional<String> modelUrl = Optional.empty();
        Optional<String> presentationUrl = Optional.empty();
        while (reader.nextChild()) {
            if (reader.is(MANUFACTURER)) {
                manufacturers.add(readText(reader));
            } else if (reader.is(MANUFACTURER_URL)) {
                manufacturerUrl = readUri(reader);
            } else if (reader.is(MODEL_NAME)) {
                modelNames.add(readText(reader));
            } else if (reader.is(MODEL_NUMBER)) {
                modelNumber = Optional.of(reader.text());
            } else if (reader.is(MODEL_URL)) {
                modelUrl = readUri(reader);
            } else if (reader.is(PRESENTATION_URL)) {
                presentationUrl = readUri(reader);
            } else {
                reader.skip();
            }
        }
        Optional<String> ofManufacturer = manufacturerUrl;
        Optional<String> number = modelNumber;
        Optional<String> ofModel = modelUrl;
        Optional<String> presentation = presentationUrl;
        return checked(() -> new ThisModel(manufacturers, ofManufacturer, modelNames, number, ofModel, presentation));
    }

    private static ThisDevice readThisDevice(XmlReader reader) throws MalformedEnvelopeException {
        List<LocalizedText> friendlyNames = new ArrayList<>();
        Optional<String> firmwareVersion = Optional.empty();
        Optional<String> serialNumber = Optional.empty();
        while (reader.nextChild()) {
            if (reader.is(FRIENDLY_NAME)) {
                friendlyNames.add(readText(reader));
            } else if (reader.is(FIRMWARE_VERSION)) {
                firmwareVersion = Optional.of(reader.text());
            } else if (reader.is(SERIAL_NUMBER)) {
                serialNumber = Optional.of(reader.text());
            } else {
                reader.skip();
            }
        }
        Optional<String> firmware = firmwareVersion;
        Optional<String> serial = serialNumber;
        return checked(() -> new ThisDevice(friendlyNames, firmware, serial));
    }

    private static Relationship readRelationship(XmlReader reader) throws MalformedEnvelopeException {
        Optional<Host> host = Optional.empty();
        List<Hosted> hosted = new ArrayList<>();
        while (reader.nextChild()) {
            if (reader.is(HOST)) {
                host = Optional.of(readHost(reader));
            } else if (reader.is(HOSTED)) {
                hosted.add(readHosted(reader));
            } else {
                reader.skip();
            }
        }
        Optional<Host> device = host;
        return checked(() -> new Relationship(device, hosted));
    }

    private static Host readHost(XmlReader reader) throws MalformedEnvelopeException {
        EndpointReference epr = null;
        List<QName> types = List.of();
        while (reader.nextChild()) {
            if (reader.is(Wsa.ENDPOINT_REFERENCE)) {
                epr = reader.endpointReference();
            } else if (reader.is(TYPES)) {
                types = reader.qnames();
            } else {
                reader.skip();
            }
        }
        return new Host(required("Host", "wsa:EndpointReference", epr), types);
    }

    private static Hosted readHosted(XmlReader reader) throws MalformedEnvelopeException {
        List<EndpointReference> eprs = new ArrayList<>();
        List<QName> types = null;
        String serviceId = null;
        while (reader.nextChild()) {
            if (reader.is(Wsa.ENDPOINT_REFERENCE)) {
                eprs.add(reader.endpointReference());
            } else if (reader.is(TYPES)) {
                types = reader.qnames();
            } else if (reader.is(SERVICE_ID)) {
                serviceId = reader.token();
            } else {
                reader.skip();
            }
        }
        List<QName> portTypes = required("Hosted", "Types", types);
        String id = required("Hosted", "ServiceId", serviceId);
        return checked(() -> new Hosted(eprs, portTypes, id));
    }

    private static LocalizedText readText(XmlReader reader) throws MalformedEnvelopeException {
        String language =
                reader.attribute(LANG.getNamespaceURI(), LANG.getLocalPart()).orElse("");
        return new LocalizedText(reader.text(), language);
    }

    /** Some stacks write an empty element where they have no URL. */
    private static Optional<String> readUri(XmlReader reader) throws MalformedEnvelopeException {
        return Optional.of(reader.token()).filter(uri -> !uri.isEmpty());
    }

    private static <T> T required(String parent, String name, @Nullable T value) throws MalformedEnvelopeException {
        if (value == null) {
            throw new MalformedEnvelopeException(Reason.MISSING_CONTENT, parent + ": has no " + name);
        }
        return value;
    }

    /** What our own code must not build, a stranger may have sent. */
    private static <T> T checked(Supplier<T> value) throws MalformedEnvelopeException {
        try {
            return value.get();
        } catch (IllegalArgumentException e) {
            throw new MalformedEnvelopeException(Reason.INVALID_VALUE, String.valueOf(e.getMessage()));
        }
    }

    private static QName dpws(String local) {
        return new QName(Namespaces.DPWS, local, "dpws");
    }
}
