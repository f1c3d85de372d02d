/** The main job: a grid of real devices on loopback, a tariff pushed through it, energy needs added up before and after. */
@NullMarked
package org.grapevine.cli.demo;

import org.jspecify.annotations.NullMarked;
