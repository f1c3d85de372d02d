/** Whether this computer is fit for devices: interfaces, multicast, ports, clock. */
@NullMarked
package org.grapevine.cli.doctor;

import org.jspecify.annotations.NullMarked;
