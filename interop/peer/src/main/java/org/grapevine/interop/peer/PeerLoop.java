package org.grapevine.interop.peer;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The main loop of a peer: reads a command from the standard input, runs it, answers on the standard output, until the input
 * ends. What libraries print goes to the standard error.
 */
public final class PeerLoop {

    /** What a command does; what it returns follows the word ok. */
    @FunctionalInterface
    public interface Command {
        List<String> run(List<String> arguments) throws Exception;
    }

    private final Map<String, Command> commands = new LinkedHashMap<>();
    private final PrintStream out;

    /** Takes the standard output for itself. */
    public PeerLoop() {
        out = System.out;
        System.setOut(System.err);
    }

    public PeerLoop on(String name, Command command) {
        commands.put(name, command);
        return this;
    }

    /** Tells something without being asked; any thread. */
    public void event(String name, String... words) {
        List<String> all = new ArrayList<>(List.of(Line.EVENT, name));
        all.addAll(List.of(words));
        print(new Line(all));
    }

    private void print(Line line) {
        synchronized (out) {
            out.println(line);
            out.flush();
        }
    }

    /** Runs commands one after the other, until there are no more. */
    public void run() throws IOException {
        BufferedReader in = new BufferedReader(new InputStreamReader(System.in, UTF_8));
        for (String text = in.readLine(); text != null; text = in.readLine()) {
            print(answer(text));
        }
    }

    private Line answer(String text) {
        try {
            Line request = Line.read(text);
            Command command = commands.get(request.first());
            if (command == null) {
                return Line.of(
                        Line.FAILED,
                        request.first() + ": no such command (expected: one of " + commands.keySet() + ")");
            }
            List<String> words = new ArrayList<>(List.of(Line.OK));
            words.addAll(command.run(request.rest()));
            return new Line(words);
        } catch (Exception e) {
            // The whole of it is for the log of the peer, the one sentence for the test.
            e.printStackTrace();
            return Line.of(Line.FAILED, e.toString());
        }
    }
}
