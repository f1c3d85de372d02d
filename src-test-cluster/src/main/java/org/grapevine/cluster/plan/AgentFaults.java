package org.grapevine.cluster.plan;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.grapevine.yaml.Decimal;
import org.grapevine.yaml.Measure;

/**
 * Faults of agents as lines of text: {@code kill 3 at 2s}. Durations and shares are written as in scenario files. What is read and
 * written again is the same line, but for the choice of units.
 */
public final class AgentFaults {

    /** The most faults of one run. */
    public static final int MOST = 500;

    private static final int LONGEST_LINE = 4_000;
    private static final long DAY_MICROS = 86_400_000_000L;
    private static final long HOUR_MICROS = 3_600_000_000L;
    private static final Pattern BLANKS = Pattern.compile("\\s+");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,9}");

    /** How each is written; words in capitals stand for values. */
    private static final Map<String, String> FORMS = new LinkedHashMap<>();

    static {
        FORMS.put("kill", "kill AGENT at TIME");
        FORMS.put("restart", "restart AGENT at TIME");
        FORMS.put("stop", "stop AGENT from TIME until TIME");
        FORMS.put("cut", "cut AGENT,AGENT from TIME until TIME");
        FORMS.put("drop", "drop SHARE from TIME until TIME");
        FORMS.put("delay", "delay DURATION spread DURATION from TIME until TIME");
        FORMS.put("duplicate", "duplicate SHARE from TIME until TIME");
        FORMS.put("reorder", "reorder SHARE by DURATION from TIME until TIME");
        FORMS.put("full-disk", "full-disk AGENT from TIME until TIME");
        FORMS.put("clock", "clock AGENT by DURATION");
    }

    private AgentFaults() {}

    /** How each fault is written, for help texts. */
    public static List<String> forms() {
        return List.copyOf(FORMS.values());
    }

    /**
     * Reads the faults of a run.
     *
     * @param agents how many agents there are
     * @throws IllegalArgumentException for a line that is none, or whose values are out of range, naming it and what is expected
     */
    public static List<AgentFault> parse(List<String> lines, int agents) {
        if (lines.size() > MOST) {
            throw new IllegalArgumentException("faults: " + lines.size() + " (expected: at most " + MOST + ")");
        }
        List<AgentFault> faults = new ArrayList<>();
        for (String line : lines) {
            faults.add(parse(line, agents));
        }
        return faults;
    }

    /** As above, one of them. */
    public static AgentFault parse(String line, int agents) {
        return new Line(line, agents).fault();
    }

    /** The line that means this fault. */
    public static String write(AgentFault fault) {
        if (fault instanceof AgentFault.Kill kill) {
            return "kill " + kill.agent() + at(kill);
        } else if (fault instanceof AgentFault.Restart restart) {
            return "restart " + restart.agent() + at(restart);
        } else if (fault instanceof AgentFault.Stop stop) {
            return "stop " + stop.agent() + span(stop);
        } else if (fault instanceof AgentFault.Cut cut) {
            return "cut " + cut.agents().stream().map(String::valueOf).collect(Collectors.joining(",")) + span(cut);
        } else if (fault instanceof AgentFault.Drop drop) {
            return "drop " + Decimal.write(drop.share()) + span(drop);
        } else if (fault instanceof AgentFault.Delay delay) {
            return "delay " + duration(delay.byMicros()) + " spread " + duration(delay.spreadMicros()) + span(delay);
        } else if (fault instanceof AgentFault.Duplicate duplicate) {
            return "duplicate " + Decimal.write(duplicate.share()) + span(duplicate);
        } else if (fault instanceof AgentFault.Reorder reorder) {
            return "reorder " + Decimal.write(reorder.share()) + " by " + duration(reorder.byMicros()) + span(reorder);
        } else if (fault instanceof AgentFault.FullDisk full) {
            return "full-disk " + full.agent() + span(full);
        } else if (fault instanceof AgentFault.Clock clock) {
            return "clock " + clock.agent() + " by " + duration(clock.byMicros());
        }
        throw new AssertionError("unhandled: " + fault);
    }

    private static String at(AgentFault fault) {
        return " at " + duration(fault.atMicros());
    }

    private static String span(AgentFault.Lasting fault) {
        return " from " + duration(fault.atMicros()) + " until " + duration(fault.untilMicros());
    }

    private static String duration(long micros) {
        return Measure.DURATION.write(micros);
    }

    /** One line being read, word by word. */
    private static final class Line {
        private final String line;
        private final String form;
        private final int agents;
        private final String[] words;

        Line(String line, int agents) {
            if (line.length() > LONGEST_LINE) {
                throw new IllegalArgumentException(
                        "fault: " + line.length() + " characters (expected: at most " + LONGEST_LINE + ")");
            }
            this.line = line.strip();
            this.agents = agents;
            this.words = BLANKS.split(this.line, -1);
            String known = FORMS.get(words[0]);
            if (known == null) {
                throw new IllegalArgumentException("fault: '" + shown(this.line) + "' (expected: one of "
                        + String.join(", ", FORMS.keySet()) + ")");
            }
            this.form = known;
        }

        AgentFault fault() {
            String[] expected = BLANKS.split(form, -1);
            if (words.length != expected.length) {
                throw malformed();
            }
            for (int i = 0; i < words.length; i++) {
                boolean isWord = expected[i].equals(expected[i].toLowerCase(java.util.Locale.ROOT));
                if (isWord && !expected[i].equals(words[i])) {
                    throw malformed();
                }
            }
            return switch (words[0]) {
                case "kill" -> new AgentFault.Kill(agent(words[1]), time(3));
                case "restart" -> new AgentFault.Restart(agent(words[1]), time(3));
                case "stop" -> new AgentFault.Stop(agent(words[1]), time(3), until(3, 5));
                case "cut" -> new AgentFault.Cut(someAgents(), time(3), until(3, 5));
                case "drop" -> new AgentFault.Drop(share(), time(3), until(3, 5));
                case "delay" -> new AgentFault.Delay(wait("delay", 1), wait("spread", 3), time(5), until(5, 7));
                case "duplicate" -> new AgentFault.Duplicate(share(), time(3), until(3, 5));
                case "reorder" -> new AgentFault.Reorder(share(), wait("by", 3), time(5), until(5, 7));
                case "full-disk" -> new AgentFault.FullDisk(agent(words[1]), time(3), until(3, 5));
                case "clock" ->
                    new AgentFault.Clock(agent(words[1]), duration("by", 3, -HOUR_MICROS, HOUR_MICROS, "-1h..1h"));
                default -> throw new AssertionError("unhandled: " + words[0]);
            };
        }

        private int agent(String word) {
            if (!NUMBER.matcher(word).matches() || Integer.parseInt(word) >= agents) {
                throw refused("agent", word, "0.." + (agents - 1));
            }
            return Integer.parseInt(word);
        }

        private List<Integer> someAgents() {
            Set<Integer> some = new LinkedHashSet<>();
            for (String word : words[1].split(",", -1)) {
                some.add(agent(word));
            }
            if (some.size() >= agents) {
                throw refused("agents", words[1], "not all " + agents + ", for a cut has two sides");
            }
            return List.copyOf(some);
        }

        private double share() {
            return Decimal.parseShare(words[1])
                    .filter(share -> share >= 0 && share <= 1)
                    .orElseThrow(() -> refused(words[0], words[1], "a share such as 0.05 or 5%"));
        }

        private long time(int at) {
            return duration(words[at - 1], at, 0, DAY_MICROS, "0s..24h");
        }

        private long wait(String name, int at) {
            return duration(name, at, 0, HOUR_MICROS, "0s..1h");
        }

        private long until(int fromAt, int at) {
            long from = time(fromAt);
            long until = time(at);
            if (until <= from) {
                throw refused("until", words[at], "later than " + words[fromAt]);
            }
            return until;
        }

        private long duration(String name, int at, long least, long most, String range) {
            long micros = Measure.DURATION
                    .parse(words[at])
                    .orElseThrow(() -> refused(name, words[at], Measure.DURATION.form()));
            if (micros < least || micros > most) {
                throw refused(name, words[at], range);
            }
            return micros;
        }

        private IllegalArgumentException malformed() {
            return new IllegalArgumentException("fault: '" + shown(line) + "' (expected: " + form + ")");
        }

        private IllegalArgumentException refused(String name, String value, String expected) {
            return new IllegalArgumentException(
                    "fault '" + shown(line) + "': " + name + ": " + shown(value) + " (expected: " + expected + ")");
        }

        private static String shown(String text) {
            return text.length() <= 80 ? text : text.substring(0, 80) + "...";
        }
    }
}
