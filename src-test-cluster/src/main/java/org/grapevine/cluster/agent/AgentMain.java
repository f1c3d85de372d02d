package org.grapevine.cluster.agent;

import org.grapevine.cluster.control.Agent;
import org.grapevine.cluster.control.AgentEnd;
import org.grapevine.cluster.control.AgentOptions;

/** The main class of an agent's process that a coordinator starts on its own machine. */
public final class AgentMain {

    private AgentMain() {}

    /**
     * Runs an agent until its coordinator needs it no longer, and ends the process.
     *
     * @param arguments as {@link AgentOptions#ofChild} reads them
     */
    public static void main(String[] arguments) {
        AgentOptions options;
        try {
            options = AgentOptions.ofChild(arguments);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            System.exit(2);
            return;
        }
        AgentEnd end = Agent.run(options, ScenarioWork.maker(options.bind(), options.folder()), System.out::println);
        System.out.println(end.message());
        System.exit(end.exitCode());
    }
}
