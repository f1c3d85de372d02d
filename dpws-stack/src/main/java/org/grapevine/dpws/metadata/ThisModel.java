package org.grapevine.dpws.metadata;

import java.util.List;
import java.util.Optional;

/**
 * What all devices of a model have in common (DPWS 1.1, 5.1). Text fields have fewer than 256 characters, URLs at most 2,048
 * octets.
 *
 * @param manufacturers one for each language, at least one
 * @param modelNames one for each language, at least one
 */
public record ThisModel(
        List<LocalizedText> manufacturers,
        Optional<String> manufacturerUrl,
        List<LocalizedText> modelNames,
        Optional<String> modelNumber,
        Optional<String> modelUrl,
        Optional<String> presentationUrl) {

    public ThisModel {
        manufacturers = FieldLimits.requireTexts("Manufacturer", manufacturers);
        modelNames = FieldLimits.requireTexts("ModelName", modelNames);
        FieldLimits.requireUri("ManufacturerUrl", manufacturerUrl);
        FieldLimits.requireField("ModelNumber", modelNumber);
        FieldLimits.requireUri("ModelUrl", modelUrl);
        FieldLimits.requireUri("PresentationUrl", presentationUrl);
    }

    public static ThisModel of(String manufacturer, String modelName) {
        return new ThisModel(
                List.of(LocalizedText.of(manufacturer)),
                Optional.empty(),
                List.of(LocalizedText.of(modelName)),
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
    }
}
