package org.grapevine.simulation.world;

/** Takes the lines of a full trace, one for each action. */
@FunctionalInterface
public interface TraceSink {
    void line(String line);
}
