/** The values of WS-Addressing 1.0 and SOAP-over-UDP: endpoint references, message ids, soap.udp addresses. */
@NullMarked
package org.grapevine.dpws.addressing;

import org.jspecify.annotations.NullMarked;
