package org.grapevine.peer.service;

import javax.xml.namespace.QName;

/** An upper bound of what values take in XML, so that an answer is known to fit before it is written. */
final class Octets {

    /** A declaration of a namespace, a prefix, separators. */
    private static final int NAME_OCTETS = 40;

    private int sum;

    Octets(int sum) {
        this.sum = sum;
    }

    Octets add(String text) {
        sum += 4;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean escaped = c < ' ' || c == '&' || c == '<' || c == '>' || c == '"' || c == '\'';
            sum += escaped ? 6 : c < 0x80 ? 1 : 3;
        }
        return this;
    }

    Octets add(QName name) {
        sum += NAME_OCTETS;
        return add(name.getNamespaceURI()).add(name.getLocalPart());
    }

    int sum() {
        return sum;
    }
}
