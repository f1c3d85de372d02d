package org.grapevine.dpws.metadata;

import java.util.List;
import java.util.Optional;

/**
 * What is this device's own (DPWS 1.1, 5.2). Text fields have fewer than 256 characters.
 *
 * @param friendlyNames one for each language, at least one
 */
public record ThisDevice(
        List<LocalizedText> friendlyNames, Optional<String> firmwareVersion, Optional<String> serialNumber) {

    public ThisDevice {
        friendlyNames = FieldLimits.requireTexts("FriendlyName", friendlyNames);
        FieldLimits.requireField("FirmwareVersion", firmwareVersion);
        FieldLimits.requireField("SerialNumber", serialNumber);
    }

    public static ThisDevice of(String friendlyName) {
        return new ThisDevice(List.of(LocalizedText.of(friendlyName)), Optional.empty(), Optional.empty());
    }
}
