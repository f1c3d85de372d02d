package org.grapevine.cluster.control;

/** The main class of child processes in these tests. */
public final class ScriptedAgent {

    private ScriptedAgent() {}

    public static void main(String... arguments) {
        AgentOptions options = AgentOptions.ofChild(arguments);
        AgentEnd end = Agent.run(options, ScriptedWork.in(options.folder()), System.out::println);
        System.out.println(end.message());
        System.exit(end.exitCode());
    }
}
