package org.grapevine.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class EventDeliveryTest {

    @Test
    void everySubscriberOnEveryPortHasTheEvent() throws Exception {
        LoopbackNet net = LoopbackNet.open();
        try (EventDelivery.Sinks sinks = new EventDelivery.Sinks(net, 2);
                EventDelivery.Source source = new EventDelivery.Here(net)) {
            int subscribed = sinks.subscribe(source.address(), 10);

            List<EventDelivery.Delivery> deliveries = EventDelivery.deliveries(source, sinks, Duration.ZERO);

            assertThat(subscribed).isEqualTo(10);
            assertThat(deliveries).singleElement().satisfies(delivery -> {
                assertThat(delivery.delivered()).isEqualTo(10);
                assertThat(delivery.firstMicros()).isPositive().isLessThanOrEqualTo(delivery.lastMicros());
            });
        }
    }
}
