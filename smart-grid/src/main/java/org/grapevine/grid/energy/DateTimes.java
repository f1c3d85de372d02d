package org.grapevine.grid.energy;

import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;

/** Writes xs:dateTime. {@link OffsetDateTime#toString} leaves seconds out when they are zero; xs:dateTime needs them. */
final class DateTimes {

    private DateTimes() {}

    static String text(OffsetDateTime dateTime) {
        return DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(dateTime);
    }
}
