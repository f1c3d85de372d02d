package org.grapevine.dpws.fuzz;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import jakarta.xml.bind.annotation.XmlAccessType;
import jakarta.xml.bind.annotation.XmlAccessorType;
import jakarta.xml.bind.annotation.XmlType;
import jakarta.xml.ws.Action;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import javax.xml.datatype.XMLGregorianCalendar;
import javax.xml.namespace.QName;
import org.grapevine.dpws.eventing.EventSource;
import org.jspecify.annotations.Nullable;

/** A service with the kinds of data in which a parser may stumble. */
@WebService(targetNamespace = Meter.NAMESPACE, name = "Meter")
@EventSource(Meter.MeterEvents.class)
public interface Meter {

    String NAMESPACE = "urn:test:meter";

    @WebMethod
    @Action(input = "urn:test:meter/echo", output = "urn:test:meter/echoResponse")
    @WebResult(name = "text")
    @Nullable
    String echo(@WebParam(name = "text") @Nullable String text);

    @Oneway
    @WebMethod
    @Action(input = "urn:test:meter/dim")
    void dim(@WebParam(name = "percent") int percent);

    @WebMethod
    @Action(input = "urn:test:meter/add", output = "urn:test:meter/addResponse")
    @WebResult(name = "reading")
    @Nullable
    Reading add(@WebParam(name = "reading") @Nullable Reading reading);

    /** What it tells. */
    @WebService(targetNamespace = NAMESPACE, name = "MeterEvents")
    interface MeterEvents {

        @Oneway
        @WebMethod
        @Action(input = "urn:test:meter/Changed")
        void changed(@WebParam(name = "value") int value);
    }

    enum Kind {
        ENERGY,
        POWER
    }

    @XmlAccessorType(XmlAccessType.FIELD)
    @XmlType(propOrder = {"at", "values", "kind", "type", "raw", "size"})
    final class Reading {
        @Nullable
        XMLGregorianCalendar at;

        List<Integer> values = new ArrayList<>();

        @Nullable
        Kind kind;

        @Nullable
        QName type;

        byte @Nullable [] raw;

        @Nullable
        BigDecimal size;
    }

    /** Gives back what it gets, and keeps nothing. */
    final class Forgetful implements Meter {

        @Override
        public @Nullable String echo(@Nullable String text) {
            return text;
        }

        @Override
        public void dim(int percent) {
            // Nothing is to be seen of it.
        }

        @Override
        public @Nullable Reading add(@Nullable Reading reading) {
            return reading;
        }
    }
}
