/**
 * The gossip policy of a service: the Java annotation that a maker writes, the values it stands for, the WS-Policy assertion
 * that carries them on the wire, and the way of that assertion into and out of a WSDL 1.1 document.
 */
@NullMarked
package org.grapevine.policy;

import org.jspecify.annotations.NullMarked;
