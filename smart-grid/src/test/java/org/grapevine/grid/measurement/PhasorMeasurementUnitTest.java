package org.grapevine.grid.measurement;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.grapevine.grid.Xml;
import org.grapevine.grid.payload.MalformedPayloadException;
import org.junit.jupiter.api.Test;

class PhasorMeasurementUnitTest {

    private static final Instant NOW = Instant.parse("2024-06-21T10:00:00.750Z");
    private static final Instant LAST = Instant.parse("2024-06-21T10:00:00Z");

    private final PhasorMeasurementUnit unit = new PhasorMeasurementUnit(
            "ied-1",
            at -> new Phasor(at, new BigDecimal("229.81"), BigDecimal.valueOf(at.getEpochSecond() % 100)),
            InstantSource.fixed(NOW));

    @Test
    void theLastVoltageIsThatOfTheLastFullSecond() {
        Voltages answer = unit.lastVoltage(new LastVoltageRequest());

        Xml.validate(Xml.marshal(new LastVoltageRequest()), Voltages.class, "measurement.xsd");
        Xml.validate(Xml.marshal(answer), Voltages.class, "measurement.xsd");
        assertThat(Xml.unmarshal(Xml.marshal(answer), Voltages.class).toReadings())
                .isEqualTo(List.of(new VoltageReading("ied-1", LAST, new BigDecimal("229.81"))));
    }

    @Test
    void theAngleIsThatOfTheInstantAskedFor() {
        PhaseAnglesRequest request = PhaseAnglesRequest.of(LAST.minusSeconds(7));

        Xml.validate(Xml.marshal(request), PhaseAngles.class, "measurement.xsd");
        assertThat(unit.phaseAngles(request).toRange())
                .isEqualTo(AngleRange.of(
                        new Phasor(LAST.minusSeconds(7), new BigDecimal("229.81"), BigDecimal.valueOf(93))));
    }

    @Test
    void whatIsToComeHasNotBeenMeasured() {
        assertThatThrownBy(() -> unit.phaseAngles(PhaseAnglesRequest.of(NOW.plusMillis(1))))
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage(
                        "at: '2024-06-21T10:00:00.751Z' (expected: 2024-06-21T10:00:00.750Z, which is now, or before)");
    }

    @Test
    void aVoltageThatMakesNoSenseIsRefused() {
        String xml = Xml.marshal(unit.lastVoltage(new LastVoltageRequest())).replace("229.81", "-1");

        assertThatThrownBy(() -> Xml.unmarshal(xml, Voltages.class).toReadings())
                .isInstanceOf(MalformedPayloadException.class)
                .hasMessage("voltage: '-1' (expected: 0..100000 V)");
    }
}
