package org.grapevine.grid.data;

import java.io.IOException;
import java.io.Reader;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Recorded charging sessions of private cars, those of them that can be repeated every day. Left out, and counted: those
 * without plug-out or energy, those connected for over {@link #MAX_CONNECTED}, and those whose energy needs more than
 * 7.2 kW. Immutable.
 */
public final class ChargingSessions {

    /** A session repeated every day must end before the next begins, on a day of 23 hours too. */
    public static final Duration MAX_CONNECTED = Duration.ofHours(22);

    private static final List<String> HEADER =
            List.of("session,garage,user,user_type,shared_id,plug_in,plug_out,energy_kwh");
    private static final ZoneId RECORDED_IN = ZoneId.of("Europe/Oslo");
    private static final BigDecimal MAX_KWH = BigDecimal.valueOf(1000);
    private static final List<Long> POWERS_WATTS = List.of(3600L, 7200L);
    private static final long SECONDS_PER_HOUR = 3600;

    private final List<ChargingSession> sessions;
    private final int leftOut;

    private ChargingSessions(List<ChargingSession> sessions, int leftOut) {
        this.sessions = List.copyOf(sessions);
        this.leftOut = leftOut;
    }

    /** The sessions recorded in Trondheim in 2018 to 2020, as shipped. */
    public static ChargingSessions trondheim() {
        return Shipped.TRONDHEIM;
    }

    /**
     * Reads sessions from a file of the same form.
     *
     * @param name of the file, for errors
     * @throws DataFileException for the first malformed line, or if no session can be used
     */
    public static ChargingSessions read(String name, Reader reader) throws IOException {
        return of(CsvFile.read(name, reader, HEADER));
    }

    /** In the order of the file; never empty. */
    public List<ChargingSession> sessions() {
        return sessions;
    }

    /** How many sessions of the file are not among {@link #sessions}. */
    public int leftOut() {
        return leftOut;
    }

    private static ChargingSessions of(CsvFile file) {
        List<ChargingSession> sessions = new ArrayList<>();
        for (CsvFile.Row row : file.rows()) {
            session(row).ifPresent(sessions::add);
        }
        if (sessions.isEmpty()) {
            throw new DataFileException(
                    file.name() + ": no usable session in " + file.rows().size() + " (expected: at least one)");
        }
        return new ChargingSessions(sessions, file.rows().size() - sessions.size());
    }

    private static Optional<ChargingSession> session(CsvFile.Row row) {
        int id = row.integer(0, "session", 1, Integer.MAX_VALUE);
        LocalDateTime plugIn = localTime(row, 5, "plug_in");
        BigDecimal kilowattHours = row.decimal(7, "energy_kwh");
        row.require(
                kilowattHours.signum() >= 0
                        && kilowattHours.compareTo(MAX_KWH) <= 0
                        && kilowattHours.stripTrailingZeros().scale() <= 3,
                "energy_kwh",
                kilowattHours,
                "0..1000 with at most 3 decimals");
        if (row.cells().get(6).isEmpty()) {
            return Optional.empty();
        }
        LocalDateTime plugOut = localTime(row, 6, "plug_out");
        Duration connected = Duration.between(plugIn.atZone(RECORDED_IN), plugOut.atZone(RECORDED_IN));
        long wattHours = kilowattHours.movePointRight(3).longValueExact();
        if (wattHours == 0 || connected.toSeconds() <= 0 || connected.compareTo(MAX_CONNECTED) > 0) {
            return Optional.empty();
        }
        return POWERS_WATTS.stream()
                .filter(watts -> wattHours * SECONDS_PER_HOUR <= watts * connected.toSeconds())
                .findFirst()
                .map(watts -> new ChargingSession(id, plugIn.toLocalTime(), connected, wattHours, watts));
    }

    private static LocalDateTime localTime(CsvFile.Row row, int column, String name) {
        return row.time(column, name, LocalDateTime::parse, "a local time such as 2018-12-21T10:20");
    }

    /** Read once, when first asked for. */
    private static final class Shipped {
        static final ChargingSessions TRONDHEIM = of(CsvFile.shipped("sessions.csv", HEADER));
    }
}
