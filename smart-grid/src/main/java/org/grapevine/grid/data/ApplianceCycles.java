package org.grapevine.grid.data;

import java.io.IOException;
import java.io.Reader;
import java.time.Duration;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.grapevine.grid.plan.CycleLoad;

/** The project's own small table of machines and their programmes: assumed values, not measured ones. */
public final class ApplianceCycles {

    private static final List<String> HEADER =
            List.of("appliance,phases_minutes_x_watts,loaded_from,loaded_until,finish_within_hours");
    private static final Pattern PHASE = Pattern.compile("(\\d{1,3})x(\\d{1,5})");
    private static final int MAX_FINISH_HOURS = 20;

    private ApplianceCycles() {}

    /** The table as shipped. */
    public static List<ApplianceCycle> assumed() {
        return Shipped.ASSUMED;
    }

    /**
     * Reads a table of the same form.
     *
     * @param name of the file, for errors
     * @throws DataFileException for the first line that is malformed
     */
    public static List<ApplianceCycle> read(String name, Reader reader) throws IOException {
        return of(CsvFile.read(name, reader, HEADER));
    }

    private static List<ApplianceCycle> of(CsvFile file) {
        return file.rows().stream().map(ApplianceCycles::cycle).toList();
    }

    private static ApplianceCycle cycle(CsvFile.Row row) {
        List<CycleLoad.Phase> phases = phases(row);
        LocalTime from = row.time(2, "loaded_from", LocalTime::parse, "a time of day such as 07:00");
        LocalTime until = row.time(3, "loaded_until", LocalTime::parse, "a time of day such as 19:00");
        row.require(!until.isBefore(from), "loaded_until", until, from + " or later");
        Duration within = Duration.ofHours(row.integer(4, "finish_within_hours", 1, MAX_FINISH_HOURS));
        Duration length = phases.stream().map(CycleLoad.Phase::duration).reduce(Duration.ZERO, Duration::plus);
        row.require(within.compareTo(length) >= 0, "finish_within_hours", within, "at least the programme's " + length);
        return new ApplianceCycle(row.text(0, "appliance"), phases, from, until, within);
    }

    private static List<CycleLoad.Phase> phases(CsvFile.Row row) {
        List<CycleLoad.Phase> phases = new ArrayList<>();
        for (String part : row.text(1, "phases_minutes_x_watts").split(";", -1)) {
            Matcher phase = PHASE.matcher(part);
            row.require(phase.matches(), "phases_minutes_x_watts", part, "minutes x watts such as 20x2000");
            Duration duration = Duration.ofMinutes(Integer.parseInt(phase.group(1)));
            row.require(!duration.isZero(), "phases_minutes_x_watts", part, "1 minute or more");
            phases.add(new CycleLoad.Phase(duration, Integer.parseInt(phase.group(2))));
        }
        return phases;
    }

    /** Read once, when first asked for. */
    private static final class Shipped {
        static final List<ApplianceCycle> ASSUMED = of(CsvFile.shipped("appliance-cycles.csv", HEADER));
    }
}
