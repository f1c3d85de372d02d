package org.grapevine.dpws.soap;

/** Reference parameters on their way from an endpoint reference into the header of a message. */
final class ReferenceParameters {

    private ReferenceParameters() {}

    /**
     * The element with {@code wsa:IsReferenceParameter="true"} in its start tag (WS-Addressing 1.0 SOAP Binding, 3.2).
     *
     * @param element one element that declares every namespace it needs
     * @throws IllegalArgumentException if it is none
     */
    static String asHeaderBlock(String element) {
        if (isMarked(element)) {
            return element;
        }
        int nameEnd = 1;
        while (nameEnd < element.length() && " \t\r\n/>".indexOf(element.charAt(nameEnd)) < 0) {
            nameEnd++;
        }
        // The element may have bound wsa to anything, so the attribute gets a prefix that does not occur in it.
        String prefix = "wsa";
        for (int i = 0; element.contains("xmlns:" + prefix); i++) {
            prefix = "wsa" + i;
        }
        return element.substring(0, nameEnd)
                + " xmlns:" + prefix + "=\"" + Namespaces.WSA + "\" " + prefix + ":IsReferenceParameter=\"true\""
                + element.substring(nameEnd);
    }

    private static boolean isMarked(String element) {
        try (XmlReader reader = XmlReader.ofFragment(element)) {
            return reader.attributes().containsKey(Wsa.IS_REFERENCE_PARAMETER);
        } catch (MalformedEnvelopeException e) {
            throw new IllegalArgumentException(
                    "reference parameter: '" + XmlReader.shown(element) + "' (expected: an element)", e);
        }
    }
}
