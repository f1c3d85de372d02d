package org.grapevine.grid.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SampleGridTest {

    @Nested
    class ASmallGrid {

        private final SampleGrid grid = new SampleGrid("demo", 2, 3, 4);

        @Test
        void hasItsDevicesInTheirSegments() {
            assertThat(grid.devices())
                    .extracting(device -> device.name() + " " + String.join(" ", device.scopes()))
                    .containsExactly(
                            "is grid:demo/wan",
                            "ssc-1 grid:demo/wan grid:demo/fan/ssc-1",
                            "ssc-2 grid:demo/wan grid:demo/fan/ssc-2",
                            "sm-1 grid:demo/fan/ssc-1 grid:demo/han/sm-1",
                            "sm-2 grid:demo/fan/ssc-1 grid:demo/han/sm-2",
                            "sm-3 grid:demo/fan/ssc-2 grid:demo/han/sm-3",
                            "ied-1 grid:demo/han/sm-1",
                            "ied-2 grid:demo/han/sm-1",
                            "ied-3 grid:demo/han/sm-2",
                            "ied-4 grid:demo/han/sm-3");
        }
    }

    @ParameterizedTest
    @CsvSource({"1,1,0", "1,1,1", "4,20,160", "7,3,10", "10,100,3", "3,10,17", "1000,1,5", "13,101,1009"})
    void metersAndAppliancesAreSpreadEvenly(int substations, int meters, int appliances) {
        SampleGrid grid = new SampleGrid("g", substations, meters, appliances);
        Map<Integer, Integer> metersBySubstation = new HashMap<>();
        for (int meter = 1; meter <= meters; meter++) {
            metersBySubstation.merge(grid.substationOf(meter), 1, Integer::sum);
        }
        Map<Integer, Integer> appliancesByMeter = new HashMap<>();
        for (int appliance = 1; appliance <= appliances; appliance++) {
            appliancesByMeter.merge(grid.meterOf(appliance), 1, Integer::sum);
        }

        for (int substation = 1; substation <= substations; substation++) {
            assertThat(metersBySubstation.getOrDefault(substation, 0))
                    .isBetween(meters / substations, (meters + substations - 1) / substations);
        }
        for (int meter = 1; meter <= meters; meter++) {
            assertThat(appliancesByMeter.getOrDefault(meter, 0))
                    .isEqualTo(grid.appliancesOf(meter))
                    .isBetween(appliances / meters, (appliances + meters - 1) / meters);
        }
    }

    @Test
    void everySegmentOfADeviceHasSomebodyAboveIt() {
        SampleGrid grid = new SampleGrid("g", 3, 7, 20);
        Set<String> known = new HashSet<>(Set.of(grid.wan()));
        for (GridDevice device : grid.devices()) {
            assertThat(known).contains(device.scopes().get(0));
            known.addAll(device.scopes());
        }
        assertThat(known).allMatch(scope -> scope.startsWith(grid.scope() + "/"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Demo|1|1|1|name: Demo (expected: 1..32 lower-case letters, digits and hyphens)",
                "a/b|1|1|1|name: a/b",
                "g|0|1|1|substations: 0 (expected: 1..1000)",
                "g|1001|1|1|substations: 1001 (expected: 1..1000)",
                "g|1|0|1|meters: 0 (expected: 1..100000)",
                "g|1|1|-1|appliances: -1 (expected: 0..1000000)",
            })
    void impossibleSizesAreRefused(String name, int substations, int meters, int appliances, String message) {
        assertThatThrownBy(() -> new SampleGrid(name, substations, meters, appliances))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(message);
    }

    @Test
    void numbersOutsideOfTheGridAreRefused() {
        SampleGrid grid = new SampleGrid("g", 2, 3, 4);

        assertThatThrownBy(() -> grid.substation(3)).hasMessage("substation: 3 (expected: 1..2)");
        assertThatThrownBy(() -> grid.meter(0)).hasMessage("meter: 0 (expected: 1..3)");
        assertThatThrownBy(() -> grid.appliance(5)).hasMessage("appliance: 5 (expected: 1..4)");
        assertThat(List.of(grid.han(3), grid.fan(2))).containsExactly("grid:g/han/sm-3", "grid:g/fan/ssc-2");
    }
}
