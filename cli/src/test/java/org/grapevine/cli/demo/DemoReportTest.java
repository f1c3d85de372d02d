package org.grapevine.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.grapevine.core.message.Completeness;
import org.grapevine.core.message.Faults;
import org.grapevine.grid.energy.DayNeeds;
import org.grapevine.grid.energy.DayPeriods;
import org.junit.jupiter.api.Test;

class DemoReportTest {

    private static final DayPeriods DAY = new DayPeriods(LocalDate.of(2024, 6, 21), ZoneId.of("Europe/Berlin"));

    private static DayNeeds appliances(long heard) {
        return DayNeeds.of(DAY, heard, 160, Optional.empty(), List.of(heard, heard, heard));
    }

    private static Optional<String> missing(long heard, Completeness completeness) {
        return DemoReport.missing(new NeedsResult(appliances(heard), completeness, appliances(160), 5));
    }

    @Test
    void aWholeSumLacksNothing() {
        assertThat(missing(160, new Completeness(205, 300, 0, 0, 0, Completeness.NONE)))
                .isEmpty();
    }

    @Test
    void whatIsMissingIsToldByKindInOneLine() {
        Faults faults = new Faults(new TreeMap<>(Map.of(Faults.BUSY, 3, Faults.MERGE, 1)));

        assertThat(missing(147, new Completeness(190, 300, 4, 7, 1, Completeness.NONE, faults)))
                .hasValue("13 appliances, 3 busy, 1 merge, up to 7 silent, 1 did not ask on; 190 devices counted");
    }

    @Test
    void aSumThatIsShortThoughItCallsItselfWholeIsToldAsWell() {
        assertThat(missing(158, new Completeness(203, 300, 0, 0, 0, Completeness.NONE)))
                .hasValue("2 appliances; 203 devices counted");
    }
}
