package org.grapevine.benchmarks;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import jakarta.xml.bind.JAXBContext;
import jakarta.xml.bind.JAXBException;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.util.Currency;
import java.util.List;
import java.util.stream.IntStream;
import org.grapevine.dpws.eventing.EventSource;
import org.grapevine.dpws.soap.Envelope;
import org.grapevine.dpws.soap.EnvelopeReader;
import org.grapevine.dpws.soap.MalformedEnvelopeException;
import org.grapevine.grid.device.GridPayloads;
import org.grapevine.grid.tariff.Tariff;
import org.grapevine.grid.tariff.TariffEvent;
import org.grapevine.grid.tariff.TariffStatus;

/** What is brought to all devices: the tariff of a day, with the number of the message in it. */
final class TodayTariff {

    private static final int HOURS = 24;
    private static final Instant DAY = Instant.parse("2024-06-20T22:00:00Z");
    private static final JAXBContext CONTEXT = context();

    private TodayTariff() {}

    private static JAXBContext context() {
        try {
            return JAXBContext.newInstance(TariffEvent.class);
        } catch (JAXBException e) {
            throw new IllegalStateException("the tariff does not fit JAXB", e);
        }
    }

    /** The body of a message. */
    static byte[] body(long number) {
        return GridPayloads.tariffEvent(TariffEvent.of(new Tariff(
                "day-ahead",
                number,
                TariffStatus.FAR,
                DAY,
                "bench",
                DAY,
                Duration.ofHours(1),
                Currency.getInstance("EUR"),
                IntStream.range(0, HOURS)
                        .mapToObj(hour -> BigDecimal.valueOf(2_500 + 37L * hour, 4))
                        .toList(),
                List.of())));
    }

    /** The number of a message, after all of it was read and checked. */
    static long number(TariffEvent event) {
        return event.toTariff().modificationNumber();
    }

    /** As {@link #number(TariffEvent)}, for who gets an envelope. */
    static long number(Envelope envelope) {
        try {
            return number(CONTEXT.createUnmarshaller()
                    .unmarshal(EnvelopeReader.bodyReader(envelope), TariffEvent.class)
                    .getValue());
        } catch (JAXBException | MalformedEnvelopeException e) {
            throw new IllegalArgumentException("notification: " + e.getMessage() + " (expected: a tariff)", e);
        }
    }

    /** A service that notifies its subscribers of tariffs, as a publisher without gossip does. */
    @WebService(name = "TariffIssuer", targetNamespace = TariffEvent.NAMESPACE)
    @EventSource(Issuer.News.class)
    interface Issuer {

        @WebMethod
        int published();

        /** What it tells. */
        @WebService(name = "TariffNews", targetNamespace = TariffEvent.NAMESPACE)
        @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
        interface News {
            @Oneway
            @WebMethod
            void tariffIssued(
                    @WebParam(name = "tariffEvent", targetNamespace = TariffEvent.NAMESPACE) TariffEvent tariffEvent);
        }
    }

    /** The issuer. */
    static final class IssuerOnly implements Issuer {
        @Override
        public int published() {
            return 0;
        }
    }
}
