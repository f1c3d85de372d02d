package org.grapevine.simulation.world;

/** Something that happens at a point of virtual time. */
abstract class Occurrence {
    abstract void happen(World world);
}
