package org.grapevine.benchmarks;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import javax.xml.namespace.QName;
import org.grapevine.dpws.eventing.EventSource;

/** The service that the devices of all programs have: a lamp, as that of the peers. */
@WebService(targetNamespace = BenchLamp.NAMESPACE, name = "Lamp")
@EventSource(BenchLamp.Events.class)
public interface BenchLamp {

    String NAMESPACE = "http://example.org/lamp";
    QName PORT_TYPE = new QName(NAMESPACE, "Lamp");
    QName DEVICE_TYPE = new QName(NAMESPACE, "LampDevice");
    String DIMMED = NAMESPACE + "/LampEvents/dimmed";

    /** Dims, and tells the level that it came to. */
    @WebMethod
    @WebResult(name = "level")
    int dim(@WebParam(name = "level") int level);

    /** What a lamp tells its subscribers. */
    @WebService(targetNamespace = NAMESPACE, name = "LampEvents")
    interface Events {

        /** The lamp has another level now. */
        @Oneway
        @WebMethod
        void dimmed(@WebParam(name = "level") int level);
    }

    /** The lamp itself. */
    final class Bulb implements BenchLamp {
        @Override
        public int dim(int level) {
            return Math.max(0, Math.min(level, 100));
        }
    }
}
