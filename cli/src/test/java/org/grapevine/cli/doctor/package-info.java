/** Tests of what {@code doctor} finds. */
@NullMarked
package org.grapevine.cli.doctor;

import org.jspecify.annotations.NullMarked;
