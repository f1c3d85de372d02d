package org.grapevine.dpws.device;

import jakarta.jws.Oneway;
import jakarta.jws.WebMethod;
import jakarta.jws.WebParam;
import jakarta.jws.WebResult;
import jakarta.jws.WebService;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;

/** A service as a device maker writes it. */
@WebService(targetNamespace = Lamp.NAMESPACE, name = "Lamp")
public interface Lamp {

    String NAMESPACE = "urn:test:lamp";

    @WebMethod
    @WebResult(name = "echo")
    String echo(@WebParam(name = "text") String text);

    @Oneway
    @WebMethod
    void dim(@WebParam(name = "percent") int percent);

    /** Remembers to which level it was dimmed. */
    final class Simple implements Lamp {
        public final BlockingQueue<Integer> levels = new LinkedBlockingQueue<>();

        @Override
        public String echo(String text) {
            return text;
        }

        @Override
        public void dim(int percent) {
            levels.add(percent);
        }
    }

    /** Another port type of the same name. */
    @WebService(targetNamespace = "http://example.org/lamps/", name = "Lamp")
    interface OtherLamp {
        @WebMethod
        int count();
    }
}
