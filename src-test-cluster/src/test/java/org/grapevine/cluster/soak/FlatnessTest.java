package org.grapevine.cluster.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlatnessTest {

    private static List<Flatness.Sample> minutes(double first, double perMinute, double noise) {
        Random random = new Random(3);
        return IntStream.range(0, 60)
                .mapToObj(minute ->
                        new Flatness.Sample(minute / 60.0, first + perMinute * minute + noise * random.nextGaussian()))
                .toList();
    }

    @Test
    void whatGoesUpAndDownIsFlat() {
        Flatness line = Flatness.of("heap", 0, minutes(100, 0, 10), 0.1, 0);
        assertThat(line.isFlat()).isTrue();
        assertThat(line.first()).isBetween(95.0, 105.0);
        assertThat(line.bound()).isBetween(9.5, 10.5);
    }

    @Test
    void whatRisesSteadilyBehindTheNoiseIsNot() {
        Flatness line = Flatness.of("heap", 0, minutes(100, 0.5, 10), 0.1, 0);
        assertThat(line.rise()).isBetween(20.0, 40.0);
        assertThat(line.isFlat()).isFalse();
    }

    @Test
    void fallingIsFlat() {
        assertThat(Flatness.of("threads", 0, minutes(100, -1, 0), 0, 0).isFlat())
                .isTrue();
    }

    @Test
    void littleMayAlwaysBeGained() {
        Flatness line = Flatness.of("threads", 0, minutes(2, 2.0 / 59, 0), 0, 3);
        assertThat(line.rise()).isBetween(1.99, 2.01);
        assertThat(line.isFlat()).isTrue();
    }

    @Test
    void fewerThanThreeValuesSayNothing() {
        assertThat(Flatness.of("heap", 0, minutes(100, 0, 0).subList(0, 2), 0.1, 0)
                        .isFlat())
                .isFalse();
        assertThat(Flatness.of("heap", 0, List.of(), 0.1, 0).isFlat()).isFalse();
    }
}
