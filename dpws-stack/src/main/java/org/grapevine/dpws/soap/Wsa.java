package org.grapevine.dpws.soap;

import javax.xml.namespace.QName;

/** The names of WS-Addressing 1.0 header blocks and the actions of its faults. */
public final class Wsa {

    public static final QName ACTION = name("Action");
    public static final QName TO = name("To");
    public static final QName MESSAGE_ID = name("MessageID");
    public static final QName RELATES_TO = name("RelatesTo");
    public static final QName FROM = name("From");
    public static final QName REPLY_TO = name("ReplyTo");
    public static final QName FAULT_TO = name("FaultTo");
    public static final QName ENDPOINT_REFERENCE = name("EndpointReference");
    public static final QName IS_REFERENCE_PARAMETER = name("IsReferenceParameter");

    /** The relation that a {@code wsa:RelatesTo} without a type has. */
    public static final String REPLY_RELATION = Namespaces.WSA + "/reply";

    /** Action of the faults that WS-Addressing itself defines. */
    public static final String FAULT_ACTION = Namespaces.WSA + "/fault";

    /** Action of the faults that SOAP defines and of those that nobody gave an action. */
    public static final String SOAP_FAULT_ACTION = Namespaces.WSA + "/soap/fault";

    /** Stands in {@code wsa:RelatesTo} for a message that bore no id, or none that could be read (WS-Addressing 1.0, 3.2). */
    public static final String UNSPECIFIED_MESSAGE = Namespaces.WSA + "/unspecified";

    private Wsa() {}

    static QName name(String local) {
        return new QName(Namespaces.WSA, local, "wsa");
    }
}
