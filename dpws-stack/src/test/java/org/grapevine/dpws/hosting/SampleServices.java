package org.grapevine.dpws.hosting;

import jakarta.annotation.Resource;
import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.jws.soap.SOAPBinding;
import jakarta.xml.bind.annotation.XmlElement;
import jakarta.xml.bind.annotation.XmlRootElement;
import jakarta.xml.ws.Action;
import jakarta.xml.ws.WebFault;
import jakarta.xml.ws.WebServiceContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Services as a device maker writes them. */
final class SampleServices {

    private SampleServices() {}

    @WebService(targetNamespace = "urn:example:tariff", name = "Tariffs")
    interface Tariffs {

        @WebMethod
        @WebResult(name = "price")
        int priceAt(@WebParam(name = "hour") int hour) throws NoSuchHour;

        @WebMethod
        @WebResult(name = "echo")
        String echo(@WebParam(name = "text") String text);

        @Oneway
        @WebMethod
        void tariffChanged(@WebParam(name = "name") String name);
    }

    @WebFault(name = "NoSuchHour", targetNamespace = "urn:example:tariff")
    static final class NoSuchHour extends Exception {

        private static final long serialVersionUID = 1;

        NoSuchHour(String message) {
            super(message);
        }
    }

    @WebService(targetNamespace = "http://example.org/needs/", name = "Needs")
    @SOAPBinding(parameterStyle = SOAPBinding.ParameterStyle.BARE)
    interface Needs {

        @Action(input = "http://example.org/needs/Ask", output = "http://example.org/needs/Answer")
        @WebMethod
        @WebResult(name = "EnergyNeeds", targetNamespace = "http://example.org/needs/")
        Day needs(@WebParam(name = "Day", targetNamespace = "http://example.org/needs/") Day day);

        @WebMethod(action = "urn:example:reset")
        void reset();
    }

    @XmlRootElement(name = "Day", namespace = "http://example.org/needs/")
    static final class Day {

        @XmlElement(required = true, namespace = "http://example.org/needs/")
        @Nullable
        String date;

        @XmlElement(namespace = "http://example.org/needs/")
        long wattHours;
    }

    /** What a service may do wrong, by the text of its argument. */
    static final class MyTariffs implements Tariffs {

        final List<String> changes = Collections.synchronizedList(new ArrayList<>());
        final List<Thread> threads = Collections.synchronizedList(new ArrayList<>());
        private final int base;

        @Resource
        @Nullable
        WebServiceContext context;

        MyTariffs(int base) {
            this.base = base;
        }

        @Override
        public int priceAt(int hour) throws NoSuchHour {
            if (hour > 23) {
                throw new NoSuchHour("hour: " + hour + " (expected: 0..23)");
            }
            return base + hour;
        }

        @Override
        public String echo(String text) {
            threads.add(Thread.currentThread());
            return switch (text) {
                case "fail" -> throw new IllegalStateException("secret of org.example.Internal");
                case "refuse" ->
                    throw ServiceFaultException.sender(
                            "text: refuse (expected: another)",
                            new IllegalStateException("secret of org.example.Internal"));
                case "busy" ->
                    throw ServiceFaultException.receiver(
                            "no room for now", new IllegalStateException("secret of org.example.Internal"));
                case "overflow" -> throw new StackOverflowError();
                case "unwritable" -> "half a pair: \ud800";
                default -> text;
            };
        }

        @Override
        public void tariffChanged(String name) {
            threads.add(Thread.currentThread());
            if (name.equals("fail")) {
                throw new IllegalStateException("secret of org.example.Internal");
            }
            changes.add(name);
        }
    }

    static final class MyNeeds implements Needs {

        boolean wasReset;

        @Override
        public Day needs(Day day) {
            Day answer = new Day();
            answer.date = day.date;
            answer.wattHours = day.wattHours + 1;
            return answer;
        }

        @Override
        public void reset() {
            wasReset = true;
        }
    }
}
